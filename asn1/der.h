/* der.h -- strict DER in and out, driven by the ASN.1 modules.
 *
 * The notions
 *
 *   type      an assignment of a module in asn1/, found by its names:
 *             semper_der_find("IKP", "Invoice").  Constant, never freed.
 *   field     one line that ties a component of a type to a C struct member.
 *   binding   a table of fields, in the order of the schema.  The same table
 *             serves both directions.
 *
 *     struct price { int64_t currency, amount, exponent; };
 *     struct offer {
 *         struct semper_bytes id_s;      view of the string's octets
 *         struct price price;
 *         int64_t date;                  seconds since 1970, UTC
 *         bool has_reason;
 *         int64_t reason;                OPTIONAL
 *     };
 *     static const struct semper_field price_fields[] = {
 *         FIELD_INT("currency", struct price, currency),
 *         FIELD_INT("amount", struct price, amount),
 *         FIELD_INT("exponent", struct price, exponent),
 *         FIELD_END};
 *     static const struct semper_field offer_fields[] = {
 *         FIELD_BYTES("clear.idS", struct offer, id_s),
 *         FIELD_GROUP("clear.price", struct offer, price, price_fields),
 *         FIELD_TIME("clear.date", struct offer, date),
 *         FIELD_PRESENT("reason", struct offer, has_reason),
 *         FIELD_INT("reason", struct offer, reason),
 *         FIELD_END};
 *
 *     err = semper_der_decode(type, offer_fields, &offer, der);
 *
 * A path names components from the type downward, separated by dots; the
 * path "" is the type itself.  Several fields may share a path; then the
 * order is PRESENT, DER, the rest.  Components of a SEQUENCE OF have no path:
 * they are bound by a LIST.  The members' C types are checked by the compiler;
 * that paths, order and kinds fit the schema is checked by
 * semper_der_binding_check, which a unit test calls for each binding.
 *
 * Decoding
 *
 *   Every octet is checked against the whole schema, bound or not (spec/der.md,
 *   DER-D): one encoding per value, constraints included.  A refusal is
 *   SEMPER_REFUSAL(SEMPER_MALFORMED, 0), and semper_refused_by() names the
 *   requirement.  Views point into the input, nothing is copied or allocated.
 *   After a refusal the struct holds no meaning.  Absent OPTIONAL
 *   components: views are SEMPER_NONE, lists have n == 0, PRESENT is false, the
 *   rest is untouched; absent DEFAULT components: the default value.
 *
 * Encoding
 *
 *   The output is appended to the buffer: the one DER encoding of the struct.
 *   SEMPER_E_ARGUMENT if a value breaks a constraint of the schema, a mandatory
 *   component is missing or the binding does not cover the type;
 *   SEMPER_E_SPACE if the buffer is too small.  On error out->len and the
 *   octets before it are unchanged, and those that were written are wiped.  An
 *   OPTIONAL component is written if its PRESENT member is true, or, without
 *   one, if a view is not NULL or a list not empty.  A SET OF must be given in
 *   order.
 *
 * All calls may be made from several threads at once.
 *
 * What is not claimed: the decoder branches on the input, so secrets that are
 * decoded (private keys) are exposed to timing and cache observation; BER is
 * never accepted; SET (not SET OF), REAL, ANY DEFINED BY, extension markers
 * and the string types other than those below are refused when the library
 * first looks at a module.
 */
#ifndef SEMPER_ASN1_DER_H
#define SEMPER_ASN1_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	SEMPER_DER_MAX_OCTETS = 1048576, /* of one message */
	SEMPER_DER_MAX_DEPTH = 24,       /* of nested encodings */
	SEMPER_DER_MAX_ELEMENTS = 65536  /* encodings within one message */
};

struct semper_der_type;

/* The type of a linked module, NULL if there is none.  NULL is a valid first
 * argument of the calls below; they answer SEMPER_E_ARGUMENT. */
const struct semper_der_type *semper_der_find(const char *module,
    const char *type);

/* One line of a binding; made by the macros below, not by hand. */
struct semper_field {
	const char *path;
	unsigned kind;
	size_t offset;                   /* of the member (list: of item[0]) */
	size_t count_offset;             /* list: of n */
	size_t capacity;                 /* list: how many items */
	size_t stride;                   /* list: octets of one item */
	const struct semper_field *group; /* fields of the component or item */
};

enum semper_field_kind {
	SEMPER_FIELD_BYTES = 1,
	SEMPER_FIELD_NATURAL,
	SEMPER_FIELD_INT,
	SEMPER_FIELD_ENUM,
	SEMPER_FIELD_BOOL,
	SEMPER_FIELD_BITS,
	SEMPER_FIELD_TIME,
	SEMPER_FIELD_PRESENT,
	SEMPER_FIELD_CHOICE,
	SEMPER_FIELD_DER,
	SEMPER_FIELD_GROUP,
	SEMPER_FIELD_LIST,
	SEMPER_FIELD_LIST_DER,
	SEMPER_FIELD_LIST_GROUP
};

/* struct semper_bytes: the contents octets of any primitive type.  Of a BIT
 * STRING (without named bits) the octets after the unused-bits octet; of an
 * OBJECT IDENTIFIER its encoded arcs; of an INTEGER its two's complement. */
#define FIELD_BYTES(path, s, m) \
	FIELD_(path, SEMPER_FIELD_BYTES, s, m, struct semper_bytes)

/* struct semper_bytes: an INTEGER (0..MAX), big endian, without leading zero
 * octets; zero is one octet 00. */
#define FIELD_NATURAL(path, s, m) \
	FIELD_(path, SEMPER_FIELD_NATURAL, s, m, struct semper_bytes)

/* int64_t: an INTEGER whose range in the schema fits. */
#define FIELD_INT(path, s, m) FIELD_(path, SEMPER_FIELD_INT, s, m, int64_t)

/* Any enum, or int: an ENUMERATED. */
#define FIELD_ENUM(path, s, m)                                             \
	{(path), SEMPER_FIELD_ENUM,                                        \
	    offsetof(s, m) + 0 * sizeof(char[sizeof(((s *)0)->m) ==        \
			sizeof(int) ? 1 : -1]),                            \
	    0, 0, 0, NULL}

#define FIELD_BOOL(path, s, m) FIELD_(path, SEMPER_FIELD_BOOL, s, m, bool)

/* uint32_t: a BIT STRING with named bits; bit n of the string is 1 << n.  Bits
 * above 31 are checked and dropped. */
#define FIELD_BITS(path, s, m) FIELD_(path, SEMPER_FIELD_BITS, s, m, uint32_t)

/* int64_t: GeneralizedTime (years 0000 to 9999) or UTCTime (1950 to 2049), as
 * seconds since 1970-01-01 00:00 UTC without leap seconds. */
#define FIELD_TIME(path, s, m) FIELD_(path, SEMPER_FIELD_TIME, s, m, int64_t)

/* bool: the OPTIONAL component at PATH is there. */
#define FIELD_PRESENT(path, s, m) \
	FIELD_(path, SEMPER_FIELD_PRESENT, s, m, bool)

/* int: which alternative of the CHOICE at PATH, counted from 0. */
#define FIELD_CHOICE(path, s, m) FIELD_(path, SEMPER_FIELD_CHOICE, s, m, int)

/* struct semper_bytes: the whole encoding of the component as it stands there,
 * identifier and length included.  When encoding, a view that is not NULL is
 * checked against the schema and copied, and the other fields of the component
 * are ignored; a NULL view leaves the component to them. */
#define FIELD_DER(path, s, m) \
	FIELD_(path, SEMPER_FIELD_DER, s, m, struct semper_bytes)

/* A struct: the component at PATH, by a binding of its own. */
#define FIELD_GROUP(path, s, m, fields) \
	{(path), SEMPER_FIELD_GROUP, offsetof(s, m), 0, 0, 0, (fields)}

/* struct { size_t n; T item[CAPACITY]; }: a SEQUENCE OF or SET OF whose SIZE in
 * the schema is at most CAPACITY.  LIST: T is struct semper_bytes, contents
 * octets of primitive elements as with FIELD_BYTES.  LIST_DER: the same, whole
 * encodings of any elements.  LIST_GROUP: T is a struct with a binding. */
#define FIELD_LIST(path, s, m) \
	FIELD_LIST_(path, SEMPER_FIELD_LIST, s, m, struct semper_bytes, NULL)
#define FIELD_LIST_DER(path, s, m) \
	FIELD_LIST_(path, SEMPER_FIELD_LIST_DER, s, m, struct semper_bytes, NULL)
#define FIELD_LIST_GROUP(path, s, m, t, fields) \
	FIELD_LIST_(path, SEMPER_FIELD_LIST_GROUP, s, m, t, fields)

#define FIELD_END {NULL, 0, 0, 0, 0, 0, NULL}

#define FIELD_(path, kind, s, m, t) \
	{(path), (kind), FIELD_AT_(s, m, t), 0, 0, 0, NULL}
#define FIELD_LIST_(path, kind, s, m, t, fields)                           \
	{(path), (kind), FIELD_AT_(s, m.item[0], t),                       \
	    FIELD_AT_(s, m.n, size_t),                                     \
	    sizeof(((s *)0)->m.item) / sizeof(t), sizeof(t), (fields)}
#define FIELD_AT_(s, m, t) _Generic(((s *)0)->m, t: offsetof(s, m))

/* Decode DER, exactly one encoding of TYPE, into the struct at DST. */
semper_err semper_der_decode(const struct semper_der_type *type,
    const struct semper_field *fields, void *dst, struct semper_bytes der)
    SEMPER_MUST_CHECK;

/* Append the encoding of the struct at SRC to OUT. */
semper_err semper_der_encode(const struct semper_der_type *type,
    const struct semper_field *fields, const void *src,
    struct semper_buffer *out) SEMPER_MUST_CHECK;

/* Decode DER strictly and append to OUT the encoding of the values found.  It
 * equals DER octet for octet, as every other encoding was refused. */
semper_err semper_der_canonical(const struct semper_der_type *type,
    struct semper_bytes der, struct semper_buffer *out) SEMPER_MUST_CHECK;

/* For unit tests.  NULL if FIELDS fit TYPE in both directions; else the path of
 * the first field that does not, or the name of a mandatory component that
 * no field covers.  The second call is for bindings that only decode and need
 * not cover everything. */
const char *semper_der_binding_check(const struct semper_der_type *type,
    const struct semper_field *fields);
const char *semper_der_binding_check_decode(const struct semper_der_type *type,
    const struct semper_field *fields);

/* Walk over a run of encodings, each as semper_der_decode has accepted it: cut
 * the first off REST.  False when nothing is left, or nothing well-formed. */
bool semper_der_next(struct semper_bytes *rest, struct semper_bytes *first);

/* The contents octets of one such encoding, SEMPER_NONE if it is none. */
struct semper_bytes semper_der_contents(struct semper_bytes der);

/* GeneralizedTime as text, for what is not ASN.1: 15 characters YYYYMMDDHHMMSSZ
 * to seconds since 1970 and back.  False if there is no such time. */
bool semper_time_parse(int64_t *seconds, struct semper_bytes text);
bool semper_time_format(char text[16], int64_t seconds);

#endif
