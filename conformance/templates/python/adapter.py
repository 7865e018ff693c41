#!/usr/bin/env python3
"""An adapter: one JSON line in, one JSON line out (conformance/ADAPTER.md).

Everything about the protocol is in ikp_acquirer.py; put your own party there.
"""
import copy
import json
import sys

from ikp_acquirer import PROFILES, Acquirer, Refused, Unsupported

HELLO = {
    "line": 1, "name": "template-python", "version": "1", "language": "Python",
    "protocols": {"ikp": {"roles": ["acquirer"], "profiles": PROFILES}},
    "operations": [], "capabilities": {"rand": "stream", "clock": "virtual",
        "keys": "import", "fork": True, "digest": True, "codes": True},
}
parties = {}


def keep(party):
    name = "p%d" % (max((int(h[1:]) for h in parties), default=0) + 1)
    parties[name] = party
    return {"h": name}


def answer(op, arg):
    if op == "hello":
        return HELLO
    if op == "open":
        if (arg["protocol"], arg["role"]) != ("ikp", "acquirer"):
            raise Unsupported("role")
        return keep(Acquirer(arg["profiles"], arg["params"], arg["keys"]))
    if op == "step":
        return parties[arg["h"]].step(arg["event"], arg.get("now"))
    if op == "fork":
        return keep(copy.deepcopy(parties[arg["h"]]))
    if op == "digest":
        return {"digest": parties[arg["h"]].digest()}
    if op in ("drop", "reset", "bye"):
        parties.pop(arg["h"]) if op == "drop" else parties.clear()
        return {}
    raise Unsupported(op)


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = {"ok": answer(request["op"], request.get("in", {}))}
    except Refused as r:
        reply = {"reject": r.reply}
    except Unsupported as u:
        reply = {"unsupported": {"what": str(u)}}
    except Exception as e:  # the adapter broke: never an answer to bad input
        reply = {"error": {"class": "internal", "detail": repr(e)}}
    print(json.dumps({"id": request["id"], **reply}), flush=True)
    if request["op"] == "bye":
        break
