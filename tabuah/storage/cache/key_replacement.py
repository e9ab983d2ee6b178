"""Replacement of a device's key after a fork or a loss: unsent work is reissued under a new device.

Each new entry replaces an old one. Replacements are recorded for the user.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from tabuah.operations.entries import Draft, Entry, PersonalValue
from tabuah.operations.entry_kinds import encode_body, read_body
from tabuah.operations.incidents.entry_bodies import ConflictSettled, IncidentNoted, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.key_replacement import KeyReplacement, KeyReplacementCause
from tabuah.operations.reissued_entries import identity_of, identity_of_number, is_identity
from tabuah.operations.subject_type import EntryKind
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.pulled_pages import show_confirmed
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.identifiers import incident_number
from tabuah.storage.journal.signatures import DeviceKey


class OriginalEntry(NamedTuple):
    """An entry to be written again, with its text and personal values."""

    entry: Entry
    text: str
    personal: tuple[PersonalValue, ...]


def record_key_replacement(session: CacheSession, renewal: KeyReplacement) -> None:
    """Record a replacement; needs an open transaction."""
    query = "INSERT INTO renewals (at, cause, former, device, entries, numbers) VALUES (?, ?, ?, ?, ?, ?)"
    numbers = msgspec.json.encode(renewal.numbers).decode()
    row = (renewal.at.isoformat(), renewal.cause.value, renewal.former, renewal.device, renewal.entries, numbers)
    session.connection.execute(query, row)


def last_key_replacement(session: CacheSession) -> KeyReplacement | None:
    """Return the newest replacement; None where there was none."""
    query = "SELECT at, cause, former, device, entries, numbers FROM renewals ORDER BY id DESC LIMIT 1"
    row = session.connection.execute(query).fetchone()
    if row is None:
        return None
    return KeyReplacement(
        at=datetime.fromisoformat(row[0]),
        cause=KeyReplacementCause(row[1]),
        former=row[2],
        device=row[3],
        entries=row[4],
        numbers=msgspec.json.decode(row[5], type=dict[str, str]),
    )


def replace_key(session: CacheSession, *, cause: KeyReplacementCause = KeyReplacementCause.LOST_KEY) -> DeviceKey:
    """Replace this console's key and reissue its unsent entries under it; needs an open transaction.

    The new device must be enrolled before it can push. Each entry keeps its time and names the one it
    replaces. A new incident that was never pushed gets a number with the new key's tag, and a note with
    its earlier one. The replacement is recorded for the user.
    """
    pending = session.journal.pending()
    originals = [
        OriginalEntry(entry, session.journal.text_of(entry.id), session.journal.personal_among([entry.id]))
        for entry in pending
    ]
    former = session.meta.device
    session.journal.forget_unsent()
    key = session.new_key()
    session.meta.write("former_devices", " ".join((*session.meta.former_devices, former)).strip())
    session.meta.chain_head = ChainHead()
    _leave_enrolment(session)
    issue_again(session, key, originals)
    _record_replacement(session, key, cause=cause, former=former, pending=pending)
    return key


def issue_again(session: CacheSession, key: DeviceKey, originals: Sequence[OriginalEntry]) -> None:
    """Write entries again under this console's key, in their order, and show them; needs an open transaction."""
    new_ids: dict[str, str] = {}
    for entry, text, personal in originals:
        draft = name_original(redrafted(session, key, entry, personal, new_ids), entry, text)
        new_ids[entry.id] = append_again(session, key, entry, draft, grant="")
        if entry.kind == "incident.reported":
            note = msgspec.structs.replace(_note_of_earlier_number(entry), again=identity_of_number(entry, text))
            append_again(session, key, entry, note, grant="")
    show_again(session, {original.entry.subject for original in originals})


def redraft(session: CacheSession, entry: Entry) -> Draft:
    """Return a rejected entry as a new draft based on the current state."""
    row = session.subjects.read(entry.subject)
    base = entry.base
    if isinstance(row.state.value, Incident):
        base = {field: row.state.value.last_writer(field) for field in entry.base}
    body = entry.body
    if entry.kind == "incident.reported":
        key = session.own_key() or replace_key(session)
        number = incident_number(key.tag, session.meta.next_number(key.tag))
        body = encode_body(msgspec.structs.replace(read_body(entry, IncidentReported), number=number))
    draft = _draft_of(entry, body=body, base=base, personal=session.journal.personal_among([entry.id]))
    return msgspec.structs.replace(draft, replaces=entry.id, again="")  # the user's decision, so it is new work


def name_original(draft: Draft, entry: Entry, text: str) -> Draft:
    """Return the draft of a re-issued entry with the identity of the original, which it may itself have re-issued.

    An original that an older console named by its place in a chain is known by `replaces` only.
    """
    if entry.again and not is_identity(entry.again):
        return msgspec.structs.replace(draft, replaces=entry.replaces, again=entry.again)
    return msgspec.structs.replace(draft, replaces=entry.id, again=entry.again or identity_of(entry, text))


def redrafted(
    session: CacheSession, key: DeviceKey, entry: Entry, personal: tuple[PersonalValue, ...], new_ids: dict[str, str]
) -> Draft:
    """Return the draft of an entry for a new key, referring to the reissued entries before it."""
    base = {field: new_ids.get(writer, writer) for field, writer in entry.base.items()}
    body = entry.body
    if entry.kind == "incident.reported":
        report = read_body(entry, IncidentReported)
        number = _number_under(key, report.number)
        session.meta.note_number(number)
        body = encode_body(msgspec.structs.replace(report, number=number))
    elif entry.kind == "conflict.settled":
        body = _with_new_conflict(entry, new_ids)
    elif (kind := ENTRY_KINDS.get(entry.kind)) and kind.reference:
        body = _with_new_reference(entry, kind, new_ids)
    return _draft_of(entry, body=body, base=base, personal=personal)


def _record_replacement(
    session: CacheSession, key: DeviceKey, *, cause: KeyReplacementCause, former: str, pending: Iterable[Entry]
) -> None:
    """Record the replacement for the user: number of reissued entries, and new incident numbers."""
    entries = tuple(pending)
    reports = (read_body(entry, IncidentReported).number for entry in entries if entry.kind == "incident.reported")
    numbers = {number: _number_under(key, number) for number in reports}
    renewal = KeyReplacement(
        at=session.now(), cause=cause, former=former, device=key.device_id, entries=len(entries), numbers=numbers
    )
    record_key_replacement(session, renewal)


def _number_under(key: DeviceKey, number: str) -> str:
    """Return an incident's number with another key's tag."""
    prefix, _tag, counter = number.split("-")
    return f"{prefix}-{key.tag}-{counter}"


def _note_of_earlier_number(entry: Entry) -> Draft:
    number = read_body(entry, IncidentReported).number
    text = _("Earlier number {number}; this device was enrolled again.").format(number=number)
    body = encode_body(IncidentNoted(text=text))
    return Draft(
        subject=entry.subject,
        kind="incident.noted",
        body=body,
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
    )


def append_again(
    session: CacheSession, key: DeviceKey, entry: Entry, draft: Draft, *, grant: str, actor: str = ""
) -> str:
    """Chain a draft under a key, with the time of the entry that it replaces, and with its author or `actor`."""
    actor = actor or entry.actor
    chained = append_draft(draft, key=key, head=session.meta.chain_head, actor=actor, grant=grant, now=entry.at)
    session.journal.add_own(chained, draft.personal)
    session.meta.chain_head = chained.head
    return chained.entry.id


def _draft_of(entry: Entry, *, body: msgspec.Raw, base: dict[str, str], personal: tuple[PersonalValue, ...]) -> Draft:
    return Draft(
        subject=entry.subject,
        kind=entry.kind,
        body=body,
        base=base,
        occurred_at=entry.occurred_at,
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
        replaces=entry.replaces,
        again=entry.again,
        personal=personal,
    )


def _with_new_conflict(entry: Entry, new_ids: dict[str, str]) -> msgspec.Raw:
    body = read_body(entry, ConflictSettled)
    opener, dot, field = body.conflict.rpartition(".")
    return encode_body(msgspec.structs.replace(body, conflict=f"{new_ids.get(opener, opener)}{dot}{field}"))


def _with_new_reference(entry: Entry, kind: EntryKind, new_ids: dict[str, str]) -> msgspec.Raw:
    former = kind.referred_entry(entry.body)
    if former not in new_ids:
        return entry.body
    return encode_body(msgspec.structs.replace(kind.decode(entry.body), **{kind.reference: new_ids[former]}))


def _leave_enrolment(session: CacheSession) -> None:
    identity = session.meta.identity
    if identity is not None:
        session.meta.identity = msgspec.structs.replace(identity, grant=None, enrolled=False, approved=False)


def show_again(session: CacheSession, subjects: set[str]) -> None:
    """Rebase the pending work on these subjects, and what depends on it; needs an open transaction."""
    confirmed = {subject: session.subjects.confirmed(subject) for subject in subjects}
    show_confirmed(session, confirmed, session.meta.next_version())
