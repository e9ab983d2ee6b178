"""The personal values on this console: deleted where its user may not read them any more, else fetched.

They are those of callers and contacts. The server sends those of callers by assignment: a field office with an OPD
loses them once an incident is assigned to others, or has ended. Values that the server does not have yet, and those
of rejected or held own work, stay until they are sent or settled.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.operations.incidents.personal_access import PersonalReader
from tabuah.operations.people.authority import User
from tabuah.storage.cache.cache_session import CacheSession

_FETCHED: Final = "personal_fetched"  # JSON list: readable subjects whose values were fetched
_LIMITED: Final = "personal_limited"  # set while the user may not read all values
_DROPPED: Final = "personal_dropped"  # set until the file has no trace of deleted values
_HELD_HERE: Final = """SELECT DISTINCT j.subject FROM personal p JOIN journal j ON j.entry = p.entry
    WHERE j.seq IS NOT NULL"""
_DELETE: Final = """DELETE FROM personal WHERE NOT unsent AND entry IN (
    SELECT entry FROM journal j WHERE subject = :subject AND seq IS NOT NULL
    AND (verdict IN ('accepted', 'conflict') OR device NOT IN (SELECT value FROM json_each(:own))
        OR EXISTS (SELECT 1 FROM journal r WHERE r.subject = j.subject AND r.kind = 'entry.released'
            AND r.verdict IN ('accepted', 'conflict') AND instr(r.text, j.entry))))"""
_LACKING: Final = """SELECT DISTINCT j.subject FROM incidents i JOIN journal j ON j.subject = 'incident/' || i.id
    WHERE i.status NOT IN ('closed', 'false_report', 'merged') AND j.seq IS NOT NULL
    AND j.kind IN ('incident.reported', 'incident.noted', 'incident.caller_changed')
    AND (instr(j.text, '"caller":"') OR instr(j.text, '"restricted":"'))
    AND NOT EXISTS (SELECT 1 FROM personal p WHERE p.entry = j.entry)
    UNION SELECT j.subject FROM subjects s JOIN journal j ON j.subject = s.subject
    WHERE s.kind = 'contact' AND j.seq IS NOT NULL AND instr(j.text, '"personal":"')
    AND NOT EXISTS (SELECT 1 FROM personal p WHERE p.entry = j.entry) ORDER BY 1"""
# Commitments to values that are not here, in entries that came with a snapshot's histories.
_LACKING_UNTIL: Final = """SELECT DISTINCT j.subject FROM journal j WHERE j.seq <= ? AND j.verdict != 'rejected'
    AND (instr(j.text, '"caller":"') OR instr(j.text, '"restricted":"') OR instr(j.text, '"personal":"'))
    AND NOT EXISTS (SELECT 1 FROM personal p WHERE p.entry = j.entry) ORDER BY 1"""
_SUBJECTS: Final = msgspec.json.Decoder(tuple[str, ...])


class PersonalScopeStore:
    """Personal values by assignment. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def follow(self) -> None:
        """Delete the values that the user may not read now, also from the file; note what must be fetched."""
        with self._session.writing():
            drop_unreadable(self._session)
            _note_reader(self._session)
        if self._session.meta.read(_DROPPED):
            self._session.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with self._session.writing():
                self._session.meta.write(_DROPPED, "")

    def lacking(self) -> tuple[str, ...]:
        """Return the subjects whose values a limited user may read, and has not been sent yet."""
        reader = personal_reader(self._session)
        if reader is None or reader.reads_all:
            return ()
        fetched = self._fetched()
        rows = self._session.connection.execute(_LACKING).fetchall()
        return tuple(row[0] for row in rows if row[0] not in fetched and _may_read(self._session, reader, row[0]))

    def lacking_until(self, seq: int) -> tuple[str, ...]:
        """Return the readable subjects with entries up to a seq whose values are not here, or were erased."""
        reader = personal_reader(self._session)
        if reader is None or not reader.reads_personal:
            return ()
        rows = self._session.connection.execute(_LACKING_UNTIL, (seq,)).fetchall()
        return tuple(row[0] for row in rows if _may_read(self._session, reader, row[0]))

    def take(self, subject: str, values: Iterable[PersonalValue]) -> None:
        """Store the values of an incident or a contact, as the server has sent them.

        An incident that left the scope meanwhile is left out.
        """
        reader = personal_reader(self._session)
        if reader is None or not _may_read(self._session, reader, subject):
            return
        with self._session.writing():
            known = {entry.id for entry, _verdict in self._session.journal.entries_of(subject)}
            self._session.journal.add_served_personal(value for value in values if value.entry in known)
            self._write_fetched({*self._fetched(), subject})

    def _fetched(self) -> set[str]:
        return _fetched(self._session)

    def _write_fetched(self, subjects: set[str]) -> None:
        self._session.meta.write(_FETCHED, msgspec.json.encode(sorted(subjects)).decode())


def drop_unreadable(session: CacheSession) -> None:
    """Delete the values that the user of this console may not read, in an open transaction."""
    reader = personal_reader(session)
    if reader is None or reader.reads_all:
        return
    _note_limited(session)  # in the transaction of the deletion: the next page may lift the limit
    own = msgspec.json.encode([*session.meta.former_devices, session.meta.device]).decode()
    connection = session.connection
    connection.execute("PRAGMA secure_delete = ON")  # SQLite overwrites the deleted rows
    for (subject,) in connection.execute(_HELD_HERE).fetchall():
        if not _may_read(session, reader, subject):
            deleted = connection.execute(_DELETE, {"subject": subject, "own": own}).rowcount
            if deleted:
                session.meta.write(_DROPPED, "yes")
    fetched = _fetched(session)
    kept = {subject for subject in fetched if _may_read(session, reader, subject)}
    if kept != fetched:
        session.meta.write(_FETCHED, msgspec.json.encode(sorted(kept)).decode())


def _note_reader(session: CacheSession) -> None:
    """Have all values fetched again once the user may read all, after one who could not."""
    reader, was_limited = personal_reader(session), session.meta.read(_LIMITED)
    if reader is None:
        return
    if not reader.reads_all:
        _note_limited(session)
    elif was_limited:
        session.meta.write(_LIMITED, "")
        session.meta.write(_FETCHED, "")
        session.meta.note_missing_personal(session.meta.snapshot_seq)


def note_limits_of(session: CacheSession, user: User) -> None:
    """Note that the user of this console was limited for a while, in an open transaction.

    The server had left out values of earlier pages, even where a later entry of the same page lifts the limit.
    """
    identity = session.meta.identity
    reader = PersonalReader(role=user.role, office=user.office)
    if identity is not None and identity.user == user.name and not reader.reads_all:
        _note_limited(session)


def _note_limited(session: CacheSession) -> None:
    if not session.meta.read(_LIMITED):
        session.meta.write(_LIMITED, "yes")


def personal_reader(session: CacheSession) -> PersonalReader | None:
    """Return the user as a reader of personal values; None before the first log-in."""
    identity = session.meta.identity
    if identity is None:
        return None
    user = session.authority().users.get(identity.user)
    if user is None:
        return None if identity.grant is None else PersonalReader(role=identity.role, office=identity.grant.office)
    return PersonalReader(role=user.role, office=user.office)


def _may_read(session: CacheSession, reader: PersonalReader, subject: str) -> bool:
    return reader.may_read(session.subjects.confirmed(subject).value, session.authority())


def _fetched(session: CacheSession) -> set[str]:
    text = session.meta.read(_FETCHED)
    return set(_SUBJECTS.decode(text)) if text else set()
