"""Strict DER for schemas written as Python values.

A schema is (universal tag, low, high), the bounds being those of the value or
of its length, or a list of components (name, context tag or None, schema,
optional) for a SEQUENCE. A value is an int, a bool, bytes, seconds since 1970
for a time, or a dict by component name.
"""
import calendar
import time

INT, BOOL, OCT, ENUM, TIME, VIS, NUM = 2, 1, 4, 10, 24, 26, 18


class Malformed(Exception):
    """Not the DER encoding of the schema."""


def tlv(tag, value):
    n = len(value)
    size = b"" if n < 128 else n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, n if n < 128 else 0x80 | len(size)]) + size + value


def encode(schema, value, tag=None):
    if isinstance(schema, list):
        body = b"".join(encode(s, value[name], t) for name, t, s, _ in schema
                        if name in value)
        return tlv(0x30 if tag is None else 0xa0 | tag, body)
    kind = schema[0]
    if kind in (INT, ENUM):
        bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
        value = value.to_bytes(bits // 8 + 1, "big", signed=True)
    elif kind == BOOL:
        value = b"\xff" if value else b"\0"
    elif kind == TIME:
        value = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(value)).encode()
    return tlv(kind if tag is None else 0x80 | tag, value)


def read(data, at):
    """One encoding at data[at:]: its tag, its contents, where it ends."""
    tag, n, at = data[at], data[at + 1], at + 2
    if n & 0x80:
        size = n & 0x7f
        n, at = int.from_bytes(data[at:at + size], "big"), at + size
    if at + n > len(data):
        raise ValueError("truncated")
    return tag, data[at:at + n], at + n


def leaf(schema, data):
    kind, low, high = schema
    if kind in (INT, ENUM):
        size = int.from_bytes(data, "big", signed=True)
        value = size
    elif kind == BOOL:
        return data != b"\0"
    elif kind == TIME:
        return calendar.timegm(time.strptime(data.decode("ascii"), "%Y%m%d%H%M%SZ"))
    else:
        value, size = data, len(data)
        ok = {NUM: lambda c: c in b"0123456789 ", VIS: lambda c: 32 <= c < 127}
        if kind in ok and not all(map(ok[kind], data)):
            raise ValueError("alphabet")
    if not low <= size <= high:
        raise ValueError("constraint")
    return value


def components(schema, data):
    value, at = {}, 0
    for name, tag, sub, optional in schema:
        want = (0x30 if tag is None else 0xa0 | tag) if isinstance(sub, list) \
            else (sub[0] if tag is None else 0x80 | tag)
        if optional and (at == len(data) or data[at] != want):
            continue
        got, inner, at = read(data, at)
        if got != want:
            raise ValueError("tag")
        value[name] = components(sub, inner) if isinstance(sub, list) else leaf(sub, inner)
    if at != len(data):
        raise ValueError("trailing")
    return value


def decode(schema, data):
    """The value of an encoding; DER because encoding it again must agree."""
    try:
        value = components([("it", None, schema, 0)], data)["it"]
        if encode(schema, value) != data:
            raise ValueError("not DER")
        return value
    except (ValueError, IndexError, OverflowError):
        raise Malformed from None
