"""The fold of contact entries."""

from typing import Any

import msgspec
from msgspec import UNSET

from tabuah.operations.contacts.conflict_policy import FIELDS
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.entry_bodies import (
    ContactEdited,
    ContactRegistered,
    ContactRestored,
    ContactRetired,
)
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.stations.station import Retirement


def fold_contact(contact: Contact | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Contact | None:
    """Return the contact after an accepted entry."""
    if isinstance(body, ContactRegistered):
        return contact or _registered(entry, body)
    if contact is None:
        return None
    match body:
        case ContactEdited():
            return msgspec.structs.replace(contact, **_given(entry, body))
        case ContactRetired():
            retired = Retirement(by=entry.actor, at=entry.happened_at, reason=body.reason)
            return msgspec.structs.replace(contact, retired=retired)
        case ContactRestored():
            return msgspec.structs.replace(contact, retired=None)
    return contact


def _registered(entry: Entry, body: ContactRegistered) -> Contact:
    values = {name: getattr(body, name) for name in FIELDS}
    return Contact(id=subject_key(entry.subject), **values, personal_entry=_personal_entry(entry, body.personal))


def _given(entry: Entry, body: ContactEdited) -> dict[str, Any]:
    given = {name: getattr(body, name) for name in FIELDS if getattr(body, name) is not UNSET}
    if body.personal is not UNSET:
        given["personal_entry"] = _personal_entry(entry, body.personal)
    return given


def _personal_entry(entry: Entry, commitment: str) -> str:
    return entry.id if commitment else ""
