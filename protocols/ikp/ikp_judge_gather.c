/* ikp_judge_gather.c -- the items that messages and a Receipt bring
 * (spec/ikp-evidence.md section 2). */
#include "ikp/ikp_judge.h"

#include "base/must.h"

#include <string.h>

/* A later message replaces what an earlier one brought. */
static void
bring(struct ikp_evidence *evidence, enum ikp_item item,
    struct semper_bytes octets)
{
	if (octets.len != 0)
		evidence->octets[item] = octets;
}

static void
bring_chain(struct ikp_evidence *evidence, enum ikp_item item,
    const struct ikp_chain *chain)
{
	if (chain->n != 0)
		*ikp_evidence_chain(evidence, item) = *chain;
}

/* Before HARD one certificate serves both uses. */
static void
from_invoice(struct ikp_evidence *evidence, const struct ikp_profile *profile,
    const struct ikp_invoice *invoice)
{
	bool hard_edition = profile->alg->edition == IKP_HARD;

	bring(evidence, IKP_ITEM_SIG_S, invoice->sig_s);
	bring_chain(evidence, IKP_ITEM_CERT_S, &invoice->cert_s);
	bring_chain(evidence, IKP_ITEM_CERT_A, &invoice->cert_a);
	bring_chain(evidence, IKP_ITEM_CERT_A_SIG,
	    hard_edition ? &invoice->cert_a_sig : &invoice->cert_a);
}

static void
from_request(struct ikp_gathered *out, const struct ikp_profile *profile,
    const struct ikp_auth_req *request)
{
	struct ikp_evidence *evidence = &out->evidence;

	bring(evidence, IKP_ITEM_ENC_SLIP, request->enc_slip);
	bring(evidence, IKP_ITEM_SIG_S, request->sig_s);
	bring(evidence, IKP_ITEM_SIG_B, request->sig_b);
	bring(evidence, IKP_ITEM_SIG_S2, request->sig_s2);
	bring_chain(evidence, IKP_ITEM_CERT_S, &request->cert_s);
	bring_chain(evidence, IKP_ITEM_CERT_B, &request->cert_b);
	out->has_request = ikp_in(profile, IKP_EDITION_HARD & IKP_23KP);
	out->request = *request;
}

static void
from_response(struct ikp_gathered *out, const struct ikp_auth_res *response)
{
	bring(&out->evidence, IKP_ITEM_SIG_A, response->sig_a);
	out->has_response = true;
	out->response = *response;
}

static void
from_body(struct ikp_gathered *out, const struct ikp_profile *profile, int id,
    const union ikp_body *body)
{
	struct ikp_evidence *evidence = &out->evidence;

	switch (id) {
	case IKP_INITIATE:
		bring(evidence, IKP_ITEM_SALT_B, body->initiate.salt_b);
		bring_chain(evidence, IKP_ITEM_CERT_B, &body->initiate.cert_b);
		break;
	case IKP_INVOICE:
		from_invoice(evidence, profile, &body->invoice);
		break;
	case IKP_PAYMENT:
		bring(evidence, IKP_ITEM_ENC_SLIP, body->payment.enc_slip);
		bring(evidence, IKP_ITEM_SIG_B, body->payment.sig_b);
		break;
	case IKP_AUTH_REQ:
		from_request(out, profile, &body->auth_req);
		break;
	case IKP_AUTH_RES:
		from_response(out, &body->auth_res);
		break;
	case IKP_CONFIRM:
		from_response(out, &body->confirm.res);
		bring(evidence, IKP_ITEM_V, body->confirm.v);
		break;
	case IKP_CANCEL:
		bring(evidence, IKP_ITEM_VC, body->cancel.vc);
		break;
	default: /* brings nothing */
		break;
	}
}

static semper_err
from_message(struct ikp_gathered *out, const struct ikp_profile *profile,
    struct semper_bytes msg)
{
	struct semper_envelope envelope;
	union ikp_body body;
	int id;

	/* What an edition does not know is zero. */
	memset(&body, 0, sizeof body);
	MUST("IKP-E-03", semper_envelope_decode(&envelope, msg) == SEMPER_OK,
	    IKP_E_MALFORMED);
	MUST("IKP-E-05",
	    ikp_profile_find(envelope.profile) == (int)(profile - ikp_profiles),
	    IKP_E_VARIANT_NOT_ALLOWED);
	id = ikp_message_find(profile, envelope.type);
	MUST("IKP-E-03",
	    id >= 0 &&
		ikp_decode(profile, &ikp_messages[id]->type, &body,
		    envelope.body) == SEMPER_OK &&
		ikp_message_complete(ikp_messages[id], profile, &body),
	    IKP_E_MALFORMED);
	if (id >= 0)
		from_body(out, profile, id, &body);
	return SEMPER_OK;
}

static semper_err
from_receipt(struct ikp_gathered *out, struct semper_buffer *common,
    const struct ikp_profile *profile, struct semper_bytes octets)
{
	struct ikp_evidence *evidence = &out->evidence;
	struct ikp_receipt receipt = {.desc = SEMPER_NONE};

	MUST("IKP-E-03",
	    ikp_decode(profile, &ikp_receipt_type, &receipt, octets) ==
		SEMPER_OK,
	    IKP_E_MALFORMED);
	TRY(ikp_encode(profile, &ikp_common_type, common, &receipt.common));
	bring(evidence, IKP_ITEM_COMMON, semper_written(common));
	bring(evidence, IKP_ITEM_DESC, receipt.desc);
	bring(evidence, IKP_ITEM_SALT_B, receipt.salt_b);
	bring(evidence, IKP_ITEM_ENC_SLIP, receipt.enc_slip);
	bring(evidence, IKP_ITEM_SIG_S, receipt.sig_s);
	bring(evidence, IKP_ITEM_V, receipt.confirm.v);
	bring_chain(evidence, IKP_ITEM_CERT_S, &receipt.cert_s);
	bring_chain(evidence, IKP_ITEM_CERT_A_SIG, &receipt.cert_a);
	from_response(out, &receipt.confirm.res);
	return SEMPER_OK;
}

/* What is given by itself replaces the rest, and with it what was signed. */
static void
from_items(struct ikp_gathered *out, const struct ikp_evidence *given)
{
	struct ikp_evidence *evidence = &out->evidence;

	for (int i = 0; i < IKP_OCTET_ITEMS; i++)
		bring(evidence, (enum ikp_item)i, given->octets[i]);
	for (int i = 0; i < IKP_ITEMS - IKP_OCTET_ITEMS; i++)
		if (given->chain[i].n != 0)
			evidence->chain[i] = given->chain[i];
	if (given->octets[IKP_ITEM_TBS_AUTH_REQ].len != 0)
		out->has_request = false;
	if (given->octets[IKP_ITEM_TBS_AUTH_RES].len != 0)
		out->has_response = false;
}

semper_err
ikp_judge_gather(struct ikp_gathered *out, struct semper_buffer *common,
    const struct ikp_dispute *dispute)
{
	*out = (struct ikp_gathered){.has_request = false};
	if (dispute->receipt.data != NULL)
		TRY(from_receipt(out, common, dispute->profile,
		    dispute->receipt));
	for (size_t i = 0; i < dispute->n_transcript; i++)
		TRY(from_message(out, dispute->profile,
		    dispute->transcript[i]));
	from_items(out, &dispute->evidence);
	return SEMPER_OK;
}
