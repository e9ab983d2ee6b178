"""The hand-back as the server does it: answers offered checkpoints, and takes the records that it lost."""

import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from tabuah.operations.entries import PersonalValue
from tabuah.operations.people.authority import Authority
from tabuah.operations.personal_values import holds_commitment
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_personal
from tabuah.server.admission.personal_values import MAX_VALUE_LENGTH
from tabuah.server.database.queries import hash_at
from tabuah.server.handback.appended_records import append_handed_back
from tabuah.server.handback.branches import Branch, abandoned, find_branches
from tabuah.server.handback.decision import DecideHistory, HistoryDecision, KeptHistory
from tabuah.server.handback.erasures import lasting_values
from tabuah.server.handback.staged_records import (
    StagedRecord,
    delete_until,
    has_next,
    oldest_of,
    stage,
    staged_chain,
)
from tabuah.server.handback.wait import (
    SETTLING,
    WaitCause,
    begin_found_wait,
    end_wait,
    note_returned,
    read_returned,
    read_wait,
    write_wait,
)
from tabuah.server.journal import ServerJournal
from tabuah.server.read_only import ReadOnlyReason
from tabuah.server.server_keys import server_devices
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature, BrokenHandback, JournalError
from tabuah.storage.journal.handback import (
    LOST,
    HandbackPage,
    HandbackReply,
    HistoryAnswer,
    HistoryOffer,
    JournalPosition,
    Relation,
    SignedHandback,
    read_page,
)
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.server_keys import KeyCertificates, newest_key
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)


class Handback(msgspec.Struct, frozen=True):
    """Offers and hand-backs of one server. Its methods block; call them from any thread but the writer's."""

    journal: ServerJournal
    settling: timedelta = SETTLING

    def answer(self, offer: HistoryOffer) -> HistoryAnswer:
        """Compare a console's history with the journal; a server that went back waits from then on.

        Raises:
            BadSignature: the server did not sign the checkpoint.
        """
        self.journal.follow_wait()
        relations = self.journal.read(lambda connection: _relations(connection, offer))
        outcome = HandbackReply()
        if offer.checkpoint is not None and relations[1] is not Relation.SAME:
            signed = offer.checkpoint
            outcome = self.journal.submit(lambda batch: self._offered(batch, signed, offer.keys)).result()
            self.journal.follow_wait()
            relations = self.journal.read(lambda connection: _relations(connection, offer))
        head, returned = self.journal.head(), self.journal.read(read_returned)
        return HistoryAnswer(
            position=JournalPosition(seq=head.seq, hash=head.hash),
            head=relations[0],
            checkpoint=relations[1],
            wanted=outcome.wanted,
            waiting=self.journal.read_only.reason is ReadOnlyReason.RESTORED,
            branches=outcome.branches,
            go_back_to=outcome.go_back_to,
            returned_after=returned.after,
            returned_until=returned.until,
            keys=self.journal.certificates(),
        )

    def take(self, signed: SignedHandback) -> HandbackReply:
        """Take a page of records; they are appended once they continue the journal.

        Raises:
            JournalError: the page does not prove itself; nothing was taken.
        """
        device, page = read_page(signed)
        reply = self.journal.submit(lambda batch: self._take(batch, device, page)).result()
        self.journal.follow_wait()
        return reply

    def end_wait(self) -> bool:
        """End the wait without a hand-back; return whether the server waited."""
        ended = self.journal.submit(lambda batch: end_wait(batch.connection, batch.now)).result()
        self.journal.follow_wait()
        return ended

    def branches(self) -> list[Branch]:
        """Return the second histories that consoles have proved."""
        head = self.journal.head()
        position = JournalPosition(seq=head.seq, hash=head.hash)
        return self.journal.read(lambda connection: find_branches(connection, position))

    def decide(self, kept: KeptHistory) -> HistoryDecision | None:
        """Keep one of two histories, and issue the entries of the other one again; all sessions end, and the wait.

        To take the consoles' history, the journal must be opened for serving, and opened again afterwards.

        Returns:
            The decision; None if there are no two histories.

        Raises:
            ServerError: the history that is given up cannot be kept as a file; nothing was changed.
            BrokenHandback: a record of the consoles is not authentic; nothing was changed.
        """
        work = DecideHistory(kept, self.journal.directory.path, self.journal.keys)
        decision = self.journal.submit(work).result()
        self.journal.follow_wait()
        if decision is not None:
            self.journal.security_log.record("history_decided", code=kept)
        return decision

    def _offered(
        self, batch: AdmissionBatch, signed: SignedCheckpoint, certificates: KeyCertificates
    ) -> HandbackReply:
        signer = self._signer(signed, batch.authority, certificates)
        checkpoint = read_checkpoint(signed, signer)
        outcome = self._join(batch, checkpoint)
        device = batch.authority.devices.get(device_id_of(signer))
        is_former = device is not None and device.revoked  # a copy with a former key: nothing was lost here
        is_ahead = outcome.wanted and checkpoint.seq > batch.head.seq and not is_former
        if is_ahead and begin_found_wait(batch.connection, batch.now, checkpoint.hash):
            log.warning("a console knows more than this server: it went back and waits for the records")
        return outcome

    def _take(self, batch: AdmissionBatch, device: str, page: HandbackPage) -> HandbackReply:
        checkpoint = read_checkpoint(page.checkpoint, self._signer(page.checkpoint, batch.authority, page.keys))
        last, known = page.records[-1], _count_known(batch, page)
        lost = page.records[known:]
        is_newest = (last.seq, last.hash) == (checkpoint.seq, checkpoint.hash)
        if lost and not is_newest and not has_next(batch.connection, last):
            raise BrokenHandback("neither the checkpoint nor a later record vouches for the last record")
        if known:
            _return_personal(batch, page.records[:known], page.personal)
        if lost:
            previous = hash_at(batch.connection, lost[0].seq - 1) if known else page.previous
            stage(batch.connection, lost, previous, _committed(lost, page.personal))
        reply = self._join(batch, checkpoint)
        if reply.appended:
            log.warning("device %s has handed back %d records", device, reply.appended)
        return reply

    def _join(self, batch: AdmissionBatch, checkpoint: Checkpoint) -> HandbackReply:
        """Append the staged records up to a checkpoint where they continue the journal; name the missing ones."""
        if hash_at(batch.connection, checkpoint.seq) == checkpoint.hash:
            return HandbackReply()
        oldest = oldest_of(batch.connection, checkpoint.hash)
        if oldest is None:
            return HandbackReply(wanted=checkpoint.seq)
        common = JournalPosition(seq=oldest.seq - 1, hash=oldest.previous)
        if hash_at(batch.connection, common.seq) != common.hash:
            return HandbackReply(wanted=common.seq)
        if common.seq < batch.head.seq:
            _end_found_wait(batch.connection, batch.now)
            is_decided = oldest.hash in abandoned(batch.connection)
            return HandbackReply(branches=not is_decided, go_back_to=common if is_decided else None)
        staged = staged_chain(batch.connection, checkpoint.hash)
        self.journal.returned_until = checkpoint.seq
        note_returned(batch.connection, common.seq, checkpoint.seq)
        append_handed_back(batch, staged)
        delete_until(batch.connection, batch.head.seq)
        self._let_settle(batch.connection, batch.now)
        return HandbackReply(appended=len(staged), lost=LOST)

    def _signer(self, signed: SignedCheckpoint, authority: Authority, certificates: KeyCertificates) -> bytes:
        """Return the key of this server that signed a checkpoint, also a former one, or a later one that was lost.

        Raises:
            BadSignature: none did.
        """
        keys = [bytes.fromhex(device.public_key) for device in server_devices(authority)]
        keys.append(newest_key(self.journal.key.public_key, certificates))
        for key in keys:
            with contextlib.suppress(JournalError):
                if read_checkpoint(signed, key).server == self.journal.server_id:
                    return key
        raise BadSignature("this server did not sign the checkpoint")

    def _let_settle(self, connection: Connection, now: datetime) -> None:
        wait = read_wait(connection)
        if wait is not None and wait.is_open(now):
            write_wait(connection, msgspec.structs.replace(wait, until=now + self.settling))


def _relations(connection: Connection, offer: HistoryOffer) -> tuple[Relation, Relation]:
    """Return how the head and the checkpoint of an offer, unverified, relate to the journal."""
    head = _relation(connection, offer.head.seq, offer.head.hash)
    if offer.checkpoint is None:
        return head, Relation.SAME
    try:
        checkpoint = msgspec.json.decode(offer.checkpoint.text, type=Checkpoint)
    except msgspec.DecodeError as error:
        raise BadSignature(f"the signed text is not a checkpoint: {error}") from error
    return head, _relation(connection, checkpoint.seq, checkpoint.hash)


def _relation(connection: Connection, seq: int, hash_: str) -> Relation:
    here = hash_at(connection, seq)
    if here == hash_:
        return Relation.SAME
    return Relation.DIFFERENT if here else Relation.BEHIND


def _count_known(batch: AdmissionBatch, page: HandbackPage) -> int:
    """Return how many records of a page the journal has: they are the first ones of the page."""
    return sum(hash_at(batch.connection, record.seq) == record.hash for record in page.records)


def _return_personal(batch: AdmissionBatch, records: Sequence[Record], values: Sequence[PersonalValue]) -> None:
    """Save personal values of records that are here; the next record delivers them to the consoles."""
    found = _committed(records, values)
    returned = [StagedRecord(record, tuple(found[record.hash])) for record in records if record.hash in found]
    kept = [(batch.head.seq + 1, value) for _seq, value in lasting_values(batch, returned)]
    save_personal(batch.connection, kept)


def _committed(records: Sequence[Record], values: Sequence[PersonalValue]) -> dict[str, list[PersonalValue]]:
    """Return the values that fit a commitment in these records, by the hash of the record."""
    entries = {entry.id: (record, entry) for record in records for entry in (decode_entry(record.text),)}
    found: dict[str, list[PersonalValue]] = {}
    for value in values:
        known = entries.get(value.entry)
        if known is not None and len(value.value) <= MAX_VALUE_LENGTH and holds_commitment(known[1], value):
            found.setdefault(known[0].hash, []).append(value)
    return found


def _end_found_wait(connection: Connection, now: datetime) -> None:
    """End a wait that a console began: the server has written since, so waiting would prevent nothing."""
    wait = read_wait(connection)
    if wait is not None and wait.cause is WaitCause.FOUND and wait.is_open(now):
        end_wait(connection, now)
