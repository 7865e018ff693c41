/* ikp_interface.h -- the interface tables of spec/ikp.md section 11 in JSON. */
#ifndef SEMPER_ADAPTER_IKP_INTERFACE_H
#define SEMPER_ADAPTER_IKP_INTERFACE_H

#include "adapter.h"
#include "ikp/ikp.h"

/* What `open` has brought; shared by a party and its forks. */
struct ikp_opened {
	unsigned references;
	struct pool pool;                  /* what the views below point into */
	unsigned role;                     /* enum ikp_party, or IKP_BROKER */
	const struct semper_role_def *def; /* NULL: a broker's, by the event */
	uint32_t allowed;
	int first_profile; /* the default of the input start */
	union {
		struct ikp_buyer_params buyer;
		struct ikp_seller_params seller;
		struct ikp_acquirer_params acquirer;
		struct ikp_broker_params broker;
	} params;
	union {
		struct ikp_buyer_keys buyer;
		struct ikp_seller_keys seller;
		struct ikp_acquirer_keys acquirer;
		struct ikp_broker_keys broker;
	} keys;
};

/* A role that no message names: to others it is a buyer or a seller. */
enum { IKP_BROKER = IKP_PARTIES, IKP_ROLES };
extern const char *const ikp_role_names[IKP_ROLES];

/* What runs EVENT: table, params and keys of one of the broker's two sides, or
 * of the party. */
struct semper_party ikp_party_for(const struct ikp_opened *opened,
    const struct semper_ledger *ledger, const struct semper_event *event);

/* Decode role, profiles, params and keys (NULL: keys of its own).  NULL, and
 * an answer, if anything is wrong.  Takes over the call's pool. */
struct ikp_opened *ikp_open(struct call *call, struct semper_bytes role,
    json_t *profiles, json_t *params, json_t *keys);

/* Give back a reference; the last one wipes and frees. */
void ikp_close(struct ikp_opened *opened);

/* Decode one input.  False, and an answer, if it is none. */
bool ikp_input_decode(struct call *call, const struct ikp_opened *opened,
    struct ikp_input *out, json_t *input);

/* {"currency":..,"amount":..,"exponent":..} */
bool ikp_price_decode(struct call *call, struct ikp_price *out, json_t *json);

/* A chain of at most four certificates: false if it is longer. */
bool ikp_chain_fill(struct ikp_chain *out, const struct octets_list *list);
/* The same, with a bad request for an answer. */
bool ikp_chain_decode(struct call *call, struct ikp_chain *out,
    const struct octets_list *list, const char *name);

/* ---- keys (ikp_keys.c) ---- */

/* Import the keys, or generate them if JSON is NULL. */
bool ikp_keys_decode(struct call *call, struct ikp_opened *opened,
    json_t *json);
void ikp_keys_free(struct ikp_opened *opened);
/* Forget the keys generated so far. */
void ikp_keys_forget(void);

/* The public keys of a party that made its own, by name. */
json_t *ikp_keys_public(struct ikp_opened *opened);

/* Give key NAME its chain; the octets must live as long as OPENED. */
bool ikp_keys_certify(struct call *call, struct ikp_opened *opened,
    const char *name, const struct octets_list *chain);

#endif
