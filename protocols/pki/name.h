/* name.h -- distinguished names, as this project writes them. */
#ifndef SEMPER_PKI_NAME_H
#define SEMPER_PKI_NAME_H

#include "base/bytes.h"
#include "base/err.h"

/* Append a Name with organizationName, commonName (UTF8String) and serialNumber
 * (PrintableString where its characters allow, else UTF8String), each in an
 * RDN of its own, in this order.  NULL: left out.  SEMPER_E_ARGUMENT if
 * nothing is given or a text is empty, longer than 64 characters or no
 * UTF-8. */
semper_err semper_name_put(struct semper_buffer *out, const char *organization,
    const char *common_name, const char *serial_number) SEMPER_MUST_CHECK;

#endif
