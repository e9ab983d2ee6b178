"""Ed25519 public keys under which anybody can sign.

A point of small order has at most eight multiples, so a signature that fits it and a given text is found by a few
attempts, without a private key. RFC 8032 section 5.1.7 leaves the check to the user of the algorithm, and the library
`cryptography` does not make it. An encoding whose y-coordinate is not reduced is a
second name of a point, so it is refused, too.
"""

from typing import Final

PRIME: Final = 2**255 - 19
# The y-coordinates of the eight points whose order divides 8: order 4, 1, 2, and twice 8.
_Y_OF_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER: Final = frozenset({0, 1, PRIME - 1, _Y_OF_ORDER_8, PRIME - _Y_OF_ORDER_8})
_Y_BITS: Final = 2**255 - 1  # the highest bit is the sign of x


def is_weak_key(public_key: bytes) -> bool:
    """Return whether an Ed25519 public key (32 bytes) is of small order or not canonical."""
    y = int.from_bytes(public_key, "little") & _Y_BITS
    return y >= PRIME or y in _SMALL_ORDER
