/* ikp_net_deposit.c -- NetDeposit = reference, amount, released
 * A -> network, no envelope: pay from what is reserved, give back the rest */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_field fields[] = {
    FIELD_BYTES("reference", struct ikp_net_deposit, reference),
    FIELD_GROUP("amount", struct ikp_net_deposit, amount, ikp_price_fields),
    FIELD_GROUP("released", struct ikp_net_deposit, released, ikp_price_fields),
    FIELD_END,
};
const struct ikp_type ikp_net_deposit_type = {"NetDeposit", fields, fields};

semper_err
ikp_network_deposit(struct semper_step *step, const struct ikp_price *amount,
    const struct ikp_price *released)
{
	struct ikp_net_deposit deposit = {step->record.key, *amount, *released};
	uint8_t room[128];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(ikp_encode(ikp_profile_of(step), &ikp_net_deposit_type, &der,
	    &deposit));
	return semper_step_reply(step, IKP_NETWORK, semper_written(&der));
}
