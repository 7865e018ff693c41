/* version.h -- the version of the library and of the suite; the one place. */
#ifndef SEMPER_BASE_VERSION_H
#define SEMPER_BASE_VERSION_H

#define SEMPER_VERSION "0.1.0"

#endif
