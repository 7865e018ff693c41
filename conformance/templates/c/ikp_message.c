/* ikp_message.c -- the messages of iKP, profile ikp/1kp-ec95, at the acquirer.
 */
#include "ikp_message.h"

#include <string.h>

bool
decode_envelope(struct view msg, struct envelope *e)
{
	struct view in;

	return der_take(&msg, SEQ, &in, NULL) && msg.n == 0 &&
	       der_leaf(&in, INT, INT, 1, 255, &e->version) &&
	       der_leaf(&in, VIS, VIS, 1, 40, &e->profile) &&
	       der_leaf(&in, VIS, VIS, 1, 40, &e->type) &&
	       der_leaf(&in, OCT, OCT, 16, 16, &e->session) &&
	       der_leaf(&in, OCT, OCT, 0, 1048576, &e->body) && in.n == 0;
}

bool
decode_auth_req(struct view body, struct auth_req *r)
{
	struct view in, clear, captured;
	const uint8_t *start, *ids_end;

	if (!der_take(&body, SEQ, &in, NULL) || body.n != 0 ||
	    !der_take(&in, SEQ, &clear, NULL))
		return false;
	start = clear.p;
	if (!der_leaf(&clear, VIS, VIS, 1, 30, &r->id_s) ||
	    !der_leaf(&clear, OCT, OCT, 1, 20, &r->tid_s))
		return false;
	ids_end = clear.p;
	if (!der_leaf(&clear, TIME, TIME, 0, 0, &r->date) ||
	    !der_leaf(&clear, OCT, OCT, 16, 32, &r->nonce_s))
		return false;
	r->ids = (struct view){start, (size_t)(ids_end - start)};
	r->quadruple = (struct view){start, (size_t)(clear.p - start)};
	if (!der_leaf(&clear, OCT, OCT, 20, 20, &r->h_common) || clear.n != 0 ||
	    !der_leaf(&in, OCT, OCT, 20, 20, &r->h_desc) ||
	    !der_leaf(&in, OCT, OCT, 128, 1024, &r->enc_slip) ||
	    !der_leaf(&in, BOOL, BOOL, 0, 0, &captured) || in.n != 0)
		return false; /* 1KP has none of the optional parts (IKP-G-07)
			       */
	r->capture = captured.p[0] != 0;
	return true;
}

bool
decode_slip(struct view der, struct slip *s)
{
	struct view in, price, x;

	if (!der_take(&der, SEQ, &in, NULL) || der.n != 0 ||
	    !der_take(&in, SEQ, &price, &s->price_der) ||
	    !der_leaf(&price, INT, INT, 1, 999, &x) ||
	    !der_leaf(&price, INT, INT, 0, 999999999999, &x) ||
	    !der_leaf(&price, INT, INT, -4, 4, &x) || price.n != 0 ||
	    !der_leaf(&in, OCT, OCT, 20, 20, &s->h_common) ||
	    !der_leaf(&in, NUM, NUM, 12, 19, &s->ban) ||
	    !der_leaf(&in, OCT, OCT, 16, 32, &s->r_b))
		return false;
	s->pin = (struct view){NULL, 0}; /* EC95: no EXPIRATION */
	if (in.n > 0 && !der_leaf(&in, 0x80, NUM, 4, 12, &s->pin))
		return false;
	return in.n == 0;
}

bool
decode_net_reply(struct view msg, struct net_reply *r)
{
	struct view in, reason;

	if (!der_take(&msg, SEQ, &in, NULL) || msg.n != 0 ||
	    !der_leaf(&in, OCT, OCT, 32, 32, &r->reference) ||
	    !der_leaf(&in, ENUM, ENUM, 0, 1, &r->decision))
		return false;
	r->auth_code = (struct view){NULL, 0};
	if (in.n > 0 && in.p[0] == VIS &&
	    !der_leaf(&in, VIS, VIS, 1, 6, &r->auth_code))
		return false;
	if (in.n > 0 && !der_leaf(&in, 0x80, INT, 0, 99, &reason))
		return false;
	return in.n == 0;
}

bool
decode_error(struct view body, int *code)
{
	struct view in, value;

	if (!der_take(&body, SEQ, &in, NULL) || body.n != 0 ||
	    !der_leaf(&in, INT, INT, 1, 99, &value) || in.n != 0)
		return false;
	*code = (int)der_int(value);
	return true;
}

void
encode_message(struct text *out, const char *type, const uint8_t *session,
    const struct text *body)
{
	struct text inner = {.n = 0}, whole = {.n = 0};

	der_put(&whole, SEQ, body->p, body->n);
	der_put_int(&inner, INT, 1);
	der_put(&inner, VIS, PROFILE, strlen(PROFILE));
	der_put(&inner, VIS, type, strlen(type));
	der_put(&inner, OCT, session, 16);
	der_put(&inner, OCT, whole.p, whole.n);
	out->n = 0;
	der_put(out, SEQ, inner.p, inner.n);
}
