"""Sealing: what only named devices can read, made for files that strangers carry.

The construction is HPKE (RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305) for a
content key that is wrapped once for each recipient, and for the content the STREAM construction as in age v1:
pieces of 64 KiB, each sealed with ChaCha20-Poly1305 under a nonce that counts and marks the last one. So a box can be
made and opened in constant memory, and one that was cut, altered or put together anew does not open.

A box: magic, the number of recipients, for each its device id (16 bytes) and wrapped key (80 bytes), then the pieces.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tabuah.storage.journal.errors import BadSignature, NotForThisDevice, SealBroken
from tabuah.storage.journal.signing import DeviceKey, verify_signature

MAGIC: Final = b"tabuah-sealed/1\n"
PIECE_BYTES: Final = 64 * 1024
MAX_RECIPIENTS: Final = 32
KEY_BYTES: Final = 32

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_TAG_BYTES: Final = 16
_DEVICE_BYTES: Final = 16
_WRAPPED_BYTES: Final = 32 + KEY_BYTES + _TAG_BYTES  # the encapsulated key, then the content key under it
_PUBLISHED: Final = b"tabuah-sealing-key/1/"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A device that shall be able to open a box."""

    device: str  # 32 hex digits
    key: X25519PublicKey


def private_sealing_key(key: DeviceKey) -> X25519PrivateKey:
    """A device's key to open boxes: derived from its secret, so there is no second secret to keep or to lose."""
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"tabuah/sealing-key/1").derive(key.secret)
    return X25519PrivateKey.from_private_bytes(derived)


def published_sealing_key(key: DeviceKey) -> str:
    """What a device publishes, in hex: its X25519 public key and its own Ed25519 signature of it."""
    public = private_sealing_key(key).public_key().public_bytes_raw()
    return (public + key.sign(_PUBLISHED + public)).hex()


def recipient_of(device: str, public_key: str, published: str) -> Recipient:
    """The device that published a key to seal for it.

    Args:
        device: its id.
        public_key: its Ed25519 public key in hex.
        published: what `published_sealing_key` gave.

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
        recipients: who can open it, one at least.
        context: what it is; opening needs the same, so that no box passes for another.
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
    """The content of a box, piece by piece; only after the last one is it known to be whole.

    Raises:
        NotForThisDevice: it was sealed for others.
        SealBroken: it is no box, or was altered or cut.
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
    """How many bytes the box of `size` bytes has."""
    pieces = max(1, -(-size // PIECE_BYTES))
    return len(MAGIC) + 1 + recipients * (_DEVICE_BYTES + _WRAPPED_BYTES) + size + pieces * _TAG_BYTES


def seal(content: bytes, recipients: Sequence[Recipient], context: bytes) -> bytes:
    """Seal something small; see `seal_pieces`."""
    return b"".join(seal_pieces((content,), recipients, context))


def unseal(box: bytes, key: DeviceKey, context: bytes) -> bytes:
    """Open something small; raises like `open_pieces`."""
    return b"".join(open_pieces(io.BytesIO(box), key, context))


def attachment_context(content: str) -> bytes:
    """What a box with an attachment is; `content` is the SHA-256 of the attachment in hex."""
    return b"attachment/" + content.encode()


def recipients_in(sealed: IO[bytes]) -> tuple[str, ...]:
    """The ids of the devices that a box says it was sealed for.

    Raises:
        SealBroken: it is no box.
    """
    return tuple(device.hex() for device, _wrapped in _read_header(sealed)[0])


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
    """The key of the pieces hangs on the whole header: recipients cannot be taken out or added."""
    digest = hashlib.sha256(header).digest()
    return HKDF(SHA256(), KEY_BYTES, salt=digest, info=b"tabuah/sealed/1/content").derive(content_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
