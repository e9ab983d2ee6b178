"""A new key after a fork or a loss: unsent work is issued again under a new device, each entry replacing one."""

from typing import Final

import msgspec

from tabuah.operations.bodies import encode_body, read_body
from tabuah.operations.entries import Draft, Entry, PersonalValue, subject_key
from tabuah.operations.incidents.bodies import (
    ConflictSettled,
    EntryRefused,
    EntryReleased,
    IncidentNoted,
    IncidentReported,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.forecast import replay
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainHead, append
from tabuah.storage.journal.identifiers import incident_number
from tabuah.storage.journal.signing import DeviceKey

_CARRIES_ENTRY: Final[dict[str, type[msgspec.Struct]]] = {
    "conflict.settled": ConflictSettled,
    "entry.released": EntryReleased,
    "entry.refused": EntryRefused,
}


def replace_key(desk: Desk) -> DeviceKey:
    """Give this console a new key and issue its unsent entries again under it; needs an open transaction.

    The new device must be enrolled before it can send. Every entry keeps its time and says which one it replaces;
    an incident that nobody has seen yet gets a number of the new key, and a note with its earlier one.
    """
    pending = desk.journal.pending()
    personal = {entry.id: desk.journal.personal_among([entry.id]) for entry in pending}
    former = desk.meta.device
    desk.journal.forget_unsent()
    key = desk.new_key()
    desk.meta.write("former_devices", " ".join((*desk.meta.former_devices, former)).strip())
    desk.meta.chain_head = ChainHead()
    _leave_enrolment(desk)
    new_ids: dict[str, str] = {}
    for entry in pending:
        _issue_again(desk, key, entry, personal[entry.id], new_ids)
    _show_again(desk, {entry.subject for entry in pending})
    return key


def draft_again(desk: Desk, entry: Entry) -> Draft:
    """A rejected entry as a new draft, written in view of what stands now."""
    row = desk.subjects.read(entry.subject)
    base = entry.base
    if isinstance(row.state.value, Incident):
        base = {field: row.state.value.last_writer(field) for field in entry.base}
    body = entry.body
    if entry.kind == "incident.reported":
        key = desk.own_key() or replace_key(desk)
        number = incident_number(key.tag, desk.meta.next_number(key.tag))
        body = encode_body(msgspec.structs.replace(read_body(entry, IncidentReported), number=number))
    return _draft_of(entry, body=body, base=base, personal=desk.journal.personal_among([entry.id]))


def _issue_again(
    desk: Desk, key: DeviceKey, entry: Entry, personal: tuple[PersonalValue, ...], new_ids: dict[str, str]
) -> None:
    base = {field: new_ids.get(writer, writer) for field, writer in entry.base.items()}
    body = entry.body
    earlier_number = ""
    if entry.kind == "incident.reported":
        report = read_body(entry, IncidentReported)
        earlier_number = report.number
        number = f"SLK-{key.tag}-{report.number.split('-')[2]}"
        desk.meta.note_number(number)
        body = encode_body(msgspec.structs.replace(report, number=number))
    elif entry.kind in _CARRIES_ENTRY:
        body = _with_new_id(entry, new_ids)
    new_ids[entry.id] = _append(desk, key, entry, _draft_of(entry, body=body, base=base, personal=personal))
    if earlier_number:
        text = _("Earlier number {number}; this device was enrolled anew.").format(number=earlier_number)
        note = Draft(
            subject=entry.subject,
            kind="incident.noted",
            body=encode_body(IncidentNoted(text=text)),
            exercise=entry.exercise,
        )
        _append(desk, key, entry, note)


def _append(desk: Desk, key: DeviceKey, entry: Entry, draft: Draft) -> str:
    """Chain a draft under the new key at the time and by the person of the entry it stands for."""
    chained = append(draft, key=key, head=desk.meta.chain_head, actor=entry.actor, grant="", now=entry.at)
    desk.journal.add_own(chained, draft.personal)
    desk.meta.chain_head = chained.head
    return chained.entry.id


def _draft_of(entry: Entry, *, body: msgspec.Raw, base: dict[str, str], personal: tuple[PersonalValue, ...]) -> Draft:
    return Draft(
        subject=entry.subject,
        kind=entry.kind,
        body=body,
        base=base,
        occurred_at=entry.occurred_at,
        exercise=entry.exercise,
        replaces=entry.id,
        personal=personal,
    )


def _with_new_id(entry: Entry, new_ids: dict[str, str]) -> msgspec.Raw:
    body = read_body(entry, _CARRIES_ENTRY[entry.kind])
    if isinstance(body, ConflictSettled):
        opener, dot, field = body.conflict.rpartition(".")
        return encode_body(msgspec.structs.replace(body, conflict=f"{new_ids.get(opener, opener)}{dot}{field}"))
    if isinstance(body, EntryReleased | EntryRefused):
        return encode_body(msgspec.structs.replace(body, entry=new_ids.get(body.entry, body.entry)))
    return entry.body


def _leave_enrolment(desk: Desk) -> None:
    identity = desk.meta.identity
    if identity is not None:
        desk.meta.identity = msgspec.structs.replace(identity, grant=None, enrolled=False, approved=False)


def _show_again(desk: Desk, subjects: set[str]) -> None:
    version = desk.meta.next_version()
    authority = desk.forecast_authority()
    for subject in sorted(subjects, key=subject_key):
        confirmed = desk.subjects.confirmed(subject)
        shown = replay(confirmed, desk.journal.pending_of(subject), authority)
        desk.subjects.write(SubjectRow(subject, confirmed, shown), version=version)
