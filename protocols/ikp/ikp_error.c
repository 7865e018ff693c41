/* ikp_error.c -- ErrorMsg = code, from any party to any, and the words of the
 * error table.  An ErrorMsg is never signed and never moves a party
 * (IKP-G-11): it only tells a person why nothing happens. */
#include "ikp/ikp_error.h"
#include "ikp/ikp_message.h"

static const struct semper_field fields[] = {
    FIELD_INT("code", struct ikp_error_msg, code),
    FIELD_END,
};

const struct ikp_message ikp_error_message = {
    .type = {"ErrorMsg", fields, fields},
    .profiles = IKP_ALL,
};

static const struct {
	enum ikp_error error;
	const char *word;
} words[] = {
    {IKP_E_MALFORMED, "malformed"},
    {IKP_E_BAD_VERSION, "bad-version"},
    {IKP_E_BAD_STATE, "bad-state"},
    {IKP_E_UNKNOWN_SELLER, "unknown-seller"},
    {IKP_E_DATE_OUT_OF_WINDOW, "date-out-of-window"},
    {IKP_E_REPLAY, "replay"},
    {IKP_E_COMMON_MISMATCH, "common-mismatch"},
    {IKP_E_CERT_INVALID, "cert-invalid"},
    {IKP_E_SIG_INVALID, "sig-invalid"},
    {IKP_E_SLIP_INVALID, "slip-invalid"},
    {IKP_E_VARIANT_NOT_ALLOWED, "variant-not-allowed"},
    {IKP_E_COMMITMENT_MISMATCH, "commitment-mismatch"},
    {IKP_E_AMOUNT_EXCEEDED, "amount-exceeded"},
    {IKP_E_UNKNOWN_TRANSACTION, "unknown-transaction"},
    {IKP_E_ALREADY_FINAL, "already-final"},
    {IKP_E_EXPIRED, "expired"},
    {IKP_E_BUSY, "busy"},
    {IKP_E_CHAIN_INVALID, "chain-invalid"},
    {IKP_E_CHAIN_EXHAUSTED, "chain-exhausted"},
    {IKP_E_CHAIN_EXPIRED, "chain-expired"},
    {IKP_E_RATE_LIMITED, "rate-limited"},
    {IKP_E_NOT_PROVABLE, "not-provable"},
    {IKP_E_EVIDENCE_MISSING, "evidence-missing"},
    {IKP_E_CLAIM_MISMATCH, "claim-mismatch"},
};

const char *
ikp_error_word(semper_err e)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if ((semper_err)words[i].error == e)
			return words[i].word;
	return NULL;
}
