"""Ed25519 by its definition (RFC 8032), to make signatures that no library makes."""

import hashlib
from dataclasses import dataclass
from typing import Final

from tabuah.operations.people.weak_keys import PRIME

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE: Final = pow(2, (PRIME - 1) // 4, PRIME)


@dataclass(frozen=True)
class Point:
    """A point of the curve in affine coordinates."""

    x: int
    y: int

    def __add__(self, other: "Point") -> "Point":
        product = _D * self.x * other.x * self.y * other.y % PRIME
        x = (self.x * other.y + other.x * self.y) * pow(1 + product, -1, PRIME)
        y = (self.y * other.y + self.x * other.x) * pow(1 - product, -1, PRIME)
        return Point(x % PRIME, y % PRIME)

    def __rmul__(self, factor: int) -> "Point":
        total, power = NEUTRAL, self
        while factor:
            total, power, factor = (total + power if factor & 1 else total), power + power, factor >> 1
        return total

    @property
    def encoded(self) -> bytes:
        return (self.y | (self.x & 1) << 255).to_bytes(32, "little")


def decode_point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * _ROOT_OF_MINUS_ONE % PRIME
    assert (x * x - square) % PRIME == 0, "not on the curve"
    return Point(PRIME - x if x & 1 != sign else x, y)


NEUTRAL: Final = Point(0, 1)
BASE: Final = decode_point(bytes.fromhex("58" + "66" * 31))
OF_ORDER_8: Final = decode_point(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"))


def public_key_of(secret: int, torsion: Point = NEUTRAL) -> bytes:
    """Return the public key of a secret number; with `torsion` it is outside the main subgroup."""
    return (secret * BASE + torsion).encoded


def sign_with(secret: int, nonce: int, text: bytes, *, public_key: bytes, encoded_r: bytes = b"") -> bytes:
    """Return the signature with a chosen nonce, or with a chosen R in place of the nonce's point."""
    encoded_r = encoded_r or (nonce * BASE).encoded
    challenge = int.from_bytes(hashlib.sha512(encoded_r + public_key + text).digest(), "little")
    return encoded_r + ((nonce + challenge * secret) % ORDER).to_bytes(32, "little")
