'use strict';
// The seller of iKP, profile ikp/1kp-jsac, with Node's own crypto module.
// Written from spec/ikp.md; the numbers in the comments are its requirements.

const crypto = require('crypto');
const der = require('./der.js');
const { BOOL, INT, OCT, ENUM, UTF8, TIME, VIS } = der;

const PROFILE = 'ikp/1kp-jsac';
const ERRORS = { // spec/ikp.md section 10: code -> class, number
  malformed: ['malformed', 1], 'bad-version': ['range', 2], 'bad-state': ['state', 3],
  replay: ['replay', 6], 'cert-invalid': ['auth', 8], 'sig-invalid': ['auth', 9],
  'variant-not-allowed': ['policy', 11], 'unknown-transaction': ['identity', 14],
  'already-final': ['state', 15], expired: ['expired', 16],
};
const STATUS = { invoiced: 1, 'auth-sent': 2, authorized: 3, declined: 4, cancelled: 5,
  expired: 6 };
const REQUESTS = [ // answered when refused, whatever the profile
  'Initiate', 'Payment', 'AuthReq', 'InquiryReq', 'AcqInquiryReq', 'ReversalReq', 'CaptureReq',
  'RefundReq', 'BatchReq', 'SealedReq', 'MicroPay', 'MicroDeposit', 'MicroClose',
];
const FINAL = ['authorized', 'declined', 'cancelled', 'expired'];

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

// ---- the messages of asn1/ikp_historic.asn that reach or leave this party ----

const t = (tag, low = 0, high = 0) => ({ tag, low, high });
const mandatory = (o) => Object.entries(o).map(([name, schema]) => [name, null, schema, 0]);
const DIGEST = t(OCT, 20, 20), RND = t(OCT, 16, 32), SIG = t(OCT, 128, 1024);
const ENC_SLIP = t(OCT, 128, 1024), DESC = t(UTF8, 1, 4096);
const CHAIN = { list: t(OCT, 1, 8192), low: 1, high: 4 };
const PRICE = mandatory({ currency: t(INT, 1, 999), amount: t(INT, 0, 999999999999),
  exponent: t(INT, -4, 4) });
const IDS = mandatory({ idS: t(VIS, 1, 30), tidS: t(OCT, 1, 20) });
const OFFER = [...IDS, ...mandatory({ date: t(TIME), nonceS: RND })];
const CLEAR = [...OFFER, ...mandatory({ hCommon: DIGEST })];
const COMMON = mandatory({ price: PRICE }).concat(OFFER, mandatory({ idB: DIGEST, hDesc: DIGEST }));
const RESP = [['decision', null, t(ENUM, 0, 1), 0], ['authCode', null, t(VIS, 1, 6), 1],
  ['reason', 0, t(INT, 0, 99), 1]];
const RESPONSE = [...IDS, ...mandatory({ resp: RESP, sigA: SIG })];
const TBS_AUTH_RES = mandatory({ resp: RESP, hCommon: DIGEST });
const CANCEL = [...IDS, ...mandatory({ reason: t(INT, 0, 99) })];
const BODIES = {
  Initiate: mandatory({ saltB: RND, idB: DIGEST, orderRef: t(OCT, 1, 64) }),
  Invoice: [['clear', null, CLEAR, 0], ['certA', 0, CHAIN, 1]],
  Payment: [...IDS, ...mandatory({ encSlip: ENC_SLIP })],
  Cancel: CANCEL,
  AuthReq: mandatory({ clear: CLEAR, hDesc: DIGEST, encSlip: ENC_SLIP, captureNow: t(BOOL) }),
  AuthRes: RESPONSE,
  Confirm: RESPONSE, // in 1KP there is no V to add
  InquiryReq: [...IDS, ...mandatory({ saltB: RND })],
  InquiryRes: [...IDS, ...mandatory({ status: t(ENUM, 0, 6) }),
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

function sha1(octets) {
  return crypto.createHash('sha1').update(octets).digest();
}

// ---- the acquirer's certificate ----

// Does CHAIN, leaf first, lead to one of ANCHORS, all valid at these TIMES, its leaf one of
// the edition?  (IKP-C-01, IKP-C-02, IKP-C-11; spec/pki.md 4 has more to look at.)
function stands(chain, anchors, times) {
  const certs = chain.map((c) => new crypto.X509Certificate(c));
  const valid = (c) => times.every((t) => Date.parse(c.validFrom) <= t * 1000
    && t * 1000 <= Date.parse(c.validTo));
  const above = (c, i) => (i + 1 < certs.length ? [certs[i + 1]] : anchors)
    .some((issuer) => issuer.ca && valid(issuer) && c.checkIssued(issuer)
      && c.verify(issuer.publicKey));
  return chain[0].includes(PROFILE.replace(/[123]kp-/, ''))
    && certs.every((c, i) => valid(c) && above(c, i));
}

// ---- the party ----

class Seller {
  constructor(profiles, params) {
    if (profiles.some((p) => p !== PROFILE)) throw new Unsupported('profile');
    this.idS = Buffer.from(params.idS);
    this.lifetime = params.lifetime ?? 900;
    this.anchors = params.anchors.map((c) => new crypto.X509Certificate(Buffer.from(c, 'hex')));
    this.certA = params.acquirerEnc.map((c) => Buffer.from(c, 'hex'));
    const { publicKey } = new crypto.X509Certificate(this.certA[0]);
    this.acquirer = publicKey; // one key, to encrypt to and to verify with
    this.slipLength = publicKey.asymmetricKeyDetails.modulusLength / 8;
    this.orders = new Map();
    this.payments = new Map(); // session -> transaction
  }

  // One event; without rand and now, with randomness and time of our own.
  step(event, rand = {}, now = Math.floor(Date.now() / 1000)) {
    Object.assign(this, { rand, now, drew: {}, out: [], timers: [] });
    if (event.input) return this.onInput(event.input);
    if (event.timer) return this.onTimer(event.timer);
    const msg = Buffer.from(event.recv.msg, 'hex');
    const envelope = parse(ENVELOPE, msg); // IKP-G-01
    const type = envelope.type.toString();
    try {
      return this.onMessage(envelope, type, msg);
    } catch (e) {
      if (e instanceof Refused && REQUESTS.includes(type)
          && envelope.profile.equals(Buffer.from(PROFILE))) {
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
    must(!p || !p.accepted.some((m) => m.equals(msg)), 'replay'); // IKP-G-13
    const method = `on${type}`;
    must(method in this, 'bad-state'); // IKP-G-03
    if (type === 'Initiate') must(!p, 'bad-state');
    else must(p, 'unknown-transaction'); // IKP-G-17
    return this[method](p, body, envelope.session, msg);
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
    return this.done(p);
  }

  onTimer(name) {
    const p = this.payments.get(name);
    must(p && p.state === 'invoiced', 'bad-state');
    p.state = 'expired'; // IKP-S-05
    return this.done(p);
  }

  onInitiate(none, { saltB, idB, orderRef }, session, msg) {
    const order = this.orders.get(orderRef.toString('hex'));
    must(order, 'unknown-transaction'); // IKP-S-20
    const hDesc = crypto.createHmac('sha1', saltB)
      .update(der.encode(DESC, Buffer.from(order.desc))).digest();
    const offer = { idS: this.idS, tidS: this.draw('TID_S', 8, (tid) => // IKP-S-01
      [...this.payments.values()].every((q) => !q.clear.tidS.equals(tid))),
    date: this.now, nonceS: this.draw('NONCE_S', 16) };
    const hCommon = sha1(der.encode(COMMON, { ...offer, price: order.price, idB, hDesc }));
    const p = { session, order, saltB, hDesc, clear: { ...offer, hCommon }, state: 'invoiced',
      accepted: [msg] };
    this.payments.set(session.toString('hex'), p);
    this.send('buyer', 'Invoice', session, { clear: p.clear, certA: this.certA });
    this.timers.push({ name: session.toString('hex'), at: this.now + this.lifetime });
    return this.done(p);
  }

  onPayment(p, body, session, msg) {
    this.own(p, body);
    must(!['authorized', 'declined', 'cancelled'].includes(p.state), 'already-final'); // IKP-S-27
    must(p.state !== 'auth-sent', 'bad-state');
    must(p.state !== 'expired' && this.now <= p.clear.date + this.lifetime, 'expired'); // IKP-S-05
    must(body.encSlip.length === this.slipLength, 'malformed'); // IKP-S-08
    p.state = 'auth-sent';
    p.accepted.push(msg);
    this.send('acquirer', 'AuthReq', session, { clear: p.clear, hDesc: p.hDesc, // IKP-S-09
      encSlip: body.encSlip, captureNow: p.order.captureNow ?? false });
    return this.done(p);
  }

  onAuthRes(p, body) {
    must(p.state === 'auth-sent', 'bad-state');
    this.own(p, body);
    const { resp, sigA } = body;
    must(stands(this.certA, this.anchors, [this.now, p.clear.date]), 'cert-invalid');
    const tbs = der.encode(TBS_AUTH_RES, { resp, hCommon: p.clear.hCommon });
    must(crypto.verify('sha1', tbs, this.acquirer, sigA), 'sig-invalid'); // IKP-S-11
    p.confirm = { idS: this.idS, tidS: p.clear.tidS, resp, sigA };
    p.state = resp.decision ? 'authorized' : 'declined'; // IKP-S-12
    this.send('buyer', 'Confirm', p.session, p.confirm);
    return this.done(p);
  }

  onInquiryReq(p, body) {
    this.own(p, body);
    must(body.saltB.length === p.saltB.length && crypto.timingSafeEqual(body.saltB, p.saltB),
      'unknown-transaction'); // IKP-S-25
    this.send('buyer', 'InquiryRes', p.session, { idS: this.idS, tidS: p.clear.tidS, // IKP-S-28
      status: STATUS[p.state], confirm: p.confirm, cancel: p.cancel });
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
