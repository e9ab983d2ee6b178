"""A new key after a fork or a loss: unsent work is issued again under a new device, each entry replacing one."""

from collections.abc import Iterable
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
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.renewals import Cause, Renewal, note_renewal
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainHead, append
from tabuah.storage.journal.identifiers import incident_number
from tabuah.storage.journal.signing import DeviceKey

_CARRIES_ENTRY: Final[dict[str, type[msgspec.Struct]]] = {
    "conflict.settled": ConflictSettled,
    "entry.released": EntryReleased,
    "entry.refused": EntryRefused,
}


def replace_key(desk: Desk, *, cause: Cause = Cause.LOST_KEY) -> DeviceKey:
    """Give this console a new key and issue its unsent entries again under it; needs an open transaction.

    The new device must be enrolled before it can send. Every entry keeps its time and says which one it replaces;
    an incident that nobody has seen yet gets a number of the new key, and a note with its earlier one.
    What was done is remembered, so that the user is told.
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
        again = entry.again or f"{entry.device}/{entry.n}"
        draft = _renewed(desk, key, entry, personal[entry.id], new_ids)
        draft = msgspec.structs.replace(draft, replaces=entry.id, again=again)
        new_ids[entry.id] = _append(desk, key, entry, draft, grant="")
        if entry.kind == "incident.reported":
            note = msgspec.structs.replace(_note_of_earlier_number(entry), again=f"{again}/number")
            _append(desk, key, entry, note, grant="")
    _show_again(desk, {entry.subject for entry in pending})
    _note_renewal(desk, key, cause=cause, former=former, pending=pending)
    return key


def adopt_grant(desk: Desk, *, written_before: int) -> None:
    """Write unsent entries under the grant that has come, where they were written while the device waited for it.

    Only the user vouches for what was written before enrolment; what was written between that and the approval would
    be held. As nobody has seen any of it, it is chained and signed again, unless it has left in a bundle; needs an
    open transaction.
    """
    identity, key = desk.meta.identity, desk.own_key()
    if identity is None or key is None:
        return
    _show_under(desk, identity)
    if identity.grant is None:
        return
    pending = desk.journal.pending()
    fixed = max(written_before, desk.meta.given_away)
    late = [e for e in pending if not e.grant and e.n > fixed and e.actor == identity.user]
    if not late or desk.journal.has_sent(late[0].n):
        return
    again = [entry for entry in pending if entry.n >= late[0].n]
    personal = {entry.id: desk.journal.personal_among([entry.id]) for entry in again}
    desk.journal.forget_unsent(late[0].n)
    desk.meta.chain_head = ChainHead(late[0].n - 1, late[0].prev)
    new_ids: dict[str, str] = {}
    for entry in again:
        grant = identity.grant.id if entry.actor == identity.user and not entry.grant else entry.grant
        draft = _renewed(desk, key, entry, personal[entry.id], new_ids)
        new_ids[entry.id] = _append(desk, key, entry, draft, grant=grant)
    _show_again(desk, {entry.subject for entry in again})


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
    draft = _draft_of(entry, body=body, base=base, personal=desk.journal.personal_among([entry.id]))
    return msgspec.structs.replace(draft, replaces=entry.id)


def _renewed(
    desk: Desk, key: DeviceKey, entry: Entry, personal: tuple[PersonalValue, ...], new_ids: dict[str, str]
) -> Draft:
    """The draft of an entry for a key, resting on entries that were renewed before it."""
    base = {field: new_ids.get(writer, writer) for field, writer in entry.base.items()}
    body = entry.body
    if entry.kind == "incident.reported":
        report = read_body(entry, IncidentReported)
        number = _number_under(key, report.number)
        desk.meta.note_number(number)
        body = encode_body(msgspec.structs.replace(report, number=number))
    elif entry.kind in _CARRIES_ENTRY:
        body = _with_new_id(entry, new_ids)
    return _draft_of(entry, body=body, base=base, personal=personal)


def _note_renewal(desk: Desk, key: DeviceKey, *, cause: Cause, former: str, pending: Iterable[Entry]) -> None:
    """Remember what was done, for the user: how much was issued again, and which incidents have new numbers."""
    entries = tuple(pending)
    reports = (read_body(entry, IncidentReported).number for entry in entries if entry.kind == "incident.reported")
    numbers = {number: _number_under(key, number) for number in reports}
    renewal = Renewal(
        at=desk.now(), cause=cause, former=former, device=key.device_id, entries=len(entries), numbers=numbers
    )
    note_renewal(desk, renewal)


def _number_under(key: DeviceKey, number: str) -> str:
    """An incident's number with the letters of another key."""
    return f"SLK-{key.tag}-{number.split('-')[2]}"


def _note_of_earlier_number(entry: Entry) -> Draft:
    number = read_body(entry, IncidentReported).number
    text = _("Earlier number {number}; this device was enrolled anew.").format(number=number)
    body = encode_body(IncidentNoted(text=text))
    return Draft(subject=entry.subject, kind="incident.noted", body=body, exercise=entry.exercise)


def _append(desk: Desk, key: DeviceKey, entry: Entry, draft: Draft, *, grant: str) -> str:
    """Chain a draft under a key at the time and by the person of the entry it stands for."""
    chained = append(draft, key=key, head=desk.meta.chain_head, actor=entry.actor, grant=grant, now=entry.at)
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
        replaces=entry.replaces,
        again=entry.again,
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


def _show_under(desk: Desk, identity: Identity) -> None:
    """What waits looks as the server will probably take it from this user; seen anew when role or grant changed."""
    standing = f"{identity.user}/{identity.role}/{identity.grant.id if identity.grant else ''}"
    if desk.meta.read("shown_under") != standing:
        desk.meta.write("shown_under", standing)
        _show_again(desk, {entry.subject for entry in desk.journal.pending()})


def _show_again(desk: Desk, subjects: set[str]) -> None:
    version = desk.meta.next_version()
    authority = desk.forecast_authority()
    waiting = desk.waiting_among(subjects)
    for subject in sorted(subjects, key=subject_key):
        confirmed = desk.subjects.confirmed(subject)
        shown = replay(confirmed, waiting[subject], authority) if subject in waiting else None
        desk.subjects.write(SubjectRow(subject, confirmed, shown), version=version)
