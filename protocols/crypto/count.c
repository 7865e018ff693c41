/* count.c -- see count.h. */
#include "crypto/count.h"

_Thread_local struct semper_crypto_count semper_crypto_count;
