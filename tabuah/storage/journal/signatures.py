"""Ed25519 device keys, and signatures of entry texts."""

from functools import lru_cache
from typing import Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tabuah.storage.journal import libsodium
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.identifiers import device_id_of, device_tag_of


class DeviceKey(msgspec.Struct, frozen=True):
    """A device's private key, with the public key, device id and tag that follow from it."""

    secret: bytes  # 32 bytes
    public_key: bytes  # 32 bytes

    @classmethod
    def generate(cls) -> Self:
        return cls.from_secret(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_secret(cls, secret: bytes) -> Self:
        return cls(secret, Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())

    @property
    def device_id(self) -> str:
        """Return the device's id, 32 hex digits."""
        return device_id_of(self.public_key)

    @property
    def tag(self) -> str:
        """Return the four-letter tag in the device's incident numbers."""
        return device_tag_of(self.public_key)

    def sign(self, text: bytes) -> bytes:
        """Return the 64-byte signature of `text`."""
        return _private_key(self.secret).sign(text)


def verify_signature(public_key: bytes, text: bytes, signature: bytes) -> None:
    """Verify a signature. What libsodium does not accept is decided by OpenSSL (decision 42).

    Raises:
        BadSignature: it does not match.
    """
    if libsodium.accepts(public_key, text, signature):
        return
    try:
        _public_key(public_key).verify(signature, text)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not fit the entry and the device's key") from error


@lru_cache(maxsize=4)
def _private_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the cached key object: loading a key takes as long as signing with it."""
    return Ed25519PrivateKey.from_private_bytes(secret)


@lru_cache(maxsize=256)
def _public_key(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)
