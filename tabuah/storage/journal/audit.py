"""Audit of a journal: every hash, signature, verdict and state, recomputed from the records alone. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.decisions import decide
from tabuah.operations.entries import GENESIS, Decision, Entry, Verdict, subject_of
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.decisions import first_world, world_of_subject
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.exercises.wipe import wipe_state, wiped_between
from tabuah.operations.fold import NOT_JUDGEABLE, fold
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.lookups import Lookups, find_raiser
from tabuah.operations.people.authority import Authority, AuthorityRecord
from tabuah.operations.policy.policy import NEWEST_VERSION
from tabuah.operations.recorded_entries import RecordedHistory
from tabuah.operations.subject_state import EMPTY, SubjectState, state_text
from tabuah.storage.journal.chain import ChainHead, check_follows
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import Record, decode_entry, ruling_hash, text_hash


class AuditCheck(StrEnum):
    """A check of the audit."""

    GAP = "gap"
    HASH = "hash"
    ENTRY = "entry"
    DEVICE_CHAIN = "device_chain"
    SIGNATURE = "signature"
    VERDICT = "verdict"
    STATE = "state"
    HEAD = "head"
    NEWER_RULES = "newer_rules"  # not wrong: this program does not know the rules in force there


class AuditFailure(Exception):
    """The first record that is not as it must be; `detail` is for engineers."""

    def __init__(self, seq: int, check: AuditCheck, detail: str) -> None:
        self.seq, self.check, self.detail = seq, check, detail
        super().__init__(f"seq {seq}, {check}: {detail}")


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A failure in a report."""

    seq: int
    check: AuditCheck
    detail: str


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an audit; `findings` has the record with the lowest seq first.

    `first` is the first record of the chain that is here. After a snapshot it is above 1, and verdicts
    cannot be recomputed; `subjects` counts the states that were.
    """

    first: int
    head: int
    hash: str
    subjects: int
    findings: tuple[AuditFinding, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether every verdict was recomputed."""
        return self.first <= 1


def finding_of(failure: AuditFailure) -> AuditFinding:
    return AuditFinding(seq=failure.seq, check=failure.check, detail=failure.detail)


def audit_journal(records: Iterable[Record], *, head: tuple[int, str], states: Mapping[str, str]) -> AuditReport:
    """Audit a whole journal against its stored head and states (encoded, by subject)."""
    recomputed = JournalAudit()
    findings: list[AuditFinding] = []
    try:
        for record in records:
            recomputed.follow(record)
        recomputed.check_head(*head)
    except AuditFailure as failure:
        findings.append(finding_of(failure))  # nothing after it can be recomputed
    else:
        findings += map(finding_of, recomputed.find_wrong_states(states))
    return AuditReport(
        first=1,
        head=recomputed.seq,
        hash=recomputed.hash,
        subjects=len(recomputed.states),
        findings=tuple(findings),
    )


class AuditStep(msgspec.Struct, frozen=True):
    """A verified record: its entry, and the state of its subject before and after."""

    record: Record
    entry: Entry
    before: SubjectState
    after: SubjectState


@dataclass(slots=True)
class JournalAudit:
    """The audit of one journal; call `follow` with every record from seq 1 on, then the checks at the end."""

    states: dict[str, SubjectState] = field(default_factory=dict)
    authority: Authority = field(default_factory=Authority)
    seq: int = 0
    hash: str = GENESIS
    _chains: dict[str, ChainHead] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)
    _history: RecordedHistory = field(default_factory=RecordedHistory)
    _changed_at: dict[str, int] = field(default_factory=dict)
    _raised: dict[str, list[tuple[Entry, Verdict]]] = field(default_factory=dict)  # alarm.raised by subject
    _first_worlds: dict[str, SubjectWorld] = field(default_factory=dict)  # by subject
    _received_at: dict[str, datetime] = field(default_factory=dict)  # of the last entry by device

    def follow(self, record: Record) -> AuditStep:
        """Verify the next record, and fold it.

        Raises:
            AuditFailure: it differs from the result of the earlier records and the rules in force there.
        """
        check_record_hash(record, seq=self.seq, previous=self.hash)
        self.seq, self.hash = record.seq, record.hash
        entry = self._check_entry(record)
        if self.authority.policy.decide_version > NEWEST_VERSION:
            raise AuditFailure(record.seq, AuditCheck.NEWER_RULES, str(self.authority.policy.decide_version))
        before = self.states.get(entry.subject, EMPTY)
        self._check_verdict(record, entry, before)
        after = self._fold(record, entry, before)
        self._history.add(entry, record.text, record.verdict)
        self._received_at[entry.device] = record.received_at
        if (world := first_world(entry, record.verdict)) is not None:
            self._first_worlds.setdefault(entry.subject, world)
        if entry.kind == "alarm.raised":
            self._raised.setdefault(entry.subject, []).append((entry, record.verdict))
        check_record_signature(record, entry, self.authority)
        return AuditStep(record, entry, before, after)

    def incident(self, incident_id: str) -> Incident | None:
        """Return an incident as of the last record."""
        value = self.states.get(subject_of("incident", incident_id), EMPTY).value
        return value if isinstance(value, Incident) else None

    def check_head(self, seq: int, hash_: str) -> None:
        """Check that the stored head is the last record.

        Raises:
            AuditFailure: it is not.
        """
        if (seq, hash_) != (self.seq, self.hash):
            raise AuditFailure(min(seq, self.seq), AuditCheck.HEAD, f"the head is {seq}, the last record {self.seq}")

    def find_wrong_states(self, stored: Mapping[str, str]) -> list[AuditFailure]:
        """Return the subjects whose stored state is not the recomputed one, by the seq of their last change."""
        wrong = []
        for subject in self.states.keys() | stored.keys():
            expected = state_text(self.states.get(subject, EMPTY)).decode()
            if stored.get(subject, "{}") != expected:
                wrong.append(AuditFailure(self._changed_at.get(subject, 0), AuditCheck.STATE, subject))
        return sorted(wrong, key=lambda failure: (failure.seq, failure.detail))

    def _check_entry(self, record: Record) -> Entry:
        entry = read_record(record)
        try:
            check_follows(entry, self._chains.get(entry.device, ChainHead()))
        except JournalError as error:
            raise AuditFailure(record.seq, AuditCheck.DEVICE_CHAIN, f"{entry.device}: {error}") from error
        self._chains[entry.device] = ChainHead(entry.n, text_hash(record.text.encode()))
        return entry

    def _check_verdict(self, record: Record, entry: Entry, before: SubjectState) -> None:
        if record.verdict is Verdict.REJECTED and record.reason == NOT_JUDGEABLE:
            return  # a rule failed then; the record is what is left of it
        lookups = Lookups(
            number_owner=lambda number: self._numbers.get(number, ""),
            incident=self.incident,
            entry=self._history.entry,
            reissues=self._history.reissues,
            alarm_raiser=lambda subject: find_raiser(self._raised.get(subject, ())),
            last_received_at=self._received_at.get,
            world=self._world_of,
        )
        try:
            decision = decide(
                before, self.authority, entry, text=record.text, received_at=record.received_at, lookups=lookups
            )
        except Exception as error:  # as the server's `judge`: a bug in a rule is a verdict
            raise AuditFailure(record.seq, AuditCheck.VERDICT, f"{type(error).__name__}: {error}") from error
        if decision != Decision(record.verdict, record.reason):
            recorded = f"recorded {record.verdict} {record.reason}"
            recomputed = f"recomputed {decision.verdict} {decision.reason}"
            raise AuditFailure(record.seq, AuditCheck.VERDICT, f"{recorded}, {recomputed}")

    def _world_of(self, subject: str) -> SubjectWorld | None:
        value = self.states.get(subject, EMPTY).value
        return world_of_subject(subject, value, lambda: self._first_worlds.get(subject))

    def _fold(self, record: Record, entry: Entry, before: SubjectState) -> SubjectState:
        if entry.kind == "incident.reported" and record.verdict is not Verdict.REJECTED:
            self._note_number(entry)
        after = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
        if after is not before:
            self.states[entry.subject] = after
            self._changed_at[entry.subject] = record.seq
            if isinstance(after.value, AuthorityRecord):
                self.authority.update(after.value)
        if exercise_id := wiped_between(before, after):
            self._wipe(exercise_id, record.seq)
        return after

    def _wipe(self, exercise_id: str, seq: int) -> None:
        for subject, state in self.states.items():
            wiped = wipe_state(state, exercise_id)
            if wiped is not state:
                self.states[subject], self._changed_at[subject] = wiped, seq

    def _note_number(self, entry: Entry) -> None:
        try:
            self._numbers.setdefault(read_body(entry, IncidentReported).number, entry.subject)
        except MalformedBody:
            return


def check_record_hash(record: Record, *, seq: int, previous: str) -> None:
    """Check that a record follows the one with `seq`, whose hash is `previous`.

    Raises:
        AuditFailure: it does not.
    """
    if record.seq != seq + 1:
        raise AuditFailure(seq + 1, AuditCheck.GAP, f"the next record is {record.seq}")
    if ruling_hash(previous, record.text.encode(), record.ruling) != record.hash:
        raise AuditFailure(record.seq, AuditCheck.HASH, record.hash)


def read_record(record: Record) -> Entry:
    """Decode the entry of a record.

    Raises:
        AuditFailure: it is not an entry.
    """
    try:
        return decode_entry(record.text)
    except JournalError as error:
        raise AuditFailure(record.seq, AuditCheck.ENTRY, str(error)) from error


def check_record_signature(record: Record, entry: Entry, authority: Authority) -> None:
    """Check the signature of a record by the key of its device.

    Raises:
        AuditFailure: it does not fit, or the device was not enrolled.
    """
    device = authority.devices.get(entry.device)
    if device is None:
        raise AuditFailure(record.seq, AuditCheck.SIGNATURE, f"{entry.device} was not enrolled")
    try:
        verify_signature(bytes.fromhex(device.public_key), record.text.encode(), bytes.fromhex(record.signature))
    except (JournalError, ValueError) as error:
        raise AuditFailure(record.seq, AuditCheck.SIGNATURE, str(error)) from error
