"""Verdicts: `decide` and `fold` of one entry, its place in the chain, and resolution of deferred entries."""

import logging
from collections.abc import Iterator
from datetime import datetime

from tabuah.operations.attachments.prefetch import attachment_in
from tabuah.operations.decisions import decide
from tabuah.operations.deferred_entries import find_affected
from tabuah.operations.entries import SERVER_ACTOR, Decision, Draft, Entry, Ruling, Verdict
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.exercises.wipe import wiped_between
from tabuah.operations.fold import NOT_JUDGEABLE, fold
from tabuah.operations.held_entries import end_deferral
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.lookups import NO_LOOKUPS, Lookups
from tabuah.operations.people.authority import Authority, AuthorityRecord
from tabuah.operations.people.erasure import Erasure
from tabuah.operations.subject_state import SubjectState
from tabuah.server.admission.journal_cache import AdmissionBatch, CommittedHead
from tabuah.server.database.personal_values import erase_personal_values
from tabuah.storage.journal.chain import ChainedEntry, append_draft
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, ruling_hash

log = logging.getLogger(__name__)

_FAILED = Decision(Verdict.REJECTED, NOT_JUDGEABLE)


def judge(
    state: SubjectState,
    authority: Authority,
    entry: Entry,
    text: str,
    *,
    received_at: datetime | None = None,
    lookups: Lookups = NO_LOOKUPS,
) -> tuple[Decision, SubjectState]:
    """Return the decision about an entry, and the state after it."""
    try:
        decision = decide(state, authority, entry, text=text, received_at=received_at, lookups=lookups)
        return decision, fold(state, entry, decision.verdict, text=text, reason=decision.reason)
    except Exception:
        # A bug in a rule must not block the device for ever: the entry is recorded as rejected and logged.
        log.exception("entry %s (%s) could not be judged", entry.id, entry.kind)
        return _FAILED, state


def admit(batch: AdmissionBatch, chained: ChainedEntry) -> Record:
    """Give an authentic entry its verdict and seq, and fold it."""
    entry, signed = chained.entry, chained.signed
    before = batch.state_of(entry.subject)
    decision, after = judge(before, batch.authority, entry, signed.text, received_at=batch.now, lookups=batch.lookups)
    ruling = Ruling(seq=batch.head.seq + 1, received_at=batch.now, verdict=decision.verdict, reason=decision.reason)
    record = Record(
        seq=ruling.seq,
        text=signed.text,
        signature=signed.signature,
        received_at=batch.now,
        verdict=decision.verdict,
        reason=decision.reason,
        hash=ruling_hash(batch.head.hash, chained.text, ruling),
    )
    append_record(batch, chained, record, after)
    return record


def append_record(batch: AdmissionBatch, chained: ChainedEntry, record: Record, after: SubjectState) -> None:
    """Append a decided entry to the batch, with the state of its subject after it."""
    entry = chained.entry
    if record.verdict is not Verdict.REJECTED:
        _note_references(batch, entry)
    batch.head = CommittedHead(record.seq, record.hash)
    batch.chain_heads[entry.device] = chained.head
    before = batch.state_of(entry.subject)
    if after is not before:
        batch.states[entry.subject] = after
        if isinstance(after.value, AuthorityRecord):
            batch.update_authority(after.value)
        if isinstance(after.value, Erasure):
            erase_personal_values(batch.connection, after.value.entries)
    if exercise_id := wiped_between(before, after):
        batch.wipe(exercise_id)
    batch.records.append(record)


def _note_references(batch: AdmissionBatch, entry: Entry) -> None:
    """Record the incident number that an entry gives, and the attachments that it names."""
    if entry.kind == "incident.reported":
        batch.numbers[read_body(entry, IncidentReported).number] = entry.subject
    attached = attachment_in(entry)
    if attached is not None:
        batch.attached |= {(sha256, entry.subject) for sha256, _size in attached.files}


Admitted = tuple[ChainedEntry, Record]


def admit_and_resolve_deferred(batch: AdmissionBatch, chained: ChainedEntry, key: DeviceKey) -> list[Admitted]:
    """Admit an entry, then the server's resolution of each deferred entry that depends on it, even indirectly."""
    before = batch.state_of(chained.entry.subject)
    admitted = (chained, admit(batch, chained))
    if not batch.state_of(chained.entry.subject).waiting:
        return [admitted]
    return [admitted, *_resolve_deferred(batch, chained.entry, before, key)]


def _resolve_deferred(
    batch: AdmissionBatch, entry: Entry, before: SubjectState, key: DeviceKey
) -> Iterator[Admitted]:
    subject = entry.subject
    affected = set(find_affected(before, batch.state_of(subject), entry))
    while affected:
        before = batch.state_of(subject)
        deferred = next((entry_id for entry_id in before.waiting if entry_id in affected), None)
        if deferred is None:
            return
        affected.discard(deferred)
        draft = _resolution_of(batch, subject, deferred)
        if draft is None:
            continue
        head = batch.chain_head(key.device_id)
        answer = append_draft(draft, key=key, head=head, actor=SERVER_ACTOR, grant="", now=batch.now)
        record = admit(batch, answer)
        yield answer, record
        if record.verdict is not Verdict.ACCEPTED:
            return  # it could not be judged (see the log); another attempt would fail again
        after = batch.state_of(subject)
        if not affected.issuperset(after.waiting):
            affected |= set(find_affected(before, after, answer.entry))


def _resolution_of(batch: AdmissionBatch, subject: str, deferred: str) -> Draft | None:
    try:
        return end_deferral(batch.state_of(subject), batch.authority, batch.lookups, (deferred,))
    except Exception:
        # A bug in a rule must not block the device that sent this entry; the deferred entries stay deferred.
        log.exception("the deferred entries on %s could not be judged", subject)
        return None
