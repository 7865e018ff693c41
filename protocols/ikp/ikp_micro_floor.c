/* ikp_micro_floor.c -- what buyers of off-line chains have paid and the
 * acquirer has not (IKP-U-18): one sum for each buyer, and one of all. */
#include "ikp/ikp_micro.h"

#include "base/must.h"

static const struct semper_bytes total = {(const uint8_t *)"total", 5};

static semper_err
load(const struct semper_step *step, struct semper_record *found,
    struct ikp_floor_record *sum, struct semper_bytes key)
{
	*sum = (struct ikp_floor_record){0};
	TRY(semper_view_get(step->view, found, IKP_TABLE_FLOOR, key));
	if (found->version == 0)
		return SEMPER_OK;
	return ikp_record_decode(&ikp_floor_record_type, sum, found->value);
}

semper_err
ikp_floor_check(struct semper_step *step, struct semper_bytes buyer,
    int64_t more)
{
	const struct ikp_seller_params *params = step->party->params;
	struct ikp_floor_record own, all;
	struct semper_record found;

	TRY(load(step, &found, &own, buyer));
	TRY(load(step, &found, &all, total));
	MUST("IKP-U-18",
	    own.unpaid + more <= params->floor.amount &&
		all.unpaid + more <= params->floor_total.amount,
	    IKP_E_RATE_LIMITED);
	return SEMPER_OK;
}

static semper_err
add(struct semper_step *step, struct semper_bytes key, int64_t more)
{
	struct ikp_floor_record sum;
	struct semper_record found;
	uint8_t room[32];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(load(step, &found, &sum, key));
	sum.unpaid += more;
	TRY(ikp_record_encode(&ikp_floor_record_type, &der, &sum));
	return semper_effects_put(&step->effects, IKP_TABLE_FLOOR, key,
	    found.version, semper_written(&der));
}

semper_err
ikp_floor_add(struct semper_step *step, struct semper_bytes buyer, int64_t more)
{
	if (FAULT("floor-not-counted"))
		return SEMPER_OK;
	TRY(add(step, buyer, more));
	return add(step, total, more);
}
