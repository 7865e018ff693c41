/* ikp_profile.h -- editions, variants and profiles of iKP (spec/ikp.md 1.1,
 * spec/ikp-micro.md 1).
 *
 * A profile is an edition and a variant, with micro-payments or without.
 * Profile i stands for bit 1 << i of a mask; masks mean the same as the
 * profile column of the tables in the specification.  All that differs
 * between editions in algorithms is one constant record.
 */
#ifndef SEMPER_IKP_PROFILE_H
#define SEMPER_IKP_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "pki/path.h"

#define IKP_BASE_PROFILES 9 /* the first: without micro-payments */
#define IKP_PROFILES 18

/* The numbers are those of the modules. */
enum ikp_edition { IKP_EC95, IKP_JSAC, IKP_HARD };
enum ikp_variant { IKP_1KP = 1, IKP_2KP, IKP_3KP };
enum ikp_hash_alg { IKP_HASH_SHA1 = 1, IKP_HASH_SHA256 };

struct ikp_algorithms {
	enum ikp_edition edition;
	const char *module;                   /* of asn1/ */
	enum semper_hash hash;                /* of H, HK, OAEP, signatures */
	enum ikp_hash_alg hash_alg;           /* its number in Profile */
	bool contexts;                        /* H and S_X start with one */
	bool keyed;                           /* ID_B and hDesc are HMACs */
	bool pss;                             /* else PKCS#1 v1.5 */
	const struct semper_path_rules *path; /* how certificates are judged */
};

struct ikp_profile {
	const char *name; /* "ikp/3kp-hard" */
	enum ikp_variant variant;
	const struct ikp_algorithms *alg;
};

extern const struct ikp_algorithms ikp_algorithms[3];
extern const struct ikp_profile ikp_profiles[IKP_PROFILES];
extern const char *const ikp_profile_names[IKP_PROFILES];

/* ---- masks ---- */

#define IKP_BOTH_(base) ((base) | (base) << IKP_BASE_PROFILES)
#define IKP_EDITION_EC95 IKP_BOTH_(0x007u)
#define IKP_EDITION_JSAC IKP_BOTH_(0x038u)
#define IKP_EDITION_HARD IKP_BOTH_(0x1c0u)
#define IKP_VARIANT_1KP IKP_BOTH_(0x049u)
#define IKP_VARIANT_2KP IKP_BOTH_(0x092u)
#define IKP_VARIANT_3KP IKP_BOTH_(0x124u)

#define IKP_NONE 0x00000u
#define IKP_BASE 0x001ffu
#define IKP_MICRO 0x3fe00u
#define IKP_ALL 0x3ffffu
#define IKP_HISTORIC_ALL (IKP_EDITION_EC95 | IKP_EDITION_JSAC)
#define IKP_JSAC_HARD (IKP_EDITION_JSAC | IKP_EDITION_HARD)
#define IKP_23KP (IKP_VARIANT_2KP | IKP_VARIANT_3KP)
#define IKP_12KP (IKP_VARIANT_1KP | IKP_VARIANT_2KP)

/* The index of the profile of this name, or -1. */
int ikp_profile_find(struct semper_bytes name);

/* Is PROFILE in MASK? */
bool ikp_in(const struct ikp_profile *profile, uint32_t mask);

/* MASK as the specification writes it: "all", "hard", "jsac,hard 2kp,3kp",
 * "hard 3kp micro".  MASK is all pairs of some editions and some variants, with
 * micro-payments, without or both, as every mask of the tables is. */
#define IKP_MASK_TEXT 32
void ikp_mask_text(char text[IKP_MASK_TEXT], uint32_t mask);

#endif
