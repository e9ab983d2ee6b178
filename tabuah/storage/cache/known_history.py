"""The server's history as this console knows it: its position, the pinned checkpoint, and records to hand back."""

from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.rewind import rewind
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature, JournalError
from tabuah.storage.journal.handback import (
    MAX_PAGE_BYTES,
    MAX_RECORDS_A_PAGE,
    HandbackPage,
    HistoryOffer,
    JournalPosition,
)
from tabuah.storage.journal.server_keys import KeyCertificates, newest_key
from tabuah.storage.journal.wire import Record, decode_entry, record_of_row

_HANDED_BACK: Final = "handed_back"
_RETURNED: Final = "personal_returned"
_UNTIL: Final = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM journal
    WHERE seq <= ? ORDER BY seq DESC LIMIT ?"""


class HandbackNote(msgspec.Struct, frozen=True, kw_only=True):
    """How many records this console handed back to its server, and when."""

    at: datetime
    records: int


class KnownHistory:
    """Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    @property
    def position(self) -> JournalPosition:
        """Return the newest record here."""
        head = self._session.meta.journal_head
        return JournalPosition(seq=head.seq, hash=head.hash)

    @property
    def offer(self) -> HistoryOffer:
        """Return the position and checkpoint that this console offers before each exchange."""
        identity = self._session.meta.identity
        keys = identity.server_keys if identity is not None else ()
        return HistoryOffer(head=self.position, checkpoint=self._session.meta.checkpoint, keys=keys)

    @property
    def pinned_seq(self) -> int:
        """Return the seq of the pinned checkpoint; 0 without one."""
        signed = self._session.meta.checkpoint
        return msgspec.json.decode(signed.text, type=Checkpoint).seq if signed else 0

    def pin(self, signed: SignedCheckpoint) -> None:
        """Pin a checkpoint of the journal here, if it is newer than the pinned one.

        Raises:
            JournalMismatch: the server did not sign it, or it is for another journal.
        """
        identity = self._session.meta.identity
        if identity is None:
            return
        checkpoint = _verified(signed, identity)
        here = self._hash_at(checkpoint.seq)
        if here and here != checkpoint.hash:
            raise JournalMismatch(
                _("The server signed a checkpoint for another journal than the one it sent. Tell the administrator.")
            )
        if here and checkpoint.seq > self.pinned_seq:
            with self._session.writing():
                self._session.meta.checkpoint = signed

    def follow_keys(self, certificates: KeyCertificates) -> None:
        """Trust the newest key of the server from now on, if a chain of certificates leads to it from the known one.

        Raises:
            JournalMismatch: a certificate is forged.
        """
        identity = self._session.meta.identity
        if identity is None or not certificates:
            return
        try:
            newest = newest_key(bytes.fromhex(identity.server_public_key), certificates).hex()
        except JournalError as error:
            raise JournalMismatch(_("A certificate for a new key of the server is forged.")) from error
        if newest != identity.server_public_key:
            changed = msgspec.structs.replace(identity, server_public_key=newest, server_keys=certificates)
            with self._session.writing():
                self._session.meta.identity = changed

    def verify(self, signed: SignedCheckpoint) -> None:
        """Check that a checkpoint is of the server of this console.

        Raises:
            JournalMismatch: it is not.
        """
        identity = self._session.meta.identity
        if identity is not None:
            _verified(signed, identity)

    def rewind(self, common: JournalPosition | None = None) -> Changes:
        """Go back to a record that the server has, too, by default to the pinned checkpoint; see `rewind`.

        Without a checkpoint, all records are forgotten and pulled again.

        Raises:
            JournalMismatch: the record is another one here; nothing was changed.
        """
        if common is None:
            return rewind(self._session, self.pinned_seq)
        here = self._hash_at(common.seq)
        if here and here != common.hash:
            raise JournalMismatch(_("The server's checkpoint has no valid signature."))
        return rewind(self._session, common.seq)

    def requeue_lost(self) -> int:
        """Queue entries again that the server acknowledged, but that no later complete pull returned.

        Returns:
            The number of entries: a server that was put back has lost them.
        """
        with self._session.writing():
            return self._session.journal.unmark_pushed() + self._session.relayed.unmark_pushed()

    def has_returned_personal(self, after: int, until: int) -> bool:
        """Return whether this console has sent its personal values of these records."""
        return self._session.meta.read(_RETURNED) == f"{after}-{until}"

    def note_returned_personal(self, after: int, until: int) -> None:
        with self._session.writing():
            self._session.meta.write(_RETURNED, f"{after}-{until}")

    @property
    def is_enrolment_lost(self) -> bool:
        """Return whether the journal here, after a complete pull, does not know this enrolled device."""
        identity = self._session.meta.identity
        is_enrolled = identity is not None and identity.enrolled
        return is_enrolled and self._session.meta.device not in self._session.authority().devices

    def forget_enrolment(self) -> None:
        """Enrol this device again: the server does not know it."""
        identity = self._session.meta.identity
        if identity is not None:
            with self._session.writing():
                self._session.meta.identity = msgspec.structs.replace(
                    identity, enrolled=False, approved=False, grant=None
                )

    def note_handback(self, records: int) -> None:
        """Record that this console has handed back records to its server."""
        noted = HandbackNote(at=self._session.now(), records=records)
        with self._session.writing():
            self._session.meta.write(_HANDED_BACK, msgspec.json.encode(noted).decode())

    @property
    def last_handback(self) -> HandbackNote | None:
        """Return the last hand-back of this console."""
        text = self._session.meta.read(_HANDED_BACK)
        return msgspec.json.decode(text, type=HandbackNote) if text else None

    def page_until(self, seq: int) -> HandbackPage | None:
        """Return the records up to a seq, without a gap, and their personal values; None if they are not here."""
        signed = self._session.meta.checkpoint
        records = self._records_until(seq)
        previous = self._hash_at(records[0].seq - 1) if records else ""
        if records and not previous:  # after a snapshot the record before is not here
            previous, records = records[0].hash, records[1:]
        if signed is None or not records:
            return None
        entries = [decode_entry(record.text).id for record in records]
        personal = self._session.journal.personal_among(entries)
        keys = self.offer.keys
        return HandbackPage(checkpoint=signed, previous=previous, records=records, personal=personal, keys=keys)

    def _records_until(self, seq: int) -> tuple[Record, ...]:
        found: list[Record] = []
        room = MAX_PAGE_BYTES
        for row in self._session.connection.execute(_UNTIL, (seq, MAX_RECORDS_A_PAGE)):
            record = record_of_row(*row)
            room -= len(record.text)
            if record.seq != seq - len(found) or (found and room < 0):
                break
            found.append(record)
        return tuple(reversed(found))

    def _hash_at(self, seq: int) -> str:
        """Return the hash of a record; empty when it is not here."""
        head = self._session.meta.journal_head
        if seq in (0, head.seq):
            return head.hash if seq else GENESIS
        return self._session.journal.hash_at(seq)


def _verified(signed: SignedCheckpoint, identity: Identity) -> Checkpoint:
    try:
        return read_checkpoint(signed, bytes.fromhex(identity.server_public_key))
    except BadSignature as error:
        text = _(
            "The server's checkpoint has no valid signature: it may be an older copy of the server. If it was put"
            " back and goes on, log in again."
        )
        raise JournalMismatch(text) from error
