"""Dropping the newest records of the journal: the states, chains and names that they changed are computed again."""

from collections import deque
from collections.abc import Collection, Iterable
from typing import Final

from tabuah.operations.attachments.prefetch import attachment_in
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.exercises.wipe import WIPED_KIND, find_wipes, wipe_state
from tabuah.operations.fold import fold
from tabuah.operations.held_entry_kinds import RELEASED_KIND
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.authority import AUTHORITY_KINDS, Authority, AuthorityRecord
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.server.admission.journal_cache import AdmissionBatch, CommittedHead
from tabuah.server.database.queries import hash_at, states_of_kind
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.wire import Record, decode_entry, text_hash

_DROP: Final = "DELETE FROM entries WHERE seq > ?"
_LAST_OF: Final = "SELECT n, text FROM entries WHERE device = ? ORDER BY n DESC LIMIT 1"
_HISTORY: Final = "SELECT seq, text, verdict, reason FROM entries WHERE subject = ? ORDER BY seq"
_EXERCISES: Final = """SELECT seq, text, verdict FROM entries
    WHERE subject BETWEEN 'exercise/' AND 'exercise0' ORDER BY seq"""
_OF_EXERCISE: Final = "SELECT DISTINCT subject FROM entries WHERE instr(text, ?) > 0"
_FORGET: Final = ("DELETE FROM incident_numbers WHERE subject = ?", "DELETE FROM blob_subjects WHERE subject = ?")


def drop_records(batch: AdmissionBatch, seq: int, dropped: Iterable[Record]) -> None:
    """Go back to the record `seq`, given the records after it; personal values stay where they are.

    Only for a journal that no other process uses: others read their heads and states once, at start.
    """
    entries = [decode_entry(record.text) for record in dropped]
    subjects = {entry.subject for entry in entries}
    for entry in entries:
        if entry.kind in (WIPED_KIND, RELEASED_KIND):  # the states may be deleted, and their last entries older
            named = f'"exercise_id":"{subject_key(entry.subject)}"'
            subjects |= set(batch.connection.exec_driver_sql(_OF_EXERCISE, (named,)).scalars())
    batch.connection.exec_driver_sql(_DROP, (seq,))
    batch.head = CommittedHead(seq, hash_at(batch.connection, seq))
    batch.chain_heads |= {device: _chain_head(batch, device) for device in {entry.device for entry in entries}}
    wipes = _wipes(batch)
    for subject in sorted(subjects):
        batch.states[subject] = _fold_again(batch, subject, wipes)
    batch.authority = _authority(batch, subjects)


def _chain_head(batch: AdmissionBatch, device: str) -> ChainHead:
    row = batch.connection.exec_driver_sql(_LAST_OF, (device,)).first()
    return ChainHead(row.n, text_hash(row.text.encode())) if row is not None else ChainHead()


def _wipes(batch: AdmissionBatch) -> list[tuple[int, str]]:
    rows = batch.connection.exec_driver_sql(_EXERCISES).all()
    return list(find_wipes((row.seq, decode_entry(row.text), Verdict(row.verdict)) for row in rows))


def _fold_again(batch: AdmissionBatch, subject: str, wipes: Iterable[tuple[int, str]]) -> SubjectState:
    """Fold the entries on a subject, and name its number and attachments again unless they were wiped."""
    for query in _FORGET:
        batch.connection.exec_driver_sql(query, (subject,))
    state, left, named = EMPTY, deque(wipes), list[Entry]()
    for row in batch.connection.exec_driver_sql(_HISTORY, (subject,)).all():
        while left and left[0][0] < row.seq:
            state, named = _wiped(state, left.popleft()[1], named)
        entry, verdict = decode_entry(row.text), Verdict(row.verdict)
        state = fold(state, entry, verdict, text=row.text, reason=row.reason)
        if verdict is not Verdict.REJECTED:
            _note_number(batch, entry)
            named.append(entry)
    for _seq, exercise_id in left:
        state, named = _wiped(state, exercise_id, named)
    attached = (attachment for entry in named if (attachment := attachment_in(entry)) is not None)
    batch.attached |= {(sha256, subject) for each in attached for sha256, _size in each.files}
    return state


def _wiped(state: SubjectState, exercise_id: str, named: list[Entry]) -> tuple[SubjectState, list[Entry]]:
    after = wipe_state(state, exercise_id)
    return after, named if after is state else []


def _note_number(batch: AdmissionBatch, entry: Entry) -> None:
    if entry.kind == "incident.reported":
        batch.numbers.setdefault(read_body(entry, IncidentReported).number, entry.subject)


def _authority(batch: AdmissionBatch, subjects: Collection[str]) -> Authority:
    """Return users, devices, rules and exercises with the states of the batch in place of the saved ones."""
    authority = Authority()
    saved = (states_of_kind(batch.connection, kind) for kind in AUTHORITY_KINDS)
    states = {subject: state for found in saved for subject, state in found.items()}
    states |= {subject: batch.states[subject] for subject in subjects}
    for state in states.values():
        if isinstance(state.value, AuthorityRecord):
            authority.update(state.value)
    return authority
