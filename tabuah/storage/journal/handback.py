"""Messages of the hand-back: a console offers its checkpoint, and returns the records that the server lost."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import GENESIS, PersonalValue
from tabuah.storage.journal.audit import AuditFailure, check_record_hash
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.errors import BrokenHandback
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.server_keys import KeyCertificates
from tabuah.storage.journal.signatures import DeviceKey, verify_signature
from tabuah.storage.journal.wire import Record

MAX_RECORDS_A_PAGE: Final = 500
MAX_PAGE_BYTES: Final = 512 * 1024  # of entry texts; one longer entry is a page of its own
MAX_PAGE_LENGTH: Final = 4 * 1024 * 1024
LOST: Final = ("readings", "passwords", "sessions")  # since the copy to which the server was put back
_SIGNED_FOR: Final = b"tabuah-handback/"

Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Seq = Annotated[int, Meta(ge=0, le=10**15)]


class JournalPosition(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a journal: its seq and hash."""

    seq: Seq = 0
    hash: Hash = GENESIS


class HistoryOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A console's position in the journal, the newest checkpoint that it pinned, and the certificates of its key."""

    head: JournalPosition
    checkpoint: SignedCheckpoint | None = None
    keys: KeyCertificates = ()


class Relation(StrEnum):
    """Relation of a position to the server's journal."""

    SAME = "same"  # the server has this record
    BEHIND = "behind"  # the server has fewer records
    DIFFERENT = "different"  # the server has another record with this seq


class HistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The server's position, and its relation to the offered ones.

    `wanted` is the newest record of the checkpoint's history that the server wants, 0 if none. `waiting`: the server
    takes no entries until a console has handed back its records or an administrator ends the wait. `branches`: the
    checkpoint belongs to a second valid history, about which an administrator decides; `go_back_to` is the last
    common record after a decision for the other one. The records after `returned_after` up to `returned_until` were
    handed back: consoles with their personal values send these, too. `keys` are the certificates of the later keys
    of the server.
    """

    position: JournalPosition
    head: Relation
    checkpoint: Relation = Relation.SAME
    wanted: Seq = 0
    waiting: bool = False
    branches: bool = False
    go_back_to: JournalPosition | None = None
    returned_after: Seq = 0
    returned_until: Seq = 0
    keys: KeyCertificates = ()


class HandbackPage(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive records that end at the checkpoint, or before the page that was sent last, or that the server has.

    `previous` is the hash of the record before the first one. So every page proves itself on arrival: the checkpoint
    vouches for the newest page, and each page for the one before it.
    """

    checkpoint: SignedCheckpoint
    previous: Hash
    records: Annotated[tuple[Record, ...], Meta(min_length=1, max_length=MAX_RECORDS_A_PAGE)]
    personal: tuple[PersonalValue, ...] = ()
    keys: KeyCertificates = ()


class SignedHandback(msgspec.Struct, frozen=True, kw_only=True):
    """A page as JSON, signed by the device that sends it: after a restore there may be no session to prove it."""

    public_key: Hash
    text: Annotated[str, Meta(max_length=MAX_PAGE_LENGTH)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


class HandbackReply(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a page: `wanted`, `branches` and `go_back_to` as in `HistoryAnswer`.

    `appended` records are in the journal again; `lost` then names the losses.
    """

    wanted: Seq = 0
    appended: int = 0
    branches: bool = False
    go_back_to: JournalPosition | None = None
    lost: tuple[str, ...] = ()


def sign_page(page: HandbackPage, key: DeviceKey) -> SignedHandback:
    text = msgspec.json.encode(page)
    return SignedHandback(
        public_key=key.public_key.hex(), text=text.decode(), signature=key.sign(_SIGNED_FOR + text).hex()
    )


def read_page(signed: SignedHandback) -> tuple[str, HandbackPage]:
    """Verify and decode a page; return the device that sends it, and the page.

    Raises:
        BadSignature: the device did not sign it.
        BrokenHandback: it is not a page, or its records do not follow each other.
    """
    public_key, text = bytes.fromhex(signed.public_key), signed.text.encode()
    verify_signature(public_key, _SIGNED_FOR + text, bytes.fromhex(signed.signature))
    try:
        page = msgspec.json.decode(text, type=HandbackPage)
        check_records(page.records, page.previous)
    except (msgspec.DecodeError, AuditFailure) as error:
        raise BrokenHandback(f"the page is not valid: {error}") from error
    return device_id_of(public_key), page


def check_records(records: tuple[Record, ...], previous: str) -> None:
    """Check that records follow each other without a gap, the first one after a hash.

    Raises:
        AuditFailure: they do not.
    """
    seq = records[0].seq - 1
    if seq < 0 or (seq == 0 and previous != GENESIS):
        raise BrokenHandback("the first record follows nothing")
    for record in records:
        check_record_hash(record, seq=seq, previous=previous)
        seq, previous = record.seq, record.hash
