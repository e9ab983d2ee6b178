"""The wire form: an entry is the pair (text, signature), relayed verbatim; records add the ruling."""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Entry, PersonalValue, Ruling, Verdict
from tabuah.storage.journal.errors import MalformedEntry

MAX_ENTRY_BYTES: Final = 64 * 1024
# An interpreter decodes JSON as deep as its stack allows: a server could take an entry that no console can decode.
MAX_NESTING: Final = 32
MAX_BOX_LENGTH: Final = 128 * 1024  # base64 of a sealed box


class SignedEntry(msgspec.Struct, frozen=True, array_like=True):
    """The author's JSON text and its Ed25519 signature in hex."""

    text: Annotated[str, Meta(max_length=MAX_ENTRY_BYTES)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A signed entry with the server's ruling, as pulled."""

    seq: int
    text: str
    signature: str
    received_at: datetime
    verdict: Verdict
    reason: str = ""
    hash: str

    @property
    def ruling(self) -> Ruling:
        """Return the fields that the server added."""
        return Ruling(
            seq=self.seq, received_at=self.received_at, verdict=self.verdict, reason=self.reason, hash=self.hash
        )


class SealedValues(msgspec.Struct, frozen=True, array_like=True):
    """The personal values of an entry in a sealed box (base64) for named devices, as a relay carries them."""

    entry: str
    box: Annotated[str, Meta(max_length=MAX_BOX_LENGTH)]


class PullReply(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the journal after some seq; `head` is the newest seq, `now` the server's clock (UTC)."""

    records: tuple[Record, ...]
    personal: tuple[PersonalValue, ...] = ()
    head: int
    now: datetime


_NO_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[^][{}"]+')
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_ENTRY_DECODER: Final = msgspec.json.Decoder(Entry)
_ENTRY_ENCODER: Final = msgspec.json.Encoder()
_RULING_ENCODER: Final = msgspec.json.Encoder()


def encode_entry(entry: Entry) -> bytes:
    """Encode an entry. Its author does this once; afterwards the text is only copied."""
    return _ENTRY_ENCODER.encode(entry)


def decode_entry(text: str | bytes) -> Entry:
    """Decode an entry's text.

    Raises:
        MalformedEntry: the text is not an entry.
    """
    try:
        return _ENTRY_DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEntry(f"this is no entry: {error}") from error


def is_nested_deeper(text: bytes, levels: int) -> bool:
    """Return whether lists and objects of a valid JSON text are nested in more than `levels` levels."""
    if text.count(b"[") + text.count(b"{") <= levels:
        return False
    brackets = _NO_BRACKETS.sub(b"", text).translate(_ALIKE)
    for _level in range(levels):
        brackets = brackets.replace(b"[]", b"")  # the innermost lists and objects
    return bool(brackets)


def text_hash(text: bytes) -> str:
    """Return the SHA-256 of an entry's text in hex, which the device's next entry carries as `prev`."""
    return hashlib.sha256(text).hexdigest()


def ruling_hash(previous: str, text: bytes, ruling: Ruling) -> str:
    """Return the next hash of the server's chain.

    It is SHA-256 over the previous hash, the text's hash and the ruling without its own hash.
    """
    digest = hashlib.sha256(bytes.fromhex(previous))
    digest.update(hashlib.sha256(text).digest())
    digest.update(_RULING_ENCODER.encode((ruling.seq, ruling.received_at, ruling.verdict, ruling.reason)))
    return digest.hexdigest()


def record_of_row(
    seq: int, text: str, signature: str, received: str, verdict: str, reason: str, hash_: str
) -> Record:
    """Return the record of a journal row with these columns."""
    return Record(
        seq=seq,
        text=text,
        signature=signature,
        received_at=datetime.fromisoformat(received),
        verdict=Verdict(verdict),
        reason=reason,
        hash=hash_,
    )
