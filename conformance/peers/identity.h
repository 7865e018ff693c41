/* identity.h -- who a peer is: the parameters and keys of its party, from the
 * files that its options name. */
#ifndef SEMPER_PEERS_IDENTITY_H
#define SEMPER_PEERS_IDENTITY_H

#include "options.h"
#include "orders.h"
#include "pem.h"

enum identity_file {
	FILE_ANCHORS,
	FILE_CRLS,
	FILE_SIG,
	FILE_ENC,
	FILE_ACQUIRER_ENC,
	FILE_ACQUIRER_SIG,
	IDENTITY_FILES
};

struct identity {
	union {
		struct ikp_buyer_params buyer;
		struct ikp_seller_params seller;
		struct ikp_acquirer_params acquirer;
	} params;
	union {
		struct ikp_buyer_keys buyer;
		struct ikp_seller_keys seller;
		struct ikp_acquirer_keys acquirer;
	} keys;

	/* What they are views into. */
	struct pem file[IDENTITY_FILES];
	struct semper_bytes anchors[PEM_BLOCKS], crls[PEM_BLOCKS];
	struct ikp_key sig, enc;
	struct card card;
};

/* Read the files.  False, and a sentence on standard error, if one cannot be
 * used, a key is not that of its certificate, or a certificate says TEST
 * and that has not been allowed.  To be closed in every case. */
bool identity_open(struct identity *out, const struct options *options);

/* Wipe and release. */
void identity_close(struct identity *identity);

#endif
