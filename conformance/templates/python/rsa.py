"""RSAES-OAEP decryption and RSASSA-PKCS1-v1_5 signing, SHA-1, with integers alone."""
import hashlib

from der import read

SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")  # DigestInfo before the digest


def mgf1(seed, n):
    blocks = (hashlib.sha1(seed + i.to_bytes(4, "big")).digest() for i in range(n // 20 + 1))
    return b"".join(blocks)[:n]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Key:
    def __init__(self, pkcs8):
        _, info, _ = read(bytes.fromhex(pkcs8), 0)
        _, _, at = read(info, 0)           # version
        _, _, at = read(info, at)          # algorithm
        _, inner, _ = read(info, at)       # OCTET STRING holding RSAPrivateKey
        _, inner, _ = read(inner, 0)
        numbers, at = [], 0
        while at < len(inner):
            _, number, at = read(inner, at)
            numbers.append(int.from_bytes(number, "big"))
        self.n, self.d = numbers[1], numbers[3]
        self.len = (self.n.bit_length() + 7) // 8

    def private(self, octets):
        return pow(int.from_bytes(octets, "big"), self.d, self.n).to_bytes(self.len, "big")

    def open_oaep(self, box):
        """The plaintext of BOX under the empty label, or None."""
        if len(box) != self.len or int.from_bytes(box, "big") >= self.n:
            return None
        em = self.private(box)
        seed = xor(em[1:21], mgf1(em[21:], 20))
        db = xor(em[21:], mgf1(seed, len(em) - 21))
        rest = db[20:].lstrip(b"\0")
        good = em[0] == 0 and db[:20] == hashlib.sha1(b"").digest() and rest[:1] == b"\1"
        return rest[1:] if good else None

    def sign_pkcs1(self, message):
        info = SHA1_INFO + hashlib.sha1(message).digest()
        return self.private(b"\0\1" + b"\xff" * (self.len - len(info) - 3) + b"\0" + info)
