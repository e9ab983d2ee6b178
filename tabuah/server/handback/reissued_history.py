"""Re-issue of a history that was given up: its entries are judged again as new work, in their order.

Entries of devices are admitted verbatim under their own signatures, as in a push. Entries of the server are written
again by it, with the identity of the original; the rules refuse those that have no ground any more, and these are
named. So a device that was enrolled in this history is enrolled again before its entries, and a grant is given again
before the work under it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import SERVER_ACTOR, Draft, Entry, PersonalValue, Verdict, subject_kind
from tabuah.operations.entry_kinds import encode_body, read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.reissued_entries import ALREADY_THERE, identity_of
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries, save_personal
from tabuah.server.admission.verdicts import admit_and_resolve_deferred, judge
from tabuah.server.database.queries import states_of_kind
from tabuah.server.handback.erasures import is_erased, lasting_values
from tabuah.server.handback.staged_records import StagedRecord
from tabuah.storage.journal.chain import ChainedEntry, append_draft, check_follows
from tabuah.storage.journal.errors import ChainFork, JournalError, UnknownDevice
from tabuah.storage.journal.signatures import DeviceKey, verify_signature
from tabuah.storage.journal.wire import Record, decode_entry, text_hash

# The server writes these itself when they are due: the rules in force, and the end of a deferral.
_WRITTEN_BY_SERVER: Final = frozenset({"policy.changed", "entry.released", "entry.refused"})
# These apply even if the other history has changed the same subject, so that a fork gives no user more rights.
_ALWAYS: Final = frozenset(
    {
        "user.granted",
        "user.password_changed",
        "user.sessions_ended",
        "user.deputyship_ended",
        "device.revoked",
        "device.retired",
    }
)
_KNOWN: Final = "SELECT text FROM entries WHERE device = ? AND n = ?"
_USED: Final = "SELECT 1 FROM entries WHERE id = ?"
_CHANGED_IN_BOTH: Final = "changed_in_both"
_ALARM_IS_ACTIVE: Final = "alarm_is_up"


class LeftEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was not issued again, by its place in the history that was given up, and the stable reason."""

    seq: int
    kind: str
    subject: str
    reason: str


@dataclass(slots=True)
class ReissueCounts:
    """Entries of devices admitted again, entries of the server written again, and those not issued again."""

    admitted: int = 0
    written: int = 0
    left: list[LeftEntry] = field(default_factory=list)


def reissue_history(
    batch: AdmissionBatch, given_up: Iterable[StagedRecord], *, key: DeviceKey, changed: frozenset[str]
) -> ReissueCounts:
    """Judge the entries of the other history again, unless the journal has them already.

    Args:
        batch: the journal with the history that was kept.
        given_up: the records of the other history after the last common one.
        key: the server's key.
        changed: the subjects that the kept history has changed since then.
    """
    counts = ReissueCounts()
    active_alarms = _active_alarms(batch)
    for each in given_up:
        entry = decode_entry(each.record.text)
        layer = batch.new_layer()  # lookups decode its records each time
        reissue = _Reissue(layer, key, changed, active_alarms)
        device = batch.authority.devices.get(entry.device)
        is_own = device is not None and device.is_server
        reason = reissue.write(entry, each) if is_own else reissue.admit(entry, each)
        if reason:
            left = LeftEntry(seq=each.record.seq, kind=entry.kind, subject=entry.subject, reason=reason)
            counts.left += [left] if reason != ALREADY_THERE else []
        elif is_own:
            counts.written += 1
        else:
            counts.admitted += 1
        batch.merge(layer)
    return counts


class _Reissue(msgspec.Struct, frozen=True):
    """Issues one entry again; `admit` and `write` return the stable reason of a refusal, or an empty text."""

    batch: AdmissionBatch
    key: DeviceKey
    changed: frozenset[str]
    active_alarms: frozenset[tuple[str, str, str]]

    def admit(self, entry: Entry, each: StagedRecord) -> str:
        """Admit the entry of a device, whatever the verdict."""
        batch, record = self.batch, each.record
        device = batch.authority.devices.get(entry.device)
        if device is None:
            return UnknownDevice.code
        if device.is_stolen or not device.approved:
            return "device_stolen" if device.is_stolen else "device_not_approved"
        text = record.text.encode()
        chained = ChainedEntry(entry, text, text_hash(text), record.signature)
        try:
            head = batch.chain_head(entry.device)
            if entry.n <= head.n:
                return self._reason_of_known(chained, each.personal)
            check_follows(entry, head)
            verify_signature(bytes.fromhex(device.public_key), text, bytes.fromhex(record.signature))
        except JournalError as error:
            return error.code
        if batch.connection.exec_driver_sql(_USED, (entry.id,)).first():
            return "id_is_used"
        self._save(chained, each.personal)
        return ""

    def _reason_of_known(self, chained: ChainedEntry, personal: tuple[PersonalValue, ...]) -> str:
        row = self.batch.connection.exec_driver_sql(_KNOWN, (chained.entry.device, chained.entry.n)).first()
        if row is None or row.text != chained.text.decode():
            return ChainFork.code
        kept = [(self.batch.head.seq + 1, value) for value in personal]  # delivered with the next record
        if not is_erased(self.batch, chained.entry, chained.text.decode()):
            save_personal(self.batch.connection, kept)
        return ALREADY_THERE

    def write(self, entry: Entry, each: StagedRecord) -> str:
        """Write the entry of a server again, if the rules accept it."""
        if each.record.verdict is not Verdict.ACCEPTED or (
            entry.kind in _WRITTEN_BY_SERVER and entry.actor == SERVER_ACTOR
        ):
            return ALREADY_THERE
        body = self._body(entry)
        if body is None:
            return _CHANGED_IN_BOTH
        if entry.kind == "alarm.raised" and self._has_active_alarm(entry):
            return _ALARM_IS_ACTIVE
        head = self.batch.chain_head(self.key.device_id)
        draft = _draft_of(entry, each.record, body)
        chained = append_draft(draft, key=self.key, head=head, actor=entry.actor, grant="", now=entry.at)
        decision, _after = judge(
            self.batch.state_of(entry.subject),
            self.batch.authority,
            chained.entry,
            chained.text.decode(),
            received_at=self.batch.now,
            lookups=self.batch.lookups,
        )
        if decision.verdict is not Verdict.ACCEPTED:
            return decision.reason
        values = (msgspec.structs.replace(value, entry=chained.entry.id) for value in each.personal)
        self._save(chained, tuple(values))
        return ""

    def _body(self, entry: Entry) -> msgspec.Raw | None:
        """Return the body to write; None if the other history has changed the subject, too."""
        kind = ENTRY_KINDS.get(entry.kind)
        if entry.subject not in self.changed or entry.kind in _ALWAYS or (kind is not None and kind.creates):
            return entry.body
        if entry.kind != "user.changed":
            return None
        change = read_body(entry, UserChanged)
        locked = UserChanged(active=False, by=change.by, reason=change.reason)
        return encode_body(locked) if change.active is False else None

    def _has_active_alarm(self, entry: Entry) -> bool:
        """Return whether the series has an active alarm of the rule: the server never raises two."""
        try:
            raised = read_body(entry, AlarmRaised)
        except MalformedBody:
            return False
        return bool(raised.station) and (raised.rule, raised.station, raised.parameter) in self.active_alarms

    def _save(self, chained: ChainedEntry, personal: tuple[PersonalValue, ...]) -> None:
        answered = admit_and_resolve_deferred(self.batch, chained, self.key)
        save_entries(self.batch.connection, answered)
        save_personal(self.batch.connection, lasting_values(self.batch, [StagedRecord(answered[0][1], personal)]))


def _active_alarms(batch: AdmissionBatch) -> frozenset[tuple[str, str, str]]:
    """Return the rule, station and parameter of each active alarm."""
    states = states_of_kind(batch.connection, "alarm")
    states |= {s: batch.state_of(s) for s in batch.decided_subjects() if subject_kind(s) == "alarm"}
    alarms = (state.value for state in states.values() if isinstance(state.value, Alarm))
    return frozenset((alarm.rule, alarm.station, alarm.parameter) for alarm in alarms if alarm.is_active)


def _draft_of(entry: Entry, record: Record, body: msgspec.Raw) -> Draft:
    return Draft(
        subject=entry.subject,
        kind=entry.kind,
        body=body,
        base=entry.base,
        occurred_at=entry.occurred_at,
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
        replaces=entry.id,
        again=entry.again or identity_of(entry, record.text),
    )
