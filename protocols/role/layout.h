/* layout.h -- how the engine keeps a transaction in the ledger.
 *
 * The value of the record is one octet for the state, one for the profile (an
 * index into def->profiles), then what the protocol's keep has written.
 */
#ifndef SEMPER_ROLE_LAYOUT_H
#define SEMPER_ROLE_LAYOUT_H

enum {
	SEMPER_LAYOUT_STATE,
	SEMPER_LAYOUT_PROFILE,
	SEMPER_LAYOUT_HEAD
};

#endif
