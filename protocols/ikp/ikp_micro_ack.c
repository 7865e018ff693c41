/* ikp_micro_ack.c -- MicroAck = ID_S, TID_S, index, token
 * S -> B;  the token comes back: only B's own chain can give it */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_field fields[] = {
    FIELD_BYTES("idS", struct ikp_micro_ack, id_s),
    FIELD_BYTES("tidS", struct ikp_micro_ack, tid_s),
    FIELD_INT("index", struct ikp_micro_ack, index),
    FIELD_BYTES("token", struct ikp_micro_ack, token),
    FIELD_END,
};
const struct ikp_message ikp_micro_ack_message = {
    .type = {"MicroAck", fields, fields},
    .profiles = IKP_MICRO,
};

semper_err
ikp_micro_ack_make(struct semper_step *step, struct ikp_seller_chain *chain,
    const struct ikp_clear *clear)
{
	struct ikp_micro_ack ack = {clear->id_s, clear->tid_s, chain->index,
	    chain->token};
	struct ikp_sent sent;

	TRY(ikp_send(step, &sent, IKP_BUYER, IKP_MICRO_ACK, step->record.key,
	    &ack));
	chain->ack = sent.envelope;
	return SEMPER_OK;
}

semper_err
ikp_micro_ack_check(struct semper_step *step, struct ikp_buyer_chain *chain,
    const struct ikp_terms *terms)
{
	const struct ikp_micro_ack *in = &ikp_in_of(step)->body.micro_ack;
	bool within = in->index <= terms->n;
	struct ikp_digest own;

	if (within)
		ikp_token(ikp_profile_of(step), &own, terms, chain->x,
		    in->index);
	MUST("IKP-U-23",
	    within && semper_bytes_equal(ikp_digest_bytes(&own), in->token),
	    IKP_E_CHAIN_INVALID);
	if (in->index > chain->acked)
		chain->acked = in->index;
	if (in->index > chain->index && !FAULT("ack-does-not-skip"))
		chain->index = in->index;
	TRY(semper_step_result_integer(step, "index", chain->index));
	return semper_step_result_integer(step, "acked", chain->acked);
}
