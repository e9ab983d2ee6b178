"""The chain of one device: numbering and signing of new entries, verification of pushed ones."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET

from tabuah.operations.entries import GENESIS, Draft, Entry
from tabuah.storage.journal.errors import BrokenChain, ChainGap, JournalError
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.signatures import DeviceKey, verify_signature
from tabuah.storage.journal.wire import SignedEntry, decode_entry, encode_entry, text_hash


class ChainHead(msgspec.Struct, frozen=True):
    """The last entry of a device: its number and the SHA-256 of its text."""

    n: int = 0
    hash: str = GENESIS


class ChainedEntry(msgspec.Struct, frozen=True):
    """An entry with its exact text, the text's hash and its signature in hex."""

    entry: Entry
    text: bytes
    hash: str
    signature: str

    @property
    def signed(self) -> SignedEntry:
        return SignedEntry(self.text.decode(), self.signature)

    @property
    def head(self) -> ChainHead:
        """Return the chain's head once this is its last entry."""
        return ChainHead(self.entry.n, self.hash)


def append_draft(
    draft: Draft, *, key: DeviceKey, head: ChainHead, actor: str, grant: str, now: datetime
) -> ChainedEntry:
    """Number, chain and sign a draft as the device's next entry; `now` is the corrected UTC clock."""
    entry = Entry(
        id=new_uuid(now),
        device=key.device_id,
        n=head.n + 1,
        prev=head.hash,
        actor=actor,
        grant=grant,
        subject=draft.subject,
        kind=draft.kind,
        body=draft.body,
        base=draft.base,
        at=now,
        occurred_at=draft.occurred_at,
        exercise=draft.exercise,
        exercise_ref=draft.exercise_id or UNSET,
        replaces=draft.replaces,
        again=draft.again,
    )
    text = encode_entry(entry)
    return ChainedEntry(entry, text, text_hash(text), key.sign(text).hex())


def read_chain(signed: Sequence[SignedEntry], *, device: str) -> tuple[ChainedEntry, ...]:
    """Decode entries of one device and check that each follows the one before it.

    The predecessor of the first entry is not checked.

    Raises:
        MalformedEntry: a text is not an entry.
        ChainGap: a number is missing between two entries.
        BrokenChain: a `prev` does not match, or an entry is from another device.
    """
    chain: list[ChainedEntry] = []
    for pair in signed:
        text = pair.text.encode()
        entry = decode_entry(text)
        if entry.device != device:
            raise BrokenChain("entries of more than one device in one request")
        if chain:
            check_follows(entry, chain[-1].head)
        chain.append(ChainedEntry(entry, text, text_hash(text), pair.signature))
    return tuple(chain)


def check_follows(entry: Entry, head: ChainHead) -> None:
    """Check that `entry` is the next one after `head`.

    Raises:
        ChainGap: its number is not the next.
        BrokenChain: its `prev` is not the head's hash.
    """
    if entry.n != head.n + 1:
        raise ChainGap(head.n + 1)
    if entry.prev != head.hash:
        raise BrokenChain("prev is not the hash of the device's entry before")


def verify_signatures(chain: Sequence[ChainedEntry], public_key: bytes) -> None:
    """Verify every signature.

    The last one authenticates all entries before it, but each is recorded with its own: an audit, a history and
    a page that ends in the middle of the chain verify that one.

    Raises:
        BadSignature: one does not match.
        JournalError: the chain is empty.
    """
    if not chain:
        raise JournalError("no entries")
    for chained in chain:
        verify_signature(public_key, chained.text, bytes.fromhex(chained.signature))
