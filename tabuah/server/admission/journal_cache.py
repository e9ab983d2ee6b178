"""The writer's cache of the committed journal, and the uncommitted decisions of one transaction over it."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

import msgspec
from sqlalchemy import Connection, select

from tabuah.operations.entries import GENESIS, Entry, Verdict, subject_kind, subject_of
from tabuah.operations.exercises.decisions import find_first_world, world_of_subject
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.exercises.wipe import wipe_state
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.lookups import Lookups, find_raiser
from tabuah.operations.people.authority import AUTHORITY_KINDS, Authority, AuthorityRecord
from tabuah.operations.subject_state import EMPTY, SubjectState, read_state
from tabuah.server.database.queries import (
    entries_of,
    forget_attachments_and_personal_values,
    forget_personal_values_of_exercise,
    incident_with_number,
    last_received_at,
    recorded_entry,
    recorded_reissues,
    records_after,
    states_of_kind,
    subjects_naming_exercise,
)
from tabuah.server.database.schema import CHAIN_HEADS, HEAD
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.wire import Record, decode_entry

MAX_STATES: Final = 20_000
_PAGE: Final = 1_000
_READ_STATES: Final = """SELECT subject, state FROM subject_states
    WHERE subject IN (SELECT value FROM json_each(?))"""


class CommittedHead(msgspec.Struct, frozen=True):
    """The newest entry of the journal: seq and server chain hash."""

    seq: int = 0
    hash: str = GENESIS


def read_authority(connection: Connection) -> Authority:
    """Read all users and devices, and the rules in force, from their saved states."""
    authority = Authority()
    for kind in AUTHORITY_KINDS:
        for state in states_of_kind(connection, kind).values():
            if isinstance(state.value, AuthorityRecord):
                authority.update(state.value)
    return authority


@dataclass(slots=True)
class JournalCache:
    """Belongs to the writer's thread; other threads may read `head` and `authority`, which are never mutated."""

    head: CommittedHead = field(default_factory=CommittedHead)
    authority: Authority = field(default_factory=Authority)
    states: OrderedDict[str, SubjectState] = field(default_factory=OrderedDict)
    chain_heads: dict[str, ChainHead] = field(default_factory=dict)

    def load(self, connection: Connection) -> None:
        """Load the head and the authority."""
        self.head = self._read_head(connection)
        self.authority = read_authority(connection)

    def catch_up(self, connection: Connection) -> tuple[Record, ...]:
        """Read the entries that a command has written in parallel; call it inside a transaction.

        Returns:
            The new records.
        """
        found = self._read_head(connection)
        if found == self.head:
            return ()
        records: list[Record] = []
        last = self.head.seq
        while last < found.seq:
            records += records_after(connection, last, _PAGE)
            last = records[-1].seq
        self._evict(records)
        self.head = found
        if any(subject_kind(decode_entry(record.text).subject) in AUTHORITY_KINDS for record in records):
            self.authority = read_authority(connection)
        return tuple(records)

    def _evict(self, records: Iterable[Record]) -> None:
        for record in records:
            entry = decode_entry(record.text)
            self.states.pop(entry.subject, None)
            self.chain_heads.pop(entry.device, None)

    def _read_head(self, connection: Connection) -> CommittedHead:
        seq, hash_ = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
        return CommittedHead(seq, hash_)

    def chain_head(self, connection: Connection, device: str) -> ChainHead:
        """Return the head of a device's chain."""
        head = self.chain_heads.get(device)
        if head is None:
            query = select(CHAIN_HEADS.c.n, CHAIN_HEADS.c.hash).where(CHAIN_HEADS.c.device == device)
            row = connection.execute(query).one_or_none()
            head = self.chain_heads[device] = ChainHead() if row is None else ChainHead(row.n, row.hash)
        return head

    def load_states(self, connection: Connection, subjects: Iterable[str]) -> None:
        """Load the states of these subjects that are not cached, in one query."""
        missing = [subject for subject in set(subjects) if subject not in self.states]
        if not missing:
            return
        rows = connection.exec_driver_sql(_READ_STATES, (msgspec.json.encode(missing).decode(),)).all()
        self.states.update(dict.fromkeys(missing, EMPTY))
        self.states.update((subject, read_state(text.encode())) for subject, text in rows)

    def state_of(self, connection: Connection, subject: str) -> SubjectState:
        """Return the committed state of a subject."""
        if subject not in self.states:
            self.load_states(connection, (subject,))
        self.states.move_to_end(subject)
        return self.states[subject]

    def store_commit(
        self,
        *,
        head: CommittedHead,
        authority: Authority,
        chain_heads: Mapping[str, ChainHead],
        states: Mapping[str, SubjectState],
    ) -> None:
        """Cache the result of a commit, and evict the least recently used states."""
        self.head, self.authority = head, authority
        self.chain_heads.update(chain_heads)
        for subject, state in states.items():
            self.states[subject] = state
            self.states.move_to_end(subject)
        while len(self.states) > MAX_STATES:
            self.states.popitem(last=False)


class AdmissionBatch:
    """The writer's view inside a transaction.

    A group of requests is one transaction with one batch. Each request works on its own layer over that
    batch, which is merged when the request succeeds and dropped when it fails.
    """

    def __init__(
        self, connection: Connection, journal_cache: JournalCache, now: datetime, base: "AdmissionBatch | None" = None
    ) -> None:
        self.connection = connection
        self.journal_cache = journal_cache
        self.now = now
        self.head: CommittedHead = base.head if base else journal_cache.head
        self.authority: Authority = base.authority if base else journal_cache.authority
        self.chain_heads: dict[str, ChainHead] = {}
        self.states: dict[str, SubjectState] = {}
        self.numbers: dict[str, str] = {}  # incident number → subject, given in this batch
        self.attached: set[tuple[str, str]] = set()  # (SHA-256 of a named attachment, subject)
        self.wiped: set[str] = set()  # subjects of exercises that were wiped in this batch
        self.records: list[Record] = []
        self._base = base

    def new_layer(self) -> "AdmissionBatch":
        """Return a layer for one request."""
        return AdmissionBatch(self.connection, self.journal_cache, self.now, base=self)

    def merge(self, layer: Self) -> None:
        """Merge the decisions of a request."""
        self.head = layer.head
        self.authority = layer.authority
        self.chain_heads.update(layer.chain_heads)
        self.states.update(layer.states)
        self.numbers.update(layer.numbers)
        self.attached = {pair for pair in self.attached if pair[1] not in layer.wiped} | layer.attached
        self.records += layer.records

    def chain_head(self, device: str) -> ChainHead:
        """Return the head of a device's chain."""
        head = self.chain_heads.get(device)
        if head is not None:
            return head
        return self._base.chain_head(device) if self._base else self.journal_cache.chain_head(self.connection, device)

    def number_owner(self, number: str) -> str:
        """Return the subject of the incident with this number; empty without one."""
        owner = self.numbers.get(number)
        if owner is not None:
            return owner
        return self._base.number_owner(number) if self._base else incident_with_number(self.connection, number)

    def load_states(self, subjects: Iterable[str]) -> None:
        """Load the states of these subjects in advance."""
        self.journal_cache.load_states(self.connection, subjects)

    def state_of(self, subject: str) -> SubjectState:
        state = self.states.get(subject)
        if state is not None:
            return state
        return self._base.state_of(subject) if self._base else self.journal_cache.state_of(self.connection, subject)

    @property
    def lookups(self) -> Lookups:
        """The lookups of decisions, up to this point of the transaction."""
        return Lookups(
            number_owner=self.number_owner,
            incident=self._incident,
            entry=lambda entry_id: recorded_entry(self.connection, entry_id, self.records),
            reissues=lambda subject, again: recorded_reissues(self.connection, subject, again, self.records),
            alarm_raiser=lambda subject: find_raiser(self.entries_of(subject)),
            last_received_at=self.last_received_at,
            world=self._world_of,
        )

    def _world_of(self, subject: str) -> SubjectWorld | None:
        return world_of_subject(
            subject, self.state_of(subject).value, lambda: find_first_world(self.entries_of(subject))
        )

    def entries_of(self, subject: str) -> Iterator[tuple[Entry, Verdict]]:
        """Yield the entries on a subject: those that are saved, then those of this request."""
        yield from entries_of(self.connection, subject)
        for record in self.records:
            entry = decode_entry(record.text)
            if entry.subject == subject:
                yield entry, record.verdict

    def wipe(self, exercise_id: str) -> None:
        """Delete the states of an exercise, its personal values, and the names of its attachments.

        Attachments that nothing else names are deleted by the collector of unnamed ones.
        """
        saved = subjects_naming_exercise(self.connection, exercise_id)
        for subject in {*saved, *self.decided_subjects()}:
            state = self.state_of(subject)
            wiped = wipe_state(state, exercise_id)
            if wiped is not state:
                self.states[subject] = wiped
                self.wiped.add(subject)
                forget_attachments_and_personal_values(self.connection, subject, self.attached_to(subject))
                self.attached = {pair for pair in self.attached if pair[1] != subject}
        forget_personal_values_of_exercise(self.connection, exercise_id)

    def attached_to(self, subject: str) -> set[str]:
        """Return the attachments that entries of this transaction name for a subject."""
        earlier = self._base.attached_to(subject) if self._base else set()
        return earlier | {sha256 for sha256, named in self.attached if named == subject}

    def decided_subjects(self) -> set[str]:
        """Return the subjects with a state that is not saved yet."""
        return set(self.states) | (self._base.decided_subjects() if self._base else set())

    def last_received_at(self, device: str) -> datetime | None:
        if any(decode_entry(record.text).device == device for record in self.records):
            return self.now
        return last_received_at(self.connection, device)

    def _incident(self, incident_id: str) -> Incident | None:
        value = self.state_of(subject_of("incident", incident_id)).value
        return value if isinstance(value, Incident) else None

    def update_authority(self, record: AuthorityRecord) -> None:
        """Update the authority in a copy: other threads keep reading the committed one."""
        self.authority = self.authority.copy()
        self.authority.update(record)
