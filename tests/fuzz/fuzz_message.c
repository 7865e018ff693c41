/* fuzz_message.c -- every message of iKP, in every profile.
 *
 * The first octet chooses the profile, the second a message, an inner type or
 * a record; the rest is its encoding, or, with the high bit set, an envelope
 * around one.  What decodes must encode to the same octets.
 */
#include <string.h>

#include "ikp/ikp_clearing.h"
#include "role/envelope.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_INPUT = 4096 };

static const struct ikp_type *const inner[] = {&ikp_net_request_type,
    &ikp_net_reply_type, &ikp_net_reversal_type, &ikp_error_message.type,
    &ikp_net_deposit_type, &ikp_net_capture_type, &ikp_net_refund_type,
    &ikp_net_batch_type, &ikp_batch_type, &ikp_batch_results_type,
    &ikp_terms_type, &ikp_micro_offer_type, &ikp_common_type, &ikp_slip_type,
    &ikp_receipt_type};
static const struct ikp_type *const records[] = {&ikp_buyer_record_type,
    &ikp_order_record_type, &ikp_seller_record_type, &ikp_acquirer_record_type,
    &ikp_pin_record_type, &ikp_batch_record_type, &ikp_answer_record_type,
    &ikp_batch_done_type, &ikp_floor_record_type, &ikp_quote_record_type,
    &ikp_book_record_type, &ikp_audit_record_type};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

union value {
	union ikp_body body;
	struct ikp_net_request net_request;
	struct ikp_net_reply net_reply;
	struct ikp_net_reversal net_reversal;
	struct ikp_net_deposit net_deposit;
	struct ikp_net_money net_money;
	struct ikp_net_batch net_batch;
	struct ikp_batch batch;
	struct ikp_batch_results results;
	struct ikp_terms terms;
	struct ikp_micro_offer offer;
	struct ikp_common common;
	struct ikp_slip slip;
	struct ikp_receipt receipt;
	struct ikp_buyer_record buyer;
	struct ikp_order_record order;
	struct ikp_seller_record seller;
	struct ikp_acquirer_record acquirer;
	struct ikp_pin_record pin;
	struct ikp_batch_record batched;
	struct ikp_answer_record answer;
	struct ikp_batch_done done;
	struct ikp_floor_record floor;
	struct ikp_quote_record quote;
	struct ikp_book_record book;
	struct ikp_audit_record audit;
};

static void
same(semper_err e, const struct semper_buffer *out, struct semper_bytes in)
{
	HOLDS(e == SEMPER_OK, "what was decoded encodes");
	HOLDS(semper_bytes_equal(semper_written(out), in),
	    "there is one encoding");
}

static semper_err
try_type(const struct ikp_profile *profile, const struct ikp_type *type,
    union value *value, struct semper_bytes der)
{
	uint8_t room[MAX_INPUT];
	struct semper_buffer out = SEMPER_BUFFER(room);
	semper_err e;

	if ((profile->alg->edition == IKP_HARD ? type->hard
					       : type->historic) == NULL)
		return SEMPER_OK;
	memset(value, 0, sizeof *value);
	e = ikp_decode(profile, type, value, der);
	HOLDS(e == SEMPER_OK || e == SEMPER_REFUSAL(SEMPER_MALFORMED, 0),
	    "the decoder takes or refuses");
	if (e == SEMPER_OK)
		same(ikp_encode(profile, type, &out, value), &out, der);
	return e;
}

static void
try_message(const struct ikp_profile *profile, int id, struct semper_bytes der)
{
	union value value;
	const struct ikp_message *m = ikp_messages[id];

	if (!ikp_in(profile, m->profiles))
		return;
	if (try_type(profile, &m->type, &value, der) == SEMPER_OK)
		(void)ikp_message_complete(m, profile, &value);
}

static void
try_record(size_t which, struct semper_bytes der)
{
	uint8_t room[MAX_INPUT];
	struct semper_buffer out = SEMPER_BUFFER(room);
	union value value;
	semper_err e;

	memset(&value, 0, sizeof value);
	e = ikp_record_decode(records[which], &value, der);
	HOLDS(e == SEMPER_OK || e == SEMPER_E_STORE,
	    "a record is good or the store is broken");
	if (e == SEMPER_OK)
		same(ikp_record_encode(records[which], &out, &value), &out,
		    der);
}

static void
try_envelope(struct semper_bytes der)
{
	uint8_t room[MAX_INPUT];
	struct semper_buffer out = SEMPER_BUFFER(room);
	struct semper_envelope envelope;
	semper_err e = semper_envelope_decode(&envelope, der);
	int profile, id;

	HOLDS(e == SEMPER_OK || e == SEMPER_E_ENVELOPE ||
		e == SEMPER_E_ENVELOPE_VERSION,
	    "an envelope is taken or refused");
	if (e != SEMPER_OK)
		return;
	same(semper_envelope_encode(&out, &envelope), &out, der);
	profile = ikp_profile_find(envelope.profile);
	if (profile < 0)
		return;
	id = ikp_message_find(&ikp_profiles[profile], envelope.type);
	if (id >= 0)
		try_message(&ikp_profiles[profile], id, envelope.body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct semper_bytes in = {data, len};
	const struct ikp_profile *profile =
	    &ikp_profiles[cut_octet(&in) % IKP_PROFILES];
	uint8_t choice = cut_octet(&in);
	size_t which = (choice & 0x7fu) %
	    (IKP_MESSAGES + COUNT(inner) + COUNT(records));
	union value value;

	if (len < 3 || len > MAX_INPUT)
		return 0;
	if ((choice & 0x80) != 0)
		try_envelope(in);
	else if (which < IKP_MESSAGES)
		try_message(profile, (int)which, in);
	else if (which < IKP_MESSAGES + COUNT(inner))
		(void)try_type(profile, inner[which - IKP_MESSAGES], &value,
		    in);
	else
		try_record(which - IKP_MESSAGES - COUNT(inner), in);
	return 0;
}
