"""Sealed boxes: content that only named devices can read, for files that third parties carry.

A random content key is wrapped for each recipient with HPKE (RFC 9180, base mode:
DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305). The content is encrypted with the
STREAM construction as in age v1: pieces of 64 KiB, each sealed with ChaCha20-Poly1305 under a
nonce that counts and marks the last piece. A box is therefore made and opened in constant memory,
and a box that was cut, altered or reassembled does not open.

Layout: magic, number of recipients, for each its device id (16 bytes) and wrapped key (80 bytes),
then the pieces.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tabuah.storage.journal.errors import BadSignature, NotForThisDevice, SealBroken
from tabuah.storage.journal.signatures import DeviceKey, verify_signature

MAGIC: Final = b"tabuah-sealed/1\n"
PIECE_BYTES: Final = 64 * 1024
MAX_RECIPIENTS: Final = 32
KEY_BYTES: Final = 32

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_TAG_BYTES: Final = 16
_DEVICE_BYTES: Final = 16
_WRAPPED_BYTES: Final = 32 + KEY_BYTES + _TAG_BYTES  # the encapsulated key, then the content key under it
_PUBLISHED: Final = b"tabuah-sealing-key/1/"


class Recipient(msgspec.Struct, frozen=True):
    """A device that can open a box."""

    device: str  # 32 hex digits
    key: X25519PublicKey


def private_sealing_key(key: DeviceKey) -> X25519PrivateKey:
    """Return a device's private sealing key.

    It is derived from the device's secret, so there is no second secret to store or lose.
    """
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"tabuah/sealing-key/1").derive(key.secret)
    return X25519PrivateKey.from_private_bytes(derived)


def published_sealing_key(key: DeviceKey) -> str:
    """Return the key that a device publishes, in hex: X25519 public key, then its Ed25519 signature."""
    public = private_sealing_key(key).public_key().public_bytes_raw()
    return (public + key.sign(_PUBLISHED + public)).hex()


def recipient_of(device: str, public_key: str, published: str) -> Recipient:
    """Return the recipient for a device that published a sealing key.

    Args:
        device: its id.
        public_key: its Ed25519 public key in hex.
        published: the result of `published_sealing_key`.

    Raises:
        BadSignature: the key is not the device's own.
    """
    try:
        data = bytes.fromhex(published)
        public, signature = data[:KEY_BYTES], data[KEY_BYTES:]
        verify_signature(bytes.fromhex(public_key), _PUBLISHED + public, signature)
        return Recipient(device, X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise BadSignature("this is no sealing key") from error


def seal_pieces(pieces: Iterable[bytes], recipients: Sequence[Recipient], context: bytes) -> Iterator[bytes]:
    """Seal content that comes in pieces of any size.

    Args:
        pieces: the content.
        recipients: the devices that can open it, at least one.
        context: the kind and name of the content; opening needs the same, so that no box passes for another.
    """
    if not 0 < len(recipients) <= MAX_RECIPIENTS:
        raise ValueError(f"{len(recipients)} recipients")
    content_key = ChaCha20Poly1305.generate_key()
    wrapped = [
        bytes.fromhex(r.device) + _SUITE.encrypt(content_key, r.key, info=_info(r.device, context))
        for r in recipients
    ]
    header = MAGIC + bytes([len(recipients)]) + b"".join(wrapped)
    yield header
    cipher = ChaCha20Poly1305(_payload_key(content_key, header))
    waiting = bytearray()
    number = 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE_BYTES:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE_BYTES]), None)
            del waiting[:PIECE_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


def open_pieces(sealed: IO[bytes], key: DeviceKey, context: bytes) -> Iterator[bytes]:
    """Yield the content of a box piece by piece; only the last piece proves that it is complete.

    Raises:
        NotForThisDevice: it was sealed for others.
        SealBroken: it is not a sealed box, or was altered or cut.
    """
    content_key, header = _unwrap(sealed, key, context)
    cipher = ChaCha20Poly1305(_payload_key(content_key, header))
    number, piece = 0, sealed.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        following = sealed.read(PIECE_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, None)
        except InvalidTag as error:
            raise SealBroken("a sealed piece was altered or cut") from error
        if not following:
            return
        number, piece = number + 1, following


def sealed_size(size: int, recipients: int) -> int:
    """Return the size in bytes of a box around `size` bytes."""
    pieces = max(1, -(-size // PIECE_BYTES))
    return len(MAGIC) + 1 + recipients * (_DEVICE_BYTES + _WRAPPED_BYTES) + size + pieces * _TAG_BYTES


def seal(content: bytes, recipients: Sequence[Recipient], context: bytes) -> bytes:
    """Seal a small content; see `seal_pieces`."""
    return b"".join(seal_pieces((content,), recipients, context))


def unseal(box: bytes, key: DeviceKey, context: bytes) -> bytes:
    """Open a box with a small content; raises like `open_pieces`."""
    return b"".join(open_pieces(io.BytesIO(box), key, context))


def attachment_context(content: str) -> bytes:
    """Return the context of a box with an attachment; `content` is its SHA-256 in hex."""
    return b"attachment/" + content.encode()


def _unwrap(sealed: IO[bytes], key: DeviceKey, context: bytes) -> tuple[bytes, bytes]:
    wrapped_keys, header = _read_header(sealed)
    own = bytes.fromhex(key.device_id)
    private = private_sealing_key(key)
    for device, wrapped in wrapped_keys:
        if device == own:
            try:
                return _SUITE.decrypt(wrapped, private, info=_info(key.device_id, context)), header
            except InvalidTag as error:
                raise SealBroken("the key in a box was altered, or it is the box of something else") from error
    raise NotForThisDevice("this was sealed for other devices")


def _read_header(sealed: IO[bytes]) -> tuple[list[tuple[bytes, bytes]], bytes]:
    start = sealed.read(len(MAGIC) + 1)
    if len(start) != len(MAGIC) + 1 or not start.startswith(MAGIC) or not 0 < start[-1] <= MAX_RECIPIENTS:
        raise SealBroken("this is no sealed box of this version")
    size = _DEVICE_BYTES + _WRAPPED_BYTES
    rest = sealed.read(start[-1] * size)
    if len(rest) != start[-1] * size:
        raise SealBroken("a box was cut")
    keys = [rest[at : at + size] for at in range(0, len(rest), size)]
    return [(wrapped[:_DEVICE_BYTES], wrapped[_DEVICE_BYTES:]) for wrapped in keys], start + rest


def _info(device: str, context: bytes) -> bytes:
    return b"tabuah/sealed/1/" + device.encode() + b"/" + context


def _payload_key(content_key: bytes, header: bytes) -> bytes:
    """Derive the key of the pieces from the whole header, so that recipients cannot be added or removed."""
    digest = hashlib.sha256(header).digest()
    return HKDF(SHA256(), KEY_BYTES, salt=digest, info=b"tabuah/sealed/1/content").derive(content_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
