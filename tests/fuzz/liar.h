/* liar.h -- the mutator: what can be wrong with a message, or with evidence.
 *
 * Octets and fields are changed; a corrupt party signs what was changed with
 * its real key, seals slips of its own, gives out links of its chain, and puts
 * something else into the channel of 1KP.
 *
 * None of this needs to know what a signature covers.  The linker puts our
 * ikp_verify before the real one: it signs whatever is about to be verified,
 * into the octets at hand, if the key is one of ours.  The message is then
 * delivered for real.  A MAC is made again and a channel opened in the same
 * way.
 */
#ifndef SEMPER_TESTS_FUZZ_LIAR_H
#define SEMPER_TESTS_FUZZ_LIAR_H

#include "tests/fuzz/play.h"

enum { LIAR_MESSAGE = 16384, LIAR_REGIONS = 48 };

enum liar_way { LIAR_OCTET, LIAR_FIELD, LIAR_SLIP, LIAR_LINK };

/* What is next in P arrives changed: before the genuine message or, as the
 * input says, instead of it; signed again or not. */
void liar_speaks(struct play *p, enum liar_way way, struct semper_bytes *in);

/* Is M, or what is sealed in M, a message whose type has WORD in its name? */
bool liar_finds(struct play *p, const struct play_message *m, const char *word);

/* ---- for what is no play ---- */

/* X with an octet changed; its length. */
size_t liar_octet(uint8_t *octets, struct semper_bytes x,
    struct semper_bytes *in);
/* Message M with a field changed; its length, 0 if that is none. */
size_t liar_field(const struct play *p, const struct play_message *m,
    uint8_t *octets, struct semper_bytes *in);
/* DER of TYPE with a field changed; VALUE is room for the struct, zeroed. */
size_t liar_value(const struct ikp_profile *profile,
    const struct ikp_type *type, void *value, struct semper_bytes der,
    uint8_t *octets, struct semper_bytes *in);

/* From now on what is verified is signed again where it lies in a region, with
 * the keys of STAGE; and then no longer: whose keys were used, one bit each. */
void liar_begin(const struct stage *stage);
void liar_region(uint8_t *octets, size_t len);
unsigned liar_end(void);

#endif
