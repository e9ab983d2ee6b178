"""The personal values that a reader gets with records: by the present assignment of their incidents."""

from collections.abc import Sequence

from tabuah.operations.entries import PersonalValue
from tabuah.operations.incidents.personal_access import PersonalReader
from tabuah.server.database.queries import subjects_of_entries
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record


def readable_values(
    journal: ServerJournal, records: Sequence[Record], reader: PersonalReader
) -> tuple[PersonalValue, ...]:
    """Return the personal values of records, and those delivered with them, that a person may read now."""
    values = journal.personal_values_of(records)
    if reader.reads_all or not values:
        return values
    subjects = journal.read(lambda connection: subjects_of_entries(connection, {value.entry for value in values}))
    readable = {subject for subject in set(subjects.values()) if _may_read(journal, subject, reader)}
    return tuple(value for value in values if subjects.get(value.entry) in readable)


def _may_read(journal: ServerJournal, subject: str, reader: PersonalReader) -> bool:
    return reader.may_read(journal.state_of(subject).value, journal.authority)
