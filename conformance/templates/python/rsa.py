"""RSAES-OAEP decryption and RSASSA-PSS signing, SHA-256, with integers alone."""
import hashlib

from der import read


def mgf1(seed, n):
    blocks = (hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(n // 32 + 1))
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

    def open_oaep(self, label, box):
        """The plaintext of BOX under LABEL, or None."""
        if len(box) != self.len or int.from_bytes(box, "big") >= self.n:
            return None
        em = self.private(box)
        seed = xor(em[1:33], mgf1(em[33:], 32))
        db = xor(em[33:], mgf1(seed, len(em) - 33))
        rest = db[32:].lstrip(b"\0")
        good = em[0] == 0 and db[:32] == hashlib.sha256(label).digest() and rest[:1] == b"\1"
        return rest[1:] if good else None

    def sign_pss(self, message, salt):
        bits = self.n.bit_length() - 1
        size = (bits + 7) // 8
        digest = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
        db = bytes(size - 66) + b"\1" + salt
        masked = bytearray(xor(db, mgf1(digest, size - 33)))
        masked[0] &= 0xff >> (8 * size - bits)
        return self.private(bytes(masked) + digest + b"\xbc")
