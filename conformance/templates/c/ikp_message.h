/* ikp_message.h -- the messages of iKP, profile ikp/1kp-ec95, at the acquirer.
 */
#ifndef TEMPLATE_IKP_MESSAGE_H
#define TEMPLATE_IKP_MESSAGE_H

#include "der.h"

#define PROFILE "ikp/1kp-ec95"

struct envelope {
	struct view version, profile, type, session, body;
};

struct auth_req { /* Clear is ID_S .. hCommon */
	struct view id_s, tid_s, date, nonce_s, h_common, h_desc, enc_slip;
	struct view quadruple, ids; /* their encodings, side by side */
	bool capture;
};

struct slip {
	struct view price, price_der, h_common, ban, r_b, pin;
};

struct net_reply {
	struct view reference, decision, auth_code;
};

bool decode_envelope(struct view msg, struct envelope *e);
bool decode_auth_req(struct view body, struct auth_req *r);
bool decode_slip(struct view der, struct slip *s);
bool decode_net_reply(struct view msg, struct net_reply *r);
bool decode_error(struct view body, int *code);

/* OUT = an Envelope around the components at BODY. */
void encode_message(struct text *out, const char *type, const uint8_t *session,
    const struct text *body);

#endif
