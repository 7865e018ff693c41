"""The acquirer of iKP, profile ikp/1kp-jsac, in plain Python.

Written from spec/ikp.md with the standard library alone; the numbers in the
comments are its requirements. It is a sample to plug in, not a product: its
arithmetic is not constant-time.
"""
import hashlib
import hmac
import time

from der import BOOL, ENUM, INT, NUM, OCT, TIME, VIS, Malformed, decode, encode, tlv
from rsa import Key

PROFILES = ["ikp/1kp-jsac"]
PROFILE_NAME = b"ikp/1kp-jsac"
TYPES = (b"Initiate", b"Invoice", b"Payment", b"AuthReq", b"AuthRes", b"Confirm",
         b"Cancel", b"InquiryReq", b"InquiryRes", b"ErrorMsg")  # those of 1KP
REQUESTS = (  # answered when refused, whatever the profile
    b"Initiate", b"Payment", b"AuthReq", b"InquiryReq", b"AcqInquiryReq", b"ReversalReq",
    b"CaptureReq", b"RefundReq", b"BatchReq", b"SealedReq", b"MicroPay", b"MicroDeposit",
    b"MicroClose")
ERRORS = {  # spec/ikp.md section 10: code -> class, number
    "malformed": ("malformed", 1), "bad-version": ("range", 2),
    "bad-state": ("state", 3), "unknown-seller": ("identity", 4),
    "date-out-of-window": ("expired", 5), "replay": ("replay", 6),
    "slip-invalid": ("auth", 10), "variant-not-allowed": ("policy", 11),
    "unknown-transaction": ("identity", 14),
}


class Unsupported(Exception):
    pass


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code
        self.reply = {"class": ERRORS[code][0], "code": code}


def must(condition, code):
    if not condition:
        raise Refused(code)


# ---- the messages of asn1/ikp_historic.asn that reach this party ----

DIGEST, RND, SELLER = (OCT, 20, 20), (OCT, 16, 32), (VIS, 1, 30)
PRICE = [("currency", None, (INT, 1, 999), 0),
         ("amount", None, (INT, 0, 999999999999), 0),
         ("exponent", None, (INT, -4, 4), 0)]
QUADRUPLE = [("idS", None, SELLER, 0), ("tidS", None, (OCT, 1, 20), 0),
             ("date", None, (TIME, 0, 0), 0), ("nonceS", None, RND, 0)]
CLEAR = QUADRUPLE + [("hCommon", None, DIGEST, 0)]
COMMON = [("price", None, PRICE, 0)] + QUADRUPLE + [
    ("idB", None, DIGEST, 0), ("hDesc", None, DIGEST, 0)]
BAN = (NUM, 12, 19)
SLIP = [("price", None, PRICE, 0), ("hCommon", None, DIGEST, 0), ("ban", None, BAN, 0),
        ("rB", None, RND, 0), ("pin", 0, (NUM, 4, 12), 1),
        ("expiration", 1, (NUM, 6, 6), 0)]
RESP = [("decision", None, (ENUM, 0, 1), 0), ("authCode", None, (VIS, 1, 6), 1),
        ("reason", 0, (INT, 0, 99), 1)]
CAPTURE_NOW = ("captureNow", None, (BOOL, 0, 0), 0)
AUTH_REQ = [("clear", None, CLEAR, 0), ("hDesc", None, DIGEST, 0),
            ("encSlip", None, (OCT, 128, 1024), 0), CAPTURE_NOW]
TBS_AUTH_RES = [("resp", None, RESP, 0), ("hCommon", None, DIGEST, 0)]
AUTH_RES = QUADRUPLE[:2] + [("resp", None, RESP, 0), ("sigA", None, (OCT, 128, 1024), 0)]
REFERENCE = ("reference", None, (OCT, 32, 32), 0)
NET_REQUEST = [REFERENCE, ("price", None, PRICE, 0),
               ("ban", None, BAN, 0), ("expiration", 0, (NUM, 6, 6), 1),
               ("pin", 1, (NUM, 4, 12), 1), CAPTURE_NOW]
NET_REPLY = [REFERENCE] + RESP
ERROR_MSG = [("code", None, (INT, 1, 99), 0)]
ENVELOPE = [("version", None, (INT, 1, 255), 0), ("profile", None, (VIS, 1, 40), 0),
            ("type", None, (VIS, 1, 40), 0), ("session", None, (OCT, 16, 16), 0),
            ("body", None, (OCT, 0, 1048576), 0)]


def sha1(data):
    return hashlib.sha1(data).digest()


def reference_of(clear):
    """IKP-A-15: the one hash that has a context in every edition."""
    quadruple = b"".join(encode(s, clear[name]) for name, _, s, _ in QUADRUPLE)
    context = b"semper/ikp/1 network-reference"
    return hashlib.sha256(bytes([len(context)]) + context + tlv(
        0x30, quadruple + encode((INT, 1, 99), 1))).digest()


def parse(schema, data, code="malformed"):
    try:
        return decode(schema, data)
    except Malformed:
        raise Refused(code) from None


# ---- the party ----

class Acquirer:
    def __init__(self, profiles, params, keys):
        if any(p not in PROFILES for p in profiles):
            raise Unsupported("profile")
        self.past = params.get("windowPast", 86400)
        self.future = params.get("windowFuture", 300)
        self.pin_limit = params.get("pinLimit", 3)
        self.sellers = {s["idS"].encode(): s for s in params["sellers"]}
        self.key = Key(keys["enc"]["key"])  # one key, to decrypt and to sign with
        self.store, self.pins = {}, {}  # reference -> transaction, BAN -> count

    def digest(self):
        return hashlib.sha256(repr((sorted(self.store.items()), sorted(
            self.pins.items()))).encode()).hexdigest()

    def step(self, event, now=None):
        """One event; without NOW, with time of our own."""
        now = int(time.time()) if now is None else now
        if "timer" in event:
            t = self.store.get(bytes.fromhex(event["timer"]))
            must(t and t["state"] == "pending", "bad-state")
            return self.ask_network(t, now)
        must("recv" in event, "bad-state")
        msg = bytes.fromhex(event["recv"]["msg"])
        if event["recv"]["from"] == "network":
            return self.on_net_reply(parse(NET_REPLY, msg))
        envelope = parse(ENVELOPE, msg)                        # IKP-G-01
        try:
            return self.on_message(envelope, now)
        except Refused as r:                                    # IKP-G-14
            if envelope["type"] in REQUESTS and envelope["profile"] == PROFILE_NAME:
                r.reply["out"] = [self.message(
                    event["recv"]["from"], envelope["session"], "ErrorMsg", ERROR_MSG,
                    {"code": ERRORS[r.code][1]})]
            raise

    def on_message(self, envelope, now):
        must(envelope["version"] == 1, "bad-version")           # IKP-G-12
        must(envelope["profile"] == PROFILE_NAME, "variant-not-allowed")  # IKP-G-02
        if envelope["type"] == b"AuthReq":
            return self.on_auth_req(envelope["session"], parse(AUTH_REQ, envelope["body"]), now)
        must(envelope["type"] in TYPES, "malformed")
        must(envelope["type"] == b"ErrorMsg", "bad-state")      # IKP-G-03
        error = parse(ERROR_MSG, envelope["body"])["code"]
        known = [t for t in self.store.values() if t["session"] == envelope["session"]]
        must(known, "unknown-transaction")                      # IKP-G-17
        return self.done(known[0], [], error=error)             # IKP-G-11

    def on_auth_req(self, session, req, now):
        clear = req["clear"]
        seller = self.sellers.get(clear["idS"])
        must(seller and not seller.get("blocked"), "unknown-seller")        # IKP-A-01
        must(now - self.past <= clear["date"] <= now + self.future,
             "date-out-of-window")                              # IKP-A-03
        reference = reference_of(clear)
        must(reference not in self.store, "replay")             # IKP-A-04
        slip = self.open_slip(req)
        t = self.store[reference] = {
            "state": "pending", "session": session, "reference": reference, "clear": clear,
            "captureNow": req["captureNow"], "slip": slip}
        if "pin" in slip and self.pins.get(slip["ban"], 0) >= self.pin_limit:  # IKP-A-18
            return self.decide(t, {"decision": 0})
        return self.ask_network(t, now)

    def open_slip(self, req):
        """IKP-A-10 to IKP-A-13: whatever is wrong, one answer (IKP-A-14)."""
        clear = req["clear"]
        opened = self.key.open_oaep(req["encSlip"])
        must(opened is not None, "slip-invalid")
        slip = parse(SLIP, opened, "slip-invalid")
        id_b = hmac.new(slip["rB"], encode(BAN, slip["ban"]), "sha1").digest()
        common = encode(COMMON, {**clear, "price": slip["price"], "idB": id_b,
                                 "hDesc": req["hDesc"]})
        must(slip["hCommon"] == clear["hCommon"] == sha1(common), "slip-invalid")
        return slip

    def ask_network(self, t, now):                              # IKP-A-15, IKP-A-29
        request = {k: v for k, v in t["slip"].items()
                   if k in ("price", "ban", "expiration", "pin")}
        t["asked"] = True
        request.update(reference=t["reference"], captureNow=t["captureNow"])
        timer = {"name": t["reference"].hex(), "at": now + 10}
        msg = encode(NET_REQUEST, request).hex()
        return self.done(t, [{"to": "network", "msg": msg}], [timer])

    def on_net_reply(self, reply):
        t = self.store.get(reply["reference"])
        must(t and "asked" in t, "unknown-transaction")         # IKP-A-32
        if t["state"] != "pending":
            must(reply["decision"] == (t["state"] != "declined"), "bad-state")
            return self.done(t, [])
        if "pin" in t["slip"]:                                  # IKP-A-18
            ban, wrong = t["slip"]["ban"], reply.get("reason") == 55
            if reply["decision"]:
                self.pins.pop(ban, None)
            elif wrong:
                self.pins[ban] = self.pins.get(ban, 0) + 1
        return self.decide(t, reply)

    def decide(self, t, reply):                                 # IKP-A-16, IKP-A-17
        resp = {"decision": reply["decision"]}
        if not reply["decision"]:
            resp["reason"] = 5
        elif "authCode" in reply:
            resp["authCode"] = reply["authCode"]
        clear = t["clear"]
        t["state"] = "declined" if not resp["decision"] else \
            "captured" if t["captureNow"] else "authorized"
        sig = self.key.sign_pkcs1(encode(TBS_AUTH_RES, {"resp": resp, **clear}))
        return self.done(t, [self.message("seller", t["session"], "AuthRes", AUTH_RES, {
            "idS": clear["idS"], "tidS": clear["tidS"], "resp": resp, "sigA": sig})])

    def message(self, to, session, name, schema, value):
        return {"to": to, "msg": encode(ENVELOPE, {
            "version": 1, "profile": PROFILE_NAME, "type": name.encode(),
            "session": session, "body": encode(schema, value)}).hex()}

    def done(self, t, out, timers=(), **result):
        return {"out": out, "timers": list(timers), "drew": {},
                "status": "continue" if t["state"] == "pending" else "done",
                "result": {"session": t["session"].hex(), "state": t["state"], **result}}
