"""The decision of an administrator between two valid histories: one is kept, the other is issued again as new work.

In both cases the given-up history is first written to a file, and consoles that have it go back to the last common
record.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

from tabuah.operations.entries import PersonalValue
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.server_entries import BringPolicyUpToDate, ReplaceServerKey
from tabuah.server.database.queries import hash_at, records_after
from tabuah.server.handback.appended_records import append_handed_back
from tabuah.server.handback.branches import Branch, find_branches, give_up
from tabuah.server.handback.dropped_records import drop_records
from tabuah.server.handback.history_file import write_history
from tabuah.server.handback.reissued_history import LeftEntry, ReissueCounts, reissue_history
from tabuah.server.handback.staged_records import StagedRecord, delete_chain, stage, staged_chain
from tabuah.server.handback.wait import end_wait, note_returned
from tabuah.server.server_keys import ServerKeys
from tabuah.storage.journal.checkpoint import Checkpoint, sign_checkpoint
from tabuah.storage.journal.handback import JournalPosition
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, decode_entry

_KEY: Final = "handback_decisions"
_MAX_DECISIONS: Final = 20
_PAGE: Final = 1_000
_READ: Final = "SELECT value FROM meta WHERE key = ?"
_WRITE: Final = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_DELIVER_LATE: Final = """UPDATE personal_values SET seq = ?
    WHERE seq > ? AND entry IN (SELECT id FROM entries WHERE seq <= ?)"""
_PERSONAL: Final = """SELECT entry, field, salt, value FROM personal_values
    WHERE entry IN (SELECT value FROM json_each(?))"""
_DROP_PERSONAL: Final = "DELETE FROM personal_values WHERE entry IN (SELECT value FROM json_each(?))"


class KeptHistory(StrEnum):
    """The history that is kept."""

    SERVER = "server"
    CONSOLES = "consoles"


class HistoryDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: the histories that were given up, and the outcome of their entries.

    `admitted` entries of devices were judged again, `written` ones of the server were written again, `left` ones were
    not. `key` is the device id of the new key of the server. `files` have the records of the given-up histories.
    """

    at: datetime
    kept: KeptHistory
    differs_at: int
    key: str
    given_up: int
    files: tuple[str, ...]
    admitted: int
    written: int
    left: tuple[LeftEntry, ...] = ()


def read_decisions(connection: Connection) -> tuple[HistoryDecision, ...]:
    """Return the decisions, the oldest first."""
    text = connection.exec_driver_sql(_READ, (_KEY,)).scalar_one_or_none()
    return msgspec.json.decode(text, type=tuple[HistoryDecision, ...]) if text else ()


class DecideHistory(msgspec.Struct, frozen=True):
    """A decision queued for the writer; `None` if there are no two histories.

    The history of the consoles can only be taken by the one process that uses the journal.

    Raises, when called with the batch:
        BrokenHandback: a record of the consoles is not authentic; nothing was changed.
        UnusableDirectory: the history that is given up cannot be kept as a file.
    """

    kept: KeptHistory
    directory: Path
    keys: ServerKeys

    def __call__(self, batch: AdmissionBatch) -> HistoryDecision | None:
        """Decide."""
        head = JournalPosition(seq=batch.head.seq, hash=batch.head.hash)
        branches = [branch for branch in find_branches(batch.connection, head) if not branch.decided]
        if not branches:
            return None
        if self.kept is KeptHistory.SERVER:
            return self._keep_server(batch, branches)
        return self._take_consoles(batch, branches)

    def _keep_server(self, batch: AdmissionBatch, branches: Sequence[Branch]) -> HistoryDecision:
        losing = [_losing(batch.connection, branch) for branch in branches]
        files = [self._keep_file(batch, each) for each in losing]
        give_up(batch.connection, [each.records[0].record.hash for each in losing])
        changed = [_subjects(_records_after(batch.connection, branch.differs_at - 1)) for branch in branches]
        key = self._replace_key(batch)
        kept_until = batch.head.seq
        counts = [
            reissue_history(batch, each.records, key=key, changed=subjects)
            for each, subjects in zip(losing, changed, strict=True)
        ]
        note_returned(batch.connection, kept_until, batch.head.seq)  # consoles with their personal values send these
        return self._note(batch, min(branch.differs_at for branch in branches), files, counts)

    def _take_consoles(self, batch: AdmissionBatch, branches: Sequence[Branch]) -> HistoryDecision:
        """Take the longest history of the consoles in place of the server's; others are given up with it."""
        *others, taken = branches
        connection, common = batch.connection, taken.differs_at - 1
        last_common = hash_at(connection, common)
        own = _with_personal(connection, _records_after(connection, common))
        staged = staged_chain(connection, taken.consoles.head.hash)
        losing = [_LosingHistory(last_common, own)]
        losing += [_losing(connection, branch).after(staged) for branch in others]
        files = [self._keep_file(batch, each) for each in losing]
        drop_records(batch, common, [each.record for each in own])
        append_handed_back(batch, staged)
        delete_chain(connection, [each.record.hash for each in staged])
        stage(connection, [each.record for each in own], last_common, {})  # its consoles are recognised at once
        give_up(connection, [each.records[0].record.hash for each in losing], kept=staged[0].record.hash)
        key = self._replace_key(batch)
        BringPolicyUpToDate(key)(batch)
        changed = _subjects(each.record for each in staged)
        counts = [reissue_history(batch, each.records, key=key, changed=changed) for each in losing]
        note_returned(connection, common, batch.head.seq)
        connection.exec_driver_sql(_DELIVER_LATE, (batch.head.seq, common, common))
        return self._note(batch, taken.differs_at, files, counts)

    def _replace_key(self, batch: AdmissionBatch) -> DeviceKey:
        """Change to a new key, because a copy of the server may still sign the other history with the present key."""
        return ReplaceServerKey(self.keys.root(batch.authority), self.keys.newest(batch.authority))(batch)

    def _keep_file(self, batch: AdmissionBatch, losing: "_LosingHistory") -> Path:
        records = [each.record for each in losing.records]
        server = self.keys.first.device_id
        checkpoint = Checkpoint(server=server, seq=records[-1].seq, hash=records[-1].hash, at=batch.now)
        return write_history(
            self.directory,
            records,
            after=JournalPosition(seq=records[0].seq - 1, hash=losing.previous),
            checkpoint=sign_checkpoint(checkpoint, self.keys.newest(batch.authority)),
            server=server,
        )

    def _note(
        self, batch: AdmissionBatch, differs_at: int, files: Sequence[Path], counts: Sequence[ReissueCounts]
    ) -> HistoryDecision:
        decision = HistoryDecision(
            at=batch.now,
            kept=self.kept,
            differs_at=differs_at,
            key=self.keys.newest(batch.authority).device_id,
            given_up=len(files),
            files=tuple(str(path.relative_to(self.directory)) for path in files),
            admitted=sum(count.admitted for count in counts),
            written=sum(count.written for count in counts),
            left=tuple(left for count in counts for left in count.left),
        )
        end_wait(batch.connection, batch.now)  # the server has written since: to wait for records prevents nothing
        decisions = (*read_decisions(batch.connection), decision)[-_MAX_DECISIONS:]
        batch.connection.exec_driver_sql(_WRITE, (_KEY, msgspec.json.encode(decisions).decode()))
        return decision


def _records_after(connection: Connection, seq: int) -> list[Record]:
    found: list[Record] = []
    while page := records_after(connection, found[-1].seq if found else seq, _PAGE):
        found += page
    return found


def _with_personal(connection: Connection, records: Sequence[Record]) -> list[StagedRecord]:
    """Return records with the personal values of their entries, which are then saved with the entry only."""
    entries = [decode_entry(record.text).id for record in records]
    values: dict[str, list[PersonalValue]] = {}
    for entry, field, salt, value in connection.exec_driver_sql(_PERSONAL, (msgspec.json.encode(entries).decode(),)):
        values.setdefault(entry, []).append(PersonalValue(entry=entry, field=field, salt=salt, value=value))
    connection.exec_driver_sql(_DROP_PERSONAL, (msgspec.json.encode(entries).decode(),))
    return [
        StagedRecord(record, tuple(values.get(entry, ()))) for record, entry in zip(records, entries, strict=True)
    ]


class _LosingHistory(msgspec.Struct, frozen=True):
    """A history that is given up; `previous` is the hash of the record before its first one."""

    previous: str
    records: Sequence[StagedRecord]

    def after(self, taken: Sequence[StagedRecord]) -> "_LosingHistory":
        """Return the part that differs from the history that is taken."""
        hashes = {each.record.hash for each in taken}
        shared = sum(each.record.hash in hashes for each in self.records)
        return _LosingHistory(self.records[shared - 1].record.hash, self.records[shared:]) if shared else self


def _losing(connection: Connection, branch: Branch) -> _LosingHistory:
    records = staged_chain(connection, branch.consoles.head.hash)
    return _LosingHistory(hash_at(connection, branch.differs_at - 1), records)


def _subjects(records: Iterable[Record]) -> frozenset[str]:
    return frozenset(decode_entry(record.text).subject for record in records)
