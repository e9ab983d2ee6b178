"""Personal data that the server keeps: which subjects have some, their erasure, and how long they are kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.calls.call import Call
from tabuah.operations.codes import Status
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.message import Message
from tabuah.operations.people.erasure import MOST_ENTRIES, ErasureOrdered
from tabuah.resources.localisation import _
from tabuah.server.database.personal_values import PersonalSummary, entries_with_personal_values, personal_summaries
from tabuah.server.errors import NoSuchRecord
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import ADMINISTRATOR
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.personal_data_protocol import PersonalRecord
from tabuah.storage.journal.wire import Record

ENDED: Final = frozenset({Status.CLOSED, Status.FALSE_REPORT, Status.MERGED})
RETENTION_REASON: Final = "retention"


class PersonalConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[personal]` of `server.toml`."""

    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


KEEP_PERSONAL: Final = PersonalConfiguration()


def list_personal_data(journal: ServerJournal) -> list[PersonalRecord]:
    """Return the subjects with personal values, the oldest first."""
    return [_record(summary, journal.state_of(summary.subject).value) for summary in journal.read(personal_summaries)]


def _record(summary: PersonalSummary, value: msgspec.Struct | None) -> PersonalRecord:
    incident = value if isinstance(value, Incident) else None
    return PersonalRecord(
        subject=summary.subject,
        number=incident.number if incident is not None else "",
        status=incident.status.value if incident is not None else "",
        values=summary.values,
        first_at=summary.first_at,
        last_at=summary.last_at,
        ended_at=_ended_at(value),
        name=value.name if isinstance(value, Contact) else "",
    )


def _ended_at(value: msgspec.Struct | None) -> datetime | None:
    """Return since when personal data are needed no more; None if they still are."""
    match value:
        case Incident() if value.status in ENDED:
            return value.updated_at
        case Call() | Message():
            return value.changed_at
        case Contact() if value.retired is not None:
            return value.retired.at
    return None


def expired_personal_data(journal: ServerJournal, *, keep_days: int, now: datetime) -> list[PersonalRecord]:
    """Return the personal data of ended incidents, retired contacts, calls and messages that are that old."""
    latest = now - timedelta(days=keep_days)
    return [found for found in list_personal_data(journal) if found.ended_at is not None and found.ended_at < latest]


def find_personal_data(journal: ServerJournal, wanted: Iterable[str]) -> list[PersonalRecord]:
    """Return the personal data of subjects, each named as such, by the number of an incident or by a contact.

    Raises:
        NoSuchRecord: one has no personal data.
    """
    known = list_personal_data(journal)
    by_name = {name: found for found in known for name in (found.name, found.number, found.subject) if name}
    return list(dict.fromkeys(_known(by_name.get(name), name) for name in wanted))


def _known(found: PersonalRecord | None, name: str) -> PersonalRecord:
    if found is None:
        raise NoSuchRecord(_("{name} has no personal data here; nothing was erased.").format(name=name))
    return found


def erase_personal_data(journal: ServerJournal, subjects: Sequence[str], *, reason: str) -> int:
    """Erase the personal values of subjects, here and by the journal on every console; return how many entries.

    Raises:
        ServerError: the journal takes no entries now; nothing was erased.
    """
    return len(order_erasure(journal, subjects, reason=reason, by=ADMINISTRATOR)[0])


def order_erasure(
    journal: ServerJournal, subjects: Sequence[str], *, reason: str, by: str
) -> tuple[list[str], tuple[Record, ...]]:
    """Erase the personal values of subjects; return the ids of their entries, and the records that order it.

    Raises:
        ServerError: the journal takes no entries now; nothing was erased.
    """
    entries = journal.read(lambda connection: entries_with_personal_values(connection, subjects))
    drafts = list(_drafts(entries, reason, journal.clock()))
    if not drafts:
        return entries, ()
    records = journal.append_drafts(drafts, actor=by)
    code = RETENTION_REASON if reason == RETENTION_REASON else ""
    journal.security_log.record("personal_erased", code=code, user="" if by == ADMINISTRATOR else by)
    return entries, records


def _drafts(entries: Sequence[str], reason: str, now: datetime) -> Iterator[Draft]:
    for part in _parts(entries):
        body = encode_body(ErasureOrdered(entries=part, reason=reason))
        yield Draft(subject=subject_of("erasure", new_uuid(now)), kind="erasure.ordered", body=body)


def _parts(entries: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(entries), MOST_ENTRIES):
        yield tuple(entries[start : start + MOST_ENTRIES])
