"""Fast acceptance of Ed25519 signatures by libsodium.

OpenSSL defines which signatures are valid, so that all versions and audits agree on each. libsodium needs half the
time, but its rules differ: the release in PyNaCl 1.6.2 refuses weak keys and an R of small order, and
other releases may compare points instead of encodings. Its acceptance is used only while it implies that of OpenSSL.
"""

from functools import cache
from typing import Final

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError

# Made with the key of a known secret: OpenSSL refuses each of these signatures.
_TEST_TEXT: Final = b"tabuah"
_TEST_KEY: Final = bytes.fromhex("02b8ddf7ed89aecc9262f70430615a040e741775cbc028ce7491a0b20ab92ffb")
_NOT_STRICT: Final = (
    # R with a component of order 8, which rules that multiply by the cofactor accept
    (
        "68c2be1c60b679a51ddc34c5063be73fc6354c8b55bd865e5eb2c22030332530"
        "a38a5587b72798ac261d5455abcf62d2759ef8bd1f03342b76bc13169f2b4705"
    ),
    # S that is not reduced modulo the order of the group
    (
        "226b54beed20724e4de6a47e99d6d58065218d7c4f90ddfc6bf81a83d78db6e3"
        "a70960ada382e9c5fc1c0591b35a3c39f8b4ba4ddba5bfd149ee472fe7e58a13"
    ),
    # the neutral point as R, in an encoding that is not reduced
    (
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        "64159ebf8e4f0dcedcb5d1548b45f18514c1931b9b322586e262c40b0a24e205"
    ),
)


def accepts(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Return whether libsodium accepts a signature; then OpenSSL accepts it too. False proves nothing."""
    if len(public_key) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False  # libsodium would read past the key, or a part of the text as the signature
    return is_strict() and _opens(public_key, text, signature)


@cache
def is_strict() -> bool:
    """Return whether this libsodium refuses the signatures that OpenSSL refuses."""
    return not any(_opens(_TEST_KEY, _TEST_TEXT, bytes.fromhex(signature)) for signature in _NOT_STRICT)


def _opens(public_key: bytes, text: bytes, signature: bytes) -> bool:
    try:
        crypto_sign_open(signature + text, public_key)
    except BadSignatureError:
        return False
    return True
