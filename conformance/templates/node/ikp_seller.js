'use strict';
// The seller of iKP, profile ikp/1kp-hard, with Node's own crypto module.
// Written from spec/ikp.md; the numbers in the comments are its requirements.

const crypto = require('crypto');
const der = require('./der.js');
const { BOOL, INT, OCT, ENUM, UTF8, TIME, VIS } = der;

const PROFILE = 'ikp/1kp-hard';
const HARD_1KP = { edition: 2, variant: 1, hash: 2 };
const ERRORS = { // spec/ikp.md section 10: code -> class, number
  malformed: ['malformed', 1], 'bad-version': ['range', 2], 'bad-state': ['state', 3],
  'common-mismatch': ['proof', 7], 'sig-invalid': ['auth', 9],
  'variant-not-allowed': ['policy', 11], 'unknown-transaction': ['identity', 14],
  'already-final': ['state', 15], expired: ['expired', 16],
};
const STATUS = { invoiced: 1, 'auth-sent': 2, authorized: 3, captured: 3, declined: 4,
  cancelled: 5, expired: 6 };
const REQUESTS = ['Initiate', 'Payment', 'AuthReq', 'InquiryReq', 'AcqInquiryReq', 'ReversalReq'];
const FINAL = ['authorized', 'captured', 'declined', 'cancelled', 'expired'];

class Unsupported extends Error {}
class NoRandomness extends Error {}
class Refused extends Error {
  constructor(code) {
    super(code);
    this.reply = { class: ERRORS[code][0], code };
  }
}

function must(condition, code) {
  if (!condition) throw new Refused(code);
}

// ---- the messages of asn1/ikp.asn that reach or leave this party ----

const t = (tag, low = 0, high = 0) => ({ tag, low, high });
const mandatory = (o) => Object.entries(o).map(([name, schema]) => [name, null, schema, 0]);
const DIGEST = t(OCT, 32, 32), RND = t(OCT, 16, 32), SIG = t(OCT, 128, 1024);
const ENC_SLIP = t(OCT, 128, 1024), DESC = t(UTF8, 1, 4096);
const CHAIN = { list: t(OCT, 1, 8192), low: 1, high: 4 };
const PRICE = mandatory({ currency: t(INT, 1, 999), amount: t(INT, 0, 999999999999), exponent: t(INT, -4, 4) });
const EDITION = [['profile', 0, mandatory({ edition: t(ENUM, 0, 2), variant: t(ENUM, 1, 3), hash: t(ENUM, 1, 2) }), 0]];
const IDS = mandatory({ idS: t(VIS, 1, 30), tidS: t(OCT, 8, 20) });
const OFFER = [...IDS, ...mandatory({ date: t(TIME), nonceS: RND })];
const CLEAR = [...EDITION, ...OFFER, ...mandatory({ hCommon: DIGEST })];
const COMMON = [...EDITION, ...mandatory({ price: PRICE }), ...OFFER, ...mandatory({ idB: DIGEST, hDesc: DIGEST })];
const RESP = [['decision', null, t(ENUM, 0, 1), 0], ['authCode', null, t(VIS, 1, 6), 1],
  ['reason', 0, t(INT, 0, 99), 1], ['authAmount', 1, PRICE, 1]];
const AUTH = mandatory({ authSeq: t(INT, 1, 99), captureNow: t(BOOL) });
const RESPONSE = [...IDS, ...mandatory({ resp: RESP }), ...AUTH, ...mandatory({ sigA: SIG })];
const TBS_AUTH_RES = [...mandatory({ resp: RESP, hCommon: DIGEST, hEncSlip: DIGEST }), ...AUTH];
const CANCEL = [...IDS, ...mandatory({ reason: t(INT, 0, 99) })];
const BODIES = {
  Initiate: mandatory({ saltB: RND, idB: DIGEST, orderRef: t(OCT, 1, 64) }),
  Invoice: [['clear', null, CLEAR, 0], ['certA', 0, CHAIN, 1], ['certASig', 1, CHAIN, 1]],
  Payment: [...IDS, ...mandatory({ encSlip: ENC_SLIP })],
  Cancel: CANCEL,
  AuthReq: mandatory({ clear: CLEAR, hDesc: DIGEST, encSlip: ENC_SLIP, captureNow: t(BOOL),
    authSeq: t(INT, 1, 99), authAmount: PRICE }),
  AuthRes: RESPONSE,
  Confirm: RESPONSE, // in 1KP there is no V to add
  InquiryReq: [...IDS, ...mandatory({ saltB: RND })],
  InquiryRes: [...IDS, ...mandatory({ hInquiry: DIGEST, status: t(ENUM, 0, 6) }),
    ['confirm', 0, RESPONSE, 1], ['cancel', 1, CANCEL, 1]],
  ErrorMsg: mandatory({ code: t(INT, 1, 99) }),
};
const ENVELOPE = mandatory({ version: t(INT, 1, 255), profile: t(VIS, 1, 40), type: t(VIS, 1, 40),
  session: t(OCT, 16, 16), body: t(OCT, 0, 1048576) });

function parse(schema, octets) {
  try {
    return der.decode(schema, octets);
  } catch (e) {
    if (!(e instanceof der.Malformed)) throw e;
    throw new Refused('malformed');
  }
}

// ---- hashes under a context (spec/ikp.md section 3.1) ----

function prefixed(word, octets) {
  const context = Buffer.from(`semper/ikp/1 ${word}`);
  return Buffer.concat([Buffer.from([context.length]), context, octets]);
}

function H(word, octets) {
  return crypto.createHash('sha256').update(prefixed(word, octets)).digest();
}

// ---- the party ----

class Seller {
  constructor(profiles, params) {
    if (profiles.some((p) => p !== PROFILE)) throw new Unsupported('profile');
    this.idS = Buffer.from(params.idS);
    this.lifetime = params.lifetime ?? 900;
    this.certA = params.acquirerEnc.map((c) => Buffer.from(c, 'hex'));
    this.certASig = params.acquirerSig.map((c) => Buffer.from(c, 'hex'));
    this.slipLength = new crypto.X509Certificate(this.certA[0])
      .publicKey.asymmetricKeyDetails.modulusLength / 8;
    this.acquirer = new crypto.X509Certificate(this.certASig[0]).publicKey;
    this.orders = new Map();
    this.payments = new Map(); // session -> transaction
  }

  // One event; without rand and now, with randomness and time of our own.
  step(event, rand = {}, now = Math.floor(Date.now() / 1000)) {
    Object.assign(this, { rand, now, drew: {}, out: [], timers: [] });
    if (event.input) return this.onInput(event.input);
    if (event.timer) return this.onTimer(...event.timer.split('/'));
    const msg = Buffer.from(event.recv.msg, 'hex');
    const envelope = parse(ENVELOPE, msg); // IKP-G-01
    const type = envelope.type.toString();
    try {
      return this.onMessage(envelope, type, msg);
    } catch (e) {
      if (e instanceof Refused && REQUESTS.includes(type) && envelope.profile.equals(Buffer.from(PROFILE))) {
        this.out = []; // IKP-G-14
        this.send(event.recv.from, 'ErrorMsg', envelope.session, { code: ERRORS[e.message][1] });
        e.reply.out = this.out;
      }
      throw e;
    }
  }

  onMessage(envelope, type, msg) {
    must(envelope.version === 1, 'bad-version'); // IKP-G-12
    must(envelope.profile.equals(Buffer.from(PROFILE)), 'variant-not-allowed'); // IKP-G-02
    must(Object.hasOwn(BODIES, type), 'malformed');
    const body = parse(BODIES[type], envelope.body); // IKP-G-01, IKP-G-07
    const p = this.payments.get(envelope.session.toString('hex'));
    if (p && type !== 'InquiryReq' && p.seen.has(msg.toString('hex'))) return this.again(p, type); // IKP-G-04
    const method = `on${type}`;
    must(method in this, 'bad-state'); // IKP-G-03
    if (type === 'Initiate') must(!p, 'bad-state');
    else must(p, 'unknown-transaction'); // IKP-G-17
    const answer = this[method](p, body, envelope);
    const now = this.payments.get(envelope.session.toString('hex'));
    if (type !== 'InquiryReq') now.seen.add(msg.toString('hex'));
    return answer;
  }

  again(p, type) { // what went back to the sender, if anything did
    this.out = p.answers[type] ?? [];
    return this.done(p);
  }

  own(p, body) { // IKP-G-17
    must(body.idS.equals(this.idS) && body.tidS.equals(p.clear.tidS), 'unknown-transaction');
  }

  onErrorMsg(p, { code }) { // IKP-G-11
    return this.done(p, { error: code });
  }

  onInput(input) {
    if (input.do === 'offer') {
      this.orders.set(input.order, input);
      return { out: [], status: 'continue', drew: {}, result: { state: 'offered' } };
    }
    const p = this.payments.get(input.session);
    must(p, 'unknown-transaction');
    must(input.do === 'cancel' && p.state === 'invoiced', 'bad-state'); // IKP-S-15
    p.cancel = { idS: this.idS, tidS: p.clear.tidS, reason: input.reason };
    p.state = 'cancelled';
    this.send('buyer', 'Cancel', p.session, p.cancel);
    p.answers.Payment = this.out;
    return this.done(p);
  }

  onTimer(name, session, attempt) {
    const p = this.payments.get(session);
    must(p && p.state === (name === 'expire' ? 'invoiced' : 'auth-sent'), 'bad-state');
    if (name === 'expire') p.state = 'expired';
    else this.ask(p, Number(attempt)); // IKP-S-16
    return this.done(p);
  }

  onInitiate(none, { saltB, idB, orderRef }, { session }) {
    const order = this.orders.get(orderRef.toString('hex'));
    must(order, 'unknown-transaction'); // IKP-S-20
    const hDesc = crypto.createHmac('sha256', saltB)
      .update(prefixed('description', der.encode(DESC, Buffer.from(order.desc)))).digest();
    const offer = { profile: HARD_1KP, idS: this.idS, tidS: this.draw('TID_S', 8, (tid) => // IKP-S-01
      [...this.payments.values()].every((q) => !q.clear.tidS.equals(tid))),
    date: this.now, nonceS: this.draw('NONCE_S', 16) };
    const hCommon = H('common', der.encode(COMMON, { ...offer, price: order.price, idB, hDesc }));
    const p = { session, order, saltB, hDesc, clear: { ...offer, hCommon }, state: 'invoiced', seen: new Set(), answers: {} };
    this.payments.set(session.toString('hex'), p);
    this.send('buyer', 'Invoice', session, { clear: p.clear, certA: this.certA, certASig: this.certASig });
    p.answers.Initiate = this.out;
    this.timers.push({ name: `expire/${session.toString('hex')}`, at: this.now + this.lifetime });
    return this.done(p);
  }

  onPayment(p, body) {
    this.own(p, body);
    if (p.state === 'cancelled') return this.again(p, 'Payment'); // IKP-S-24
    must(!['authorized', 'captured', 'declined'].includes(p.state), 'already-final'); // IKP-S-27, IKP-S-38
    must(p.state !== 'auth-sent', 'bad-state');
    must(p.state !== 'expired' && this.now <= p.clear.date + this.lifetime, 'expired'); // IKP-S-05
    must(body.encSlip.length === this.slipLength, 'malformed'); // IKP-S-08
    p.request = { clear: p.clear, hDesc: p.hDesc, encSlip: body.encSlip, // IKP-S-09
      captureNow: p.order.captureNow ?? false, authSeq: 1, authAmount: p.order.price };
    p.state = 'auth-sent';
    this.ask(p, 0);
    return this.done(p);
  }

  ask(p, attempt) {
    this.send('acquirer', 'AuthReq', p.session, p.request);
    const wait = [10, 30, 90][attempt];
    const name = `retry/${p.session.toString('hex')}/${attempt + 1}`;
    if (wait) this.timers.push({ name, at: this.now + wait });
  }

  onAuthRes(p, body) {
    must(p.state === 'auth-sent', 'bad-state');
    this.own(p, body);
    const { resp, sigA, authSeq, captureNow } = body;
    must((resp.decision === 1) === (resp.authAmount !== undefined), 'malformed'); // IKP-G-18
    must(authSeq === 1 && captureNow === p.request.captureNow, 'common-mismatch'); // IKP-S-22
    const tbs = der.encode(TBS_AUTH_RES, { resp, hCommon: p.clear.hCommon,
      hEncSlip: H('enc-slip', p.request.encSlip), authSeq, captureNow });
    must(crypto.verify('sha256', prefixed('auth-response', tbs), { key: this.acquirer, saltLength: 32,
      padding: crypto.constants.RSA_PKCS1_PSS_PADDING }, sigA), 'sig-invalid'); // IKP-S-11
    p.confirm = { idS: this.idS, tidS: p.clear.tidS, resp, authSeq, captureNow, sigA };
    p.state = !resp.decision ? 'declined' : captureNow ? 'captured' : 'authorized'; // IKP-S-12, IKP-S-50
    this.send('buyer', 'Confirm', p.session, p.confirm);
    p.answers.Payment = this.out;
    return this.done(p);
  }

  onInquiryReq(p, body, { body: octets }) {
    this.own(p, body);
    must(body.saltB.length === p.saltB.length && crypto.timingSafeEqual(body.saltB, p.saltB),
      'unknown-transaction'); // IKP-S-25
    this.send('buyer', 'InquiryRes', p.session, { idS: this.idS, tidS: p.clear.tidS, // IKP-S-28
      hInquiry: H('inquiry-hash', octets), status: STATUS[p.state], confirm: p.confirm, cancel: p.cancel });
    return this.done(p);
  }

  // N octets of a label's stream, the next N as long as they do not fit.
  draw(label, n, fits = () => true) {
    let stream = this.rand[label] === undefined ? null : Buffer.from(this.rand[label], 'hex');
    for (;;) {
      const octets = stream ? stream.subarray(0, n) : crypto.randomBytes(n);
      if (octets.length < n) throw new NoRandomness();
      this.drew[label] = (this.drew[label] ?? 0) + n;
      if (fits(octets)) return octets;
      stream = stream && stream.subarray(n);
    }
  }

  send(to, type, session, body) {
    const envelope = { version: 1, profile: Buffer.from(PROFILE), type: Buffer.from(type), session,
      body: der.encode(BODIES[type], body) };
    this.out.push({ to, msg: der.encode(ENVELOPE, envelope).toString('hex') });
  }

  done(p, more = {}) {
    return { out: this.out, timers: this.timers, drew: this.drew,
      status: FINAL.includes(p.state) ? 'done' : 'continue',
      result: { session: p.session.toString('hex'), state: p.state, ...more } };
  }
}

module.exports = { PROFILES: [PROFILE], Seller, Refused, Unsupported, NoRandomness };
