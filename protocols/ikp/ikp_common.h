/* ikp_common.h -- Common and the hashes it is made of (spec/ikp.md 3).
 *
 *	ID_B   EC95: H(IdBInput{R_B, BAN})          else HK(R_B, BAN)
 *	hDesc  EC95: H(DescInput{DESC, SALT_B})     else HK(SALT_B, DESC)
 *	hV     H(V)        hVC  H(VC)
 *	Common PRICE, ID_S, TID_S, DATE, NONCE_S, ID_B, hDesc [, hV [, hVC]],
 *	       in HARD after the profile
 *
 * Every hash input is the DER of the type named (IKP-G-06).
 */
#ifndef SEMPER_IKP_COMMON_H
#define SEMPER_IKP_COMMON_H

#include "ikp/ikp_sign.h"

/* A DESC of 4096 characters of four octets, with its header and a salt. */
#define IKP_DESC_DER_MAX (4 * 4096 + 64)
#define IKP_COMMON_DER_MAX 512

struct ikp_common {
	struct ikp_profile_field profile; /* HARD */
	struct ikp_price price;
	struct semper_bytes id_s, tid_s;
	int64_t date;
	struct semper_bytes nonce_s, id_b, h_desc, h_v, h_vc;
	struct ikp_terms micro;
};

extern const struct semper_field ikp_common_historic[], ikp_common_hard[];

/* SEMPER_E_ARGUMENT if a value is outside its type. */
semper_err ikp_id_b(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes r_b, struct semper_bytes ban) SEMPER_MUST_CHECK;
semper_err ikp_h_desc(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes desc, struct semper_bytes salt_b) SEMPER_MUST_CHECK;

/* hV and hVC: CTX is IKP_CTX_COMMIT_V or IKP_CTX_COMMIT_VC. */
semper_err ikp_h_commit(const struct ikp_algorithms *alg,
    struct ikp_digest *out, enum ikp_context ctx,
    struct semper_bytes value) SEMPER_MUST_CHECK;

/* Does VALUE open the commitment H? */
bool ikp_opens(const struct ikp_algorithms *alg, enum ikp_context ctx,
    struct semper_bytes value, struct semper_bytes h);

/* HARD: HK(R_acct, BAN), the account commitment of CERT_B. */
semper_err ikp_account(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes r_acct, struct semper_bytes ban) SEMPER_MUST_CHECK;

/* The profile as Common, Clear carry it: zero outside HARD. */
struct ikp_profile_field ikp_profile_field(const struct ikp_profile *profile);

/* H(Common). */
semper_err ikp_h_common(const struct ikp_profile *profile,
    struct ikp_digest *out, const struct ikp_common *common) SEMPER_MUST_CHECK;

/* The reference of a NetRequest, which names a transaction of the acquirer
 * (IKP-A-15): 32 octets in every edition. */
#define IKP_REFERENCE_SIZE 32
semper_err ikp_reference(uint8_t out[IKP_REFERENCE_SIZE],
    const struct ikp_clear *clear, int64_t auth_seq) SEMPER_MUST_CHECK;

/* ---- known answers (section 11.2) ---- */

struct ikp_known_input {
	enum ikp_edition edition;
	enum ikp_variant variant;
	enum semper_hash hash;    /* HARD: only SEMPER_SHA256 */
	struct ikp_common common; /* idB, hDesc, hV, hVC left out */
	struct semper_bytes r_b, salt_b, ban, desc, v, vc;
};

struct ikp_known_answer {
	struct ikp_digest id_b, h_desc, h_v, h_vc, h_common;
	uint8_t common[IKP_COMMON_DER_MAX]; /* DER */
	size_t common_len;
};

/* SEMPER_E_UNSUPPORTED for a hash that the edition has not. */
semper_err ikp_known_answer(struct ikp_known_answer *out,
    const struct ikp_known_input *in) SEMPER_MUST_CHECK;

#endif
