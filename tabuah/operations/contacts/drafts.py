"""Drafts of contact entries."""

from typing import Any

import msgspec

from tabuah.operations.contacts.conflict_policy import FIELDS
from tabuah.operations.contacts.contact import PERSONAL, Contact, PersonalNumbers
from tabuah.operations.contacts.entry_bodies import (
    ContactEdited,
    ContactRegistered,
    ContactRestored,
    ContactRetired,
)
from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.personal_values import commitment_to

_DECODER = msgspec.json.Decoder(PersonalNumbers)


def register_contact(contact: Contact, personal: PersonalNumbers | None = None, *, salt: str = "") -> Draft:
    """Register a new contact.

    Args:
        contact: the contact; its `personal_entry` and `retired` are ignored.
        personal: its personal numbers, which are sealed.
        salt: random, 32 hex digits; needed for personal numbers.
    """
    values = {name: getattr(contact, name) for name in FIELDS}
    sealed = _sealed(personal, salt)
    body = ContactRegistered(**values, personal=_commitment(sealed))
    return _draft(contact, "contact.registered", body, sealed)


def edit_contact(
    contact: Contact, after: Contact, personal: PersonalNumbers | None = None, *, salt: str = ""
) -> Draft:
    """Change the fields in which `after` differs, and with `personal` its personal numbers; empty ones remove them.

    Raises:
        NotPossible: nothing differs.
    """
    changes: dict[str, Any] = {name: getattr(after, name) for name in changed_fields(contact, after)}
    sealed = _sealed(personal, salt)
    if personal is not None and (personal or contact.personal_entry):
        changes[PERSONAL] = _commitment(sealed)
    if not changes:
        raise NotPossible("nothing_changed")
    return _draft(contact, "contact.edited", ContactEdited(**changes), sealed)


def changed_fields(before: Contact, after: Contact) -> tuple[str, ...]:
    """Return the open fields in which two versions of a contact differ."""
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def retire_contact(contact: Contact, *, reason: str) -> Draft:
    """Remove a contact from the lists; its history stays.

    Raises:
        NotPossible: it is retired already, or the reason is missing.
    """
    if contact.retired is not None:
        raise NotPossible("contact_retired", contact=contact.name)
    return _draft(contact, "contact.retired", ContactRetired(reason=_checked(reason)))


def restore_contact(contact: Contact, *, reason: str) -> Draft:
    """List a retired contact again.

    Raises:
        NotPossible: it is not retired, or the reason is missing.
    """
    if contact.retired is None:
        raise NotPossible("contact_not_retired", contact=contact.name)
    return _draft(contact, "contact.restored", ContactRestored(reason=_checked(reason)))


def read_personal_numbers(text: str) -> PersonalNumbers:
    """Return the personal numbers in a personal value; none from a text that another program wrote."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return PersonalNumbers()


def _sealed(personal: PersonalNumbers | None, salt: str) -> tuple[PersonalValue, ...]:
    if not personal:
        return ()
    return (PersonalValue(field=PERSONAL, salt=salt, value=msgspec.json.encode(personal).decode()),)


def _commitment(sealed: tuple[PersonalValue, ...]) -> str:
    return commitment_to(sealed[0].value, sealed[0].salt) if sealed else ""


def _checked(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("no_contact_reason")
    return reason.strip()[:400]


def _draft(contact: Contact, kind: str, body: msgspec.Struct, sealed: tuple[PersonalValue, ...] = ()) -> Draft:
    return Draft(subject=subject_of("contact", contact.id), kind=kind, body=encode_body(body), personal=sealed)
