/* The descriptions of the messages fit the modules, and the presence table
 * refuses what it should. */
#include "tests/test.h"

#include <string.h>

#include "ikp/ikp_clearing.h"

static void
check_type(const struct ikp_type *type)
{
	if (type->historic != NULL) {
		CU_ASSERT_PTR_NULL(
		    semper_der_binding_check(semper_der_find("IKP-Historic",
						 type->name),
			type->historic));
	}
	if (type->hard != NULL) {
		CU_ASSERT_PTR_NULL(
		    semper_der_binding_check(semper_der_find("IKP", type->name),
			type->hard));
	}
}

static void
bindings_fit(void)
{
	const struct ikp_type *const types[] = {&ikp_common_type,
	    &ikp_slip_type, &ikp_receipt_type, &ikp_net_request_type,
	    &ikp_net_reply_type, &ikp_net_reversal_type, &ikp_terms_type,
	    &ikp_net_capture_type, &ikp_net_refund_type, &ikp_net_batch_type,
	    &ikp_batch_type, &ikp_batch_results_type, &ikp_capture.tbs,
	    &ikp_capture.tbs_response, &ikp_refund.tbs,
	    &ikp_refund.tbs_response, &ikp_micro_offer_type,
	    &ikp_net_deposit_type};

	for (int i = 0; i < IKP_MESSAGES; i++)
		check_type(&ikp_messages[i]->type);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		check_type(types[i]);
}

static void
records_fit(void)
{
	static const struct ikp_type *const types[] = {&ikp_buyer_record_type,
	    &ikp_order_record_type, &ikp_seller_record_type,
	    &ikp_acquirer_record_type, &ikp_pin_record_type,
	    &ikp_floor_record_type, &ikp_quote_record_type,
	    &ikp_book_record_type, &ikp_audit_record_type,
	    &ikp_batch_record_type, &ikp_answer_record_type,
	    &ikp_batch_done_type};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		CU_ASSERT_PTR_NULL(
		    semper_der_binding_check(semper_der_find("IKP-Store",
						 types[i]->name),
			types[i]->hard));
}

/* Give VALUE exactly what PROFILE must have, line I of the table reversed. */
static void
fill(const struct ikp_message *m, const struct ikp_profile *profile,
    union ikp_body *value, size_t reversed)
{
	memset(value, 0, sizeof *value);
	for (size_t i = 0; i < m->n_presence; i++) {
		const struct ikp_presence *p = &m->presence[i];
		char *at = (char *)value + p->offset;
		bool there = ikp_in(profile, p->must) != (i == reversed);

		if (p->chain)
			*(size_t *)(void *)at = there;
		else if (there)
			*(struct semper_bytes *)(void *)at = SEMPER_TEXT("x");
	}
}

static void
presence_both_ways(void)
{
	static union ikp_body value;

	for (int i = 0; i < IKP_MESSAGES; i++)
		for (int p = 0; p < IKP_PROFILES; p++) {
			const struct ikp_message *m = ikp_messages[i];
			const struct ikp_profile *profile = &ikp_profiles[p];

			fill(m, profile, &value, SIZE_MAX);
			CU_ASSERT(ikp_message_complete(m, profile, &value));
			for (size_t j = 0; j < m->n_presence; j++) {
				fill(m, profile, &value, j);
				CU_ASSERT_EQUAL(ikp_message_complete(m, profile,
						    &value),
				    ikp_in(profile, m->presence[j].may));
			}
		}
}

static void
names_are_known_where_they_exist(void)
{
	const struct ikp_profile *ec95 = &ikp_profiles[2];
	const struct ikp_profile *hard1 = &ikp_profiles[6];
	const struct ikp_profile *hard3 = &ikp_profiles[8];

	CU_ASSERT_EQUAL(ikp_message_find(ec95, SEMPER_TEXT("Cancel")), -1);
	CU_ASSERT_EQUAL(ikp_message_find(hard1, SEMPER_TEXT("Cancel")),
	    IKP_CANCEL);
	CU_ASSERT_EQUAL(ikp_message_find(hard1, SEMPER_TEXT("ReversalReq")),
	    -1);
	CU_ASSERT_EQUAL(ikp_message_find(hard3, SEMPER_TEXT("ReversalReq")),
	    IKP_REVERSAL_REQ);
	CU_ASSERT_EQUAL(ikp_message_find(hard3, SEMPER_TEXT("invoice")), -1);
	CU_ASSERT_EQUAL(ikp_message_find(hard3, SEMPER_NONE), -1);
}

static void
masks_are_words(void)
{
	static const struct {
		uint32_t mask;
		const char *text;
	} t[] = {{IKP_ALL, "all"}, {IKP_EDITION_HARD, "hard"},
	    {IKP_23KP, "2kp,3kp"},
	    {IKP_JSAC_HARD & IKP_23KP, "jsac,hard 2kp,3kp"},
	    {IKP_EDITION_HARD & IKP_VARIANT_1KP, "hard 1kp"},
	    {IKP_HISTORIC_ALL & IKP_VARIANT_3KP, "ec95,jsac 3kp"},
	    {IKP_MICRO, "micro"}, {IKP_BASE & IKP_EDITION_HARD, "hard base"},
	    {IKP_EDITION_HARD & IKP_VARIANT_3KP & IKP_MICRO, "hard 3kp micro"}};
	char text[IKP_MASK_TEXT];

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		ikp_mask_text(text, t[i].mask);
		CU_ASSERT_STRING_EQUAL(text, t[i].text);
	}
}

static void
profiles_agree_with_their_names(void)
{
	for (int i = 0; i < IKP_PROFILES; i++) {
		const struct ikp_profile *p = &ikp_profiles[i];

		CU_ASSERT_STRING_EQUAL(p->name, ikp_profile_names[i]);
		CU_ASSERT_EQUAL(p->name[4] - '0', (int)p->variant);
		CU_ASSERT_EQUAL(i % IKP_BASE_PROFILES / 3,
		    (int)p->alg->edition);
		CU_ASSERT_EQUAL(ikp_profile_find(
				    SEMPER_BYTES((const uint8_t *)p->name,
					strlen(p->name))),
		    i);
	}
	CU_ASSERT_EQUAL(ikp_profile_find(SEMPER_TEXT("ikp/4kp-hard")), -1);
}

static void
errors_have_words(void)
{
	CU_ASSERT_STRING_EQUAL(ikp_error_word(IKP_E_SLIP_INVALID),
	    "slip-invalid");
	CU_ASSERT_STRING_EQUAL(ikp_error_word(IKP_E_BUSY), "busy");
	CU_ASSERT_PTR_NULL(ikp_error_word(SEMPER_REFUSAL(SEMPER_AUTH, 1)));
}

static void
the_oldest_seen_makes_room(void)
{
	struct ikp_seen_list list = {.n = 0};
	uint8_t digests[IKP_SEEN_MAX + 1][32];

	for (uint8_t i = 0; i < IKP_SEEN_MAX + 1; i++) {
		memset(digests[i], i, 32);
		ikp_seen_add(&list, SEMPER_BYTES(digests[i], 32), SEMPER_NONE);
		ikp_seen_add(&list, SEMPER_BYTES(digests[i], 32), SEMPER_NONE);
	}
	CU_ASSERT_EQUAL(list.n, IKP_SEEN_MAX);
	CU_ASSERT_PTR_NULL(ikp_seen_find(&list, SEMPER_BYTES(digests[0], 32)));
	CU_ASSERT_PTR_NOT_NULL(
	    ikp_seen_find(&list, SEMPER_BYTES(digests[1], 32)));
}

SUITE("ikp: messages",
    {"every binding fits its type in both modules", bindings_fit},
    {"every record's binding fits", records_fit},
    {"every component is refused where missing or not allowed",
	presence_both_ways},
    {"a message is known by name only where it exists",
	names_are_known_where_they_exist},
    {"masks are written as in the specification", masks_are_words},
    {"the profiles agree with their names", profiles_agree_with_their_names},
    {"errors have the words of the table", errors_have_words},
    {"in a full list of seen messages the oldest makes room",
	the_oldest_seen_makes_room});
