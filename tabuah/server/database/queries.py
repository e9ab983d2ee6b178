"""Queries on the journal: pages of records, states and personal values."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, or_, select, update

from tabuah.operations.entries import GENESIS, Entry, PersonalValue, Verdict
from tabuah.operations.lookups import RecordedEntry
from tabuah.operations.recorded_entries import RELEASED, RecordedHistory, recorded_history
from tabuah.operations.subject_state import EMPTY, SubjectState, read_state
from tabuah.server.database.schema import (
    BLOB_SUBJECTS,
    BLOBS,
    ENTRIES,
    PERSONAL_VALUES,
    SUBJECT_STATES,
)
from tabuah.storage.journal.wire import Record, decode_entry, record_of_row

MAX_PAGE_BYTES: Final = 4 * 1024 * 1024
_SUBJECT_OF_NUMBER: Final = "SELECT subject FROM incident_numbers WHERE number = ?"

_RECORDS: Final = select(
    ENTRIES.c.seq,
    ENTRIES.c.text,
    ENTRIES.c.signature,
    ENTRIES.c.received_at,
    ENTRIES.c.verdict,
    ENTRIES.c.reason,
    ENTRIES.c.hash,
).order_by(ENTRIES.c.seq)


def records_after(connection: Connection, seq: int, limit: int) -> tuple[Record, ...]:
    """Return the records after `seq`: at most `limit`, about `MAX_PAGE_BYTES`, and at least one if there is one."""
    return _page(connection, _RECORDS.where(ENTRIES.c.seq > seq).limit(limit))


def records_of(connection: Connection, subject: str, seq: int, limit: int) -> tuple[Record, ...]:
    """Return the records of one subject after `seq`, with the same limits."""
    return _page(connection, _RECORDS.where(ENTRIES.c.subject == subject, ENTRIES.c.seq > seq).limit(limit))


def records_by(connection: Connection, device: str, seq: int, limit: int) -> tuple[Record, ...]:
    """Return the records of one device after `seq`, with the same limits."""
    return _page(connection, _RECORDS.where(ENTRIES.c.device == device, ENTRIES.c.seq > seq).limit(limit))


def entries_of(connection: Connection, subject: str) -> Iterator[tuple[Entry, Verdict]]:
    """Yield all entries on a subject, in order."""
    columns = select(ENTRIES.c.text, ENTRIES.c.verdict)
    for text, verdict in connection.execute(columns.where(ENTRIES.c.subject == subject).order_by(ENTRIES.c.seq)):
        yield decode_entry(text), Verdict(verdict)


def hash_at(connection: Connection, seq: int) -> str:
    """Return the hash of a record, or of the beginning for 0; empty if it is not there."""
    if seq == 0:
        return GENESIS
    return connection.execute(select(ENTRIES.c.hash).where(ENTRIES.c.seq == seq)).scalar_one_or_none() or ""


def last_received_at(connection: Connection, device: str) -> datetime | None:
    """Return when the last entry of a device arrived; None if there is none."""
    query = select(ENTRIES.c.received_at).where(ENTRIES.c.device == device).order_by(ENTRIES.c.n.desc()).limit(1)
    received_at = connection.execute(query).scalar()
    return datetime.fromisoformat(received_at) if received_at else None


def newest_received_at(connection: Connection) -> datetime | None:
    """Return when the newest entry of the journal arrived; None if there is none."""
    received_at = connection.execute(select(ENTRIES.c.received_at).order_by(ENTRIES.c.seq.desc()).limit(1)).scalar()
    return datetime.fromisoformat(received_at) if received_at else None


def has_named(connection: Connection, device: str, sha256: str) -> bool:
    """Return whether an entry of a device contains the SHA-256 of an attachment."""
    query = select(ENTRIES.c.seq).where(ENTRIES.c.device == device, func.instr(ENTRIES.c.text, sha256) > 0)
    return connection.execute(query.limit(1)).first() is not None


def _page(connection: Connection, query: Select[Any]) -> tuple[Record, ...]:
    records: list[Record] = []
    room = MAX_PAGE_BYTES
    with connection.execute(query) as rows:
        for row in rows:
            room -= len(row.text)
            if records and room < 0:
                break
            records.append(record_of_row(*row))
    return tuple(records)


def personal_values_of(connection: Connection, seqs: Iterable[int]) -> tuple[PersonalValue, ...]:
    """Return the personal values of the entries with these seqs, and the late values delivered with them.

    An earlier version kept those of rejected contacts; they are not delivered (`is_kept`).
    """
    wanted = list(seqs)
    entries = select(ENTRIES.c.id).where(ENTRIES.c.seq.in_(wanted))
    query = select(
        PERSONAL_VALUES.c.entry, PERSONAL_VALUES.c.field, PERSONAL_VALUES.c.salt, PERSONAL_VALUES.c.value
    ).where(or_(PERSONAL_VALUES.c.seq.in_(wanted), PERSONAL_VALUES.c.entry.in_(entries)))
    rejected = select(ENTRIES.c.id).where(
        ENTRIES.c.id == PERSONAL_VALUES.c.entry,
        ENTRIES.c.verdict == Verdict.REJECTED.value,
        ENTRIES.c.subject.startswith("contact/"),
    )
    query = query.where(~rejected.exists())
    return tuple(_personal_value(row) for row in connection.execute(query))


def subjects_of_entries(connection: Connection, entries: Iterable[str]) -> dict[str, str]:
    """Return the subjects of entries by their ids."""
    query = select(ENTRIES.c.id, ENTRIES.c.subject).where(ENTRIES.c.id.in_(list(entries)))
    return {row.id: row.subject for row in connection.execute(query)}


def _personal_value(row: Any) -> PersonalValue:
    entry, field, salt, value = row
    return PersonalValue(entry=entry, field=field, salt=salt, value=value)


def state_of(connection: Connection, subject: str) -> SubjectState:
    """Return the committed state of a subject."""
    text = connection.execute(
        select(SUBJECT_STATES.c.state).where(SUBJECT_STATES.c.subject == subject)
    ).scalar_one_or_none()
    return EMPTY if text is None else read_state(text.encode())


def incident_with_number(connection: Connection, number: str) -> str:
    """Return the subject of the incident with this number; empty without one."""
    # A text, because it runs for each new report: building the query takes as long as judging three entries.
    return connection.exec_driver_sql(_SUBJECT_OF_NUMBER, (number,)).scalar_one_or_none() or ""


def recorded_entry(connection: Connection, entry_id: str, unsaved: Iterable[Record] = ()) -> RecordedEntry | None:
    """Return an entry by its id, also one of the records that are not saved yet; None if it is not known."""
    new = [(decode_entry(record.text), record) for record in unsaved]
    query = select(ENTRIES.c.subject).where(ENTRIES.c.id == entry_id)
    subject = next((entry.subject for entry, _record in new if entry.id == entry_id), "")
    subject = subject or connection.execute(query).scalar_one_or_none() or ""
    return _recorded_on(connection, subject, entry_id, new).entry(entry_id) if subject else None


def recorded_reissues(
    connection: Connection, subject: str, again: str, unsaved: Iterable[Record] = ()
) -> list[RecordedEntry]:
    """Return the entries on a subject with this value of `again`, also those that are not saved yet."""
    new = [(decode_entry(record.text), record) for record in unsaved]
    return _recorded_on(connection, subject, again, new).reissues(subject, again)


def _recorded_on(
    connection: Connection, subject: str, named: str, unsaved: Iterable[tuple[Entry, Record]]
) -> RecordedHistory:
    """Return the entries on a subject whose text contains a word, and the releases of held ones."""
    text = ENTRIES.c.text
    is_wanted = or_(func.instr(text, named) > 0, func.instr(text, RELEASED) > 0)
    rows = connection.execute(
        select(ENTRIES.c.seq, text, ENTRIES.c.verdict).where(ENTRIES.c.subject == subject, is_wanted)
    )
    history = {row.seq: (row.text, Verdict(row.verdict)) for row in rows}
    history |= {record.seq: (record.text, record.verdict) for entry, record in unsaved if entry.subject == subject}
    return recorded_history(history.values())


def subjects_with_attachment(connection: Connection, sha256: str) -> tuple[str, ...]:
    """Return the subjects whose entries name an attachment."""
    query = select(BLOB_SUBJECTS.c.subject).where(BLOB_SUBJECTS.c.sha256 == sha256)
    return tuple(connection.execute(query).scalars())


def named_attachments(connection: Connection) -> set[str]:
    """Return all attachments that entries name."""
    return set(connection.execute(select(BLOB_SUBJECTS.c.sha256).distinct()).scalars())


def subjects_naming_exercise(connection: Connection, exercise_id: str) -> list[str]:
    """Return the subjects whose saved state may belong to an exercise."""
    named = f'%"exercise_id":"{exercise_id}"%'
    query = select(SUBJECT_STATES.c.subject).where(SUBJECT_STATES.c.state.like(named))
    return list(connection.execute(query).scalars())


def forget_attachments_and_personal_values(connection: Connection, subject: str, unsaved: Collection[str]) -> None:
    """Delete the personal values of a wiped subject; its attachments are due for deletion.

    `unsaved` are the attachments that entries of this transaction name.
    """
    named = select(BLOB_SUBJECTS.c.sha256).where(BLOB_SUBJECTS.c.subject == subject)
    due = or_(BLOBS.c.sha256.in_(named), BLOBS.c.sha256.in_(unsaved))
    connection.execute(update(BLOBS).where(due).values(received_at=""))
    connection.execute(delete(BLOB_SUBJECTS).where(BLOB_SUBJECTS.c.subject == subject))
    entries = select(ENTRIES.c.id).where(ENTRIES.c.subject == subject)
    connection.execute(delete(PERSONAL_VALUES).where(PERSONAL_VALUES.c.entry.in_(entries)))


def forget_personal_values_of_exercise(connection: Connection, exercise_id: str) -> None:
    """Delete the personal values of all entries of a wiped exercise: a held report has no state to be wiped."""
    of_exercise = func.json_extract(ENTRIES.c.text, "$.exercise_id") == exercise_id
    entries = select(ENTRIES.c.id).where(ENTRIES.c.id.in_(select(PERSONAL_VALUES.c.entry)), of_exercise)
    connection.execute(delete(PERSONAL_VALUES).where(PERSONAL_VALUES.c.entry.in_(entries)))


def states_of_kind(connection: Connection, kind: str) -> dict[str, SubjectState]:
    """Return the committed states of all subjects of a kind, by subject."""
    query = select(SUBJECT_STATES.c.subject, SUBJECT_STATES.c.state).where(SUBJECT_STATES.c.kind == kind)
    return {row.subject: read_state(row.state.encode()) for row in connection.execute(query)}
