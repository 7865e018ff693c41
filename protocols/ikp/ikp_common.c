#include "ikp/ikp_common.h"

#include "base/ct.h"
#include "base/must.h"

/* ---- bindings ---- */

struct octets {
	struct semper_bytes octets;
};
static const struct semper_field octets_fields[] = {
    FIELD_BYTES("", struct octets, octets),
    FIELD_END,
};
static const struct ikp_type ban_type = {"Ban", octets_fields, octets_fields};
static const struct ikp_type desc_type = {"Desc", octets_fields, octets_fields};
static const struct ikp_type rnd_type = {"Rnd", octets_fields, octets_fields};

struct id_b_input {
	struct semper_bytes r_b, ban;
};
static const struct semper_field id_b_input_fields[] = {
    FIELD_BYTES("rB", struct id_b_input, r_b),
    FIELD_BYTES("ban", struct id_b_input, ban),
    FIELD_END,
};
static const struct ikp_type id_b_input_type = {"IdBInput", id_b_input_fields,
    NULL};

struct desc_input {
	struct semper_bytes desc, salt_b;
};
static const struct semper_field desc_input_fields[] = {
    FIELD_BYTES("desc", struct desc_input, desc),
    FIELD_BYTES("saltB", struct desc_input, salt_b),
    FIELD_END,
};
static const struct ikp_type desc_input_type = {"DescInput", desc_input_fields,
    NULL};

#define COMMON                                                            \
	FIELD_GROUP("price", struct ikp_common, price, ikp_price_fields), \
	    FIELD_BYTES("idS", struct ikp_common, id_s),                  \
	    FIELD_BYTES("tidS", struct ikp_common, tid_s),                \
	    FIELD_TIME("date", struct ikp_common, date),                  \
	    FIELD_BYTES("nonceS", struct ikp_common, nonce_s),            \
	    FIELD_BYTES("idB", struct ikp_common, id_b),                  \
	    FIELD_BYTES("hDesc", struct ikp_common, h_desc),              \
	    FIELD_BYTES("hV", struct ikp_common, h_v),                    \
	    FIELD_BYTES("hVC", struct ikp_common, h_vc)

const struct semper_field ikp_common_historic[] = {
    COMMON,
    FIELD_PRESENT("micro", struct ikp_common, micro.given),
    FIELD_GROUP("micro", struct ikp_common, micro, ikp_terms_historic),
    FIELD_END,
};
const struct semper_field ikp_common_hard[] = {
    FIELD_GROUP("profile", struct ikp_common, profile,
	ikp_profile_field_fields),
    COMMON,
    FIELD_PRESENT("micro", struct ikp_common, micro.given),
    FIELD_GROUP("micro", struct ikp_common, micro, ikp_terms_hard),
    FIELD_END,
};
const struct ikp_type ikp_common_type = {"Common", ikp_common_historic,
    ikp_common_hard};

struct reference {
	struct semper_bytes id_s, tid_s;
	int64_t date;
	struct semper_bytes nonce_s;
	int64_t auth_seq;
};
static const struct semper_field reference_fields[] = {
    FIELD_BYTES("idS", struct reference, id_s),
    FIELD_BYTES("tidS", struct reference, tid_s),
    FIELD_TIME("date", struct reference, date),
    FIELD_BYTES("nonceS", struct reference, nonce_s),
    FIELD_INT("authSeq", struct reference, auth_seq),
    FIELD_END,
};

/* ---- the hashes; IKP-G-06: over DER, components in the module's order ---- */

/* Append the DER of TYPE, as the module of ALG writes it. */
static semper_err
der_of(const struct ikp_algorithms *alg, struct semper_buffer *out,
    const struct ikp_type *type, const void *value)
{
	return semper_der_encode(semper_der_find(alg->module, type->name),
	    alg->edition == IKP_HARD ? type->hard : type->historic, value, out);
}

static semper_err
keyed(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes key, const struct ikp_type *type,
    struct semper_bytes x)
{
	uint8_t room[IKP_DESC_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct octets value = {x};
	semper_err e = der_of(alg, &der, type, &value);

	if (e == SEMPER_OK)
		ikp_hash_keyed(alg, out, ctx, key, semper_written(&der));
	semper_wipe(room, der.len);
	return e;
}

static semper_err
plain(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, const struct ikp_type *type, const void *value)
{
	uint8_t room[IKP_DESC_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	semper_err e = der_of(alg, &der, type, value);

	if (e == SEMPER_OK)
		ikp_hash(alg, out, ctx, semper_written(&der));
	semper_wipe(room, der.len);
	return e;
}

semper_err
ikp_id_b(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes r_b, struct semper_bytes ban)
{
	struct id_b_input input = {r_b, ban};

	if (FAULT("id-b-bare")) { /* the digits, not their DER */
		ikp_hash_keyed(alg, out, IKP_CTX_ID_BUYER, r_b, ban);
		return SEMPER_OK;
	}
	/* IKP-B-02: by the rule of the edition. */
	if (alg->keyed)
		return keyed(alg, out, IKP_CTX_ID_BUYER, r_b, &ban_type, ban);
	return plain(alg, out, IKP_CTX_ID_BUYER, &id_b_input_type, &input);
}

semper_err
ikp_h_desc(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes desc, struct semper_bytes salt_b)
{
	struct desc_input input = {desc, salt_b};

	if (alg->keyed && FAULT("desc-unsalted"))
		salt_b = SEMPER_TEXT("");
	if (alg->keyed)
		return keyed(alg, out, IKP_CTX_DESCRIPTION, salt_b, &desc_type,
		    desc);
	return plain(alg, out, IKP_CTX_DESCRIPTION, &desc_input_type, &input);
}

semper_err
ikp_h_commit(const struct ikp_algorithms *alg, struct ikp_digest *out,
    enum ikp_context ctx, struct semper_bytes value)
{
	struct octets v = {value};

	return plain(alg, out, ctx, &rnd_type, &v);
}

bool
ikp_opens(const struct ikp_algorithms *alg, enum ikp_context ctx,
    struct semper_bytes value, struct semper_bytes h)
{
	struct ikp_digest d;

	if (value.data == NULL ||
	    ikp_h_commit(alg, &d, ctx, value) != SEMPER_OK)
		return false;
	if (FAULT("commitment-cut"))
		d.len = h.len = 8;
	return semper_bytes_equal(ikp_digest_bytes(&d), h);
}

semper_err
ikp_account(const struct ikp_algorithms *alg, struct ikp_digest *out,
    struct semper_bytes r_acct, struct semper_bytes ban)
{
	return keyed(alg, out, IKP_CTX_ACCOUNT, r_acct, &ban_type, ban);
}

struct ikp_profile_field
ikp_profile_field(const struct ikp_profile *profile)
{
	if (profile->alg->edition != IKP_HARD)
		return (struct ikp_profile_field){0, 0, 0};
	return (struct ikp_profile_field){(int)profile->alg->edition,
	    (int)profile->variant, (int)profile->alg->hash_alg};
}

semper_err
ikp_h_common(const struct ikp_profile *profile, struct ikp_digest *out,
    const struct ikp_common *common)
{
	uint8_t room[IKP_COMMON_DER_MAX];
	struct semper_buffer der = SEMPER_BUFFER(room);
	struct ikp_common swapped = *common;

	if (FAULT("common-order")) { /* idB and hDesc change places */
		swapped.id_b = common->h_desc;
		swapped.h_desc = common->id_b;
		common = &swapped;
	}
	TRY(der_of(profile->alg, &der, &ikp_common_type, common));
	ikp_hash(profile->alg, out, IKP_CTX_COMMON, semper_written(&der));
	return SEMPER_OK;
}

semper_err
ikp_reference(uint8_t out[IKP_REFERENCE_SIZE], const struct ikp_clear *clear,
    int64_t auth_seq)
{
	struct reference value = {clear->id_s, clear->tid_s, clear->date,
	    clear->nonce_s, auth_seq};
	uint8_t room[256];
	struct semper_buffer der = SEMPER_BUFFER(room);

	TRY(semper_der_encode(semper_der_find("IKP-Store", "Reference"),
	    reference_fields, &value, &der));
	semper_hash_ctx(out, ikp_contexts[IKP_CTX_NETWORK_REFERENCE],
	    semper_written(&der));
	return SEMPER_OK;
}

/* ---- known answers ---- */

/* EC95 and JSAC with SHA-256: no profile uses them. */
static const struct ikp_algorithms known_sha256[2] = {
    {IKP_EC95, "IKP-Historic", SEMPER_SHA256, IKP_HASH_SHA256, false, false,
	false, NULL},
    {IKP_JSAC, "IKP-Historic", SEMPER_SHA256, IKP_HASH_SHA256, false, true,
	false, NULL},
};
static const struct semper_field common256_fields[] = {COMMON, FIELD_END};
static const struct ikp_type common256_type = {"Common256", common256_fields,
    NULL};

static const struct ikp_algorithms *
known_algorithms(enum ikp_edition edition, enum semper_hash hash)
{
	if (ikp_algorithms[edition].hash == hash)
		return &ikp_algorithms[edition];
	if (edition != IKP_HARD && hash == SEMPER_SHA256)
		return &known_sha256[edition];
	return NULL;
}

static semper_err
known_commitments(struct ikp_known_answer *out,
    const struct ikp_algorithms *alg, const struct ikp_known_input *in)
{
	if (in->v.data != NULL)
		TRY(ikp_h_commit(alg, &out->h_v, IKP_CTX_COMMIT_V, in->v));
	if (in->vc.data != NULL)
		TRY(ikp_h_commit(alg, &out->h_vc, IKP_CTX_COMMIT_VC, in->vc));
	return SEMPER_OK;
}

static struct semper_bytes
digest_or_none(const struct ikp_digest *d)
{
	return d->len == 0 ? SEMPER_NONE : ikp_digest_bytes(d);
}

semper_err
ikp_known_answer(struct ikp_known_answer *out, const struct ikp_known_input *in)
{
	const struct ikp_algorithms *alg =
	    known_algorithms(in->edition, in->hash);
	struct ikp_common common = in->common;
	struct semper_buffer der = {out->common, 0, sizeof out->common};

	if (alg == NULL)
		return SEMPER_E_UNSUPPORTED;
	*out = (struct ikp_known_answer){.common_len = 0};
	TRY(ikp_id_b(alg, &out->id_b, in->r_b, in->ban));
	TRY(ikp_h_desc(alg, &out->h_desc, in->desc, in->salt_b));
	TRY(known_commitments(out, alg, in));
	common.profile = ikp_profile_field(
	    &ikp_profiles[3 * (int)in->edition + (int)in->variant - 1]);
	common.id_b = ikp_digest_bytes(&out->id_b);
	common.h_desc = ikp_digest_bytes(&out->h_desc);
	common.h_v = digest_or_none(&out->h_v);
	common.h_vc = digest_or_none(&out->h_vc);
	TRY(der_of(alg, &der,
	    alg->hash == SEMPER_SHA256 && alg->edition != IKP_HARD
		? &common256_type
		: &ikp_common_type,
	    &common));
	out->common_len = der.len;
	ikp_hash(alg, &out->h_common, IKP_CTX_COMMON, semper_written(&der));
	return SEMPER_OK;
}
