/* serve.h -- the loop of the adapter. */
#ifndef SEMPER_ADAPTER_SERVE_H
#define SEMPER_ADAPTER_SERVE_H

#include <stdio.h>

/* Answer each line of IN on OUT until `bye` or the end; then all parties and
 * keys are gone.  The exit status: 1 if OUT could not be written. */
int serve(FILE *in, FILE *out);

#endif
