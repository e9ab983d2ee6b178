"""Validation of a contact before an entry is written: problems by field, as codes."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.contacts.contact import MAX_NUMBERS, MAX_PLACES, Contact, PersonalNumbers
from tabuah.operations.contacts.entry_bodies import ContactRegistered
from tabuah.operations.contacts.functions import contact_functions
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role

_LENGTHS: Final = {
    "name": 120,
    "organisation": 120,
    "radio": 120,
    "call_sign": 120,
    "hours": 120,
    "gateway": 200,
    "remark": 400,
}
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]{3,40}( ?(ext|pes)\.? ?[0-9]{1,6})?", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_MOST_DIGITS: Final = 15  # E.164
OPEN_CHANNELS: Final = ("phones", "whatsapp", "emails")


class ContactProblemCode(StrEnum):
    """Why a contact cannot be registered or changed like this; `text.contacts` makes the sentence."""

    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    CONTROL_CHARACTERS = "control_characters"
    FUNCTION_UNKNOWN = "function_unknown"
    HAZARD_UNKNOWN = "hazard_unknown"
    KECAMATAN_UNKNOWN = "kecamatan_unknown"
    NAGARI_UNKNOWN = "nagari_unknown"
    NAGARI_AMBIGUOUS = "nagari_ambiguous"
    NUMBER_UNREADABLE = "number_unreadable"
    EMAIL_UNREADABLE = "email_unreadable"
    NO_NUMBER = "no_number"
    GATEWAY_UNKNOWN = "gateway_unknown"
    GATEWAY_OF_PERSON = "gateway_of_person"
    # of a file
    ID_MALFORMED = "id_malformed"
    ID_REPEATED = "id_repeated"
    REPEATED = "repeated"


class ContactProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a contact: the field, the problem, and what fills the sentence."""

    field: str
    code: ContactProblemCode
    values: dict[str, str] = {}


ContactProblems = tuple[ContactProblem, ...]


class ContactContext(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that a contact is checked against.

    Attributes:
        contacts: the known contacts by id, retired ones included.
        users: the accounts by name; None where they are not known, which leaves the gateway unchecked.
        places: the names and codes of kecamatan and nagari.
    """

    contacts: Mapping[str, Contact] = msgspec.field(default_factory=dict)
    users: Mapping[str, User] | None = None
    places: PlaceNames = msgspec.field(default_factory=PlaceNames)


def check_contact(
    contact: Contact,
    context: ContactContext,
    *,
    before: Contact | None = None,
    personal: PersonalNumbers | None = None,
) -> ContactProblems:
    """Return the problems of a contact, none if it may be registered or changed.

    Args:
        contact: the new or changed contact; its fields may have any content.
        context: what it is compared with.
        before: the contact as it is now where it is changed.
        personal: its new personal numbers; None where they stay.
    """
    return tuple(_problems(contact, context, before, personal))


def _problems(
    contact: Contact, context: ContactContext, before: Contact | None, personal: PersonalNumbers | None
) -> Iterator[ContactProblem]:
    if not contact.name.strip():
        yield problem("name", ContactProblemCode.NAME_MISSING)
    is_same = before is not None and before.function == contact.function  # of a newer version
    if contact.function not in contact_functions() and not is_same:
        yield problem("function", ContactProblemCode.FUNCTION_UNKNOWN, text=contact.function[:80])
    yield from _check_texts(contact)
    for name in OPEN_CHANNELS:
        yield from _check_numbers(name, getattr(contact, name))
    for name in OPEN_CHANNELS if personal is not None else ():
        yield from _check_numbers(f"personal_{name}", getattr(personal, name))
    keeps_personal = personal is None and before is not None and bool(before.personal_entry)
    if not contact.has_open_numbers and not personal and not keeps_personal:
        yield problem("phones", ContactProblemCode.NO_NUMBER)
    yield from _check_gateway(contact, context, before)


def problem(name: str, code: ContactProblemCode, /, **values: str) -> ContactProblem:
    return ContactProblem(field=name, code=code, values=values)


def _check_texts(contact: Contact) -> Iterator[ContactProblem]:
    for name, longest in _LENGTHS.items():
        if len(getattr(contact, name)) > longest:
            yield problem(name, ContactProblemCode.TOO_LONG, n=str(longest))
        elif not is_plain(getattr(contact, name), lines=name == "remark"):
            yield problem(name, ContactProblemCode.CONTROL_CHARACTERS)
    for name in ("kecamatan", "nagari"):
        if len(getattr(contact, name)) > MAX_PLACES:
            yield problem(name, ContactProblemCode.TOO_MANY, n=str(MAX_PLACES))


def _check_numbers(name: str, numbers: tuple[str, ...]) -> Iterator[ContactProblem]:
    if len(numbers) > MAX_NUMBERS:
        yield problem(name, ContactProblemCode.TOO_MANY, n=str(MAX_NUMBERS))
    is_email = name.endswith("emails")
    for text in numbers:
        if is_email and not _EMAIL.fullmatch(text[:200]):
            yield problem(name, ContactProblemCode.EMAIL_UNREADABLE, text=text[:80])
        elif not is_email and not is_phone_number(text):
            yield problem(name, ContactProblemCode.NUMBER_UNREADABLE, text=text[:80])


def is_phone_number(text: str) -> bool:
    """Return whether a text can be dialled: digits with the usual separators, and an extension."""
    digits = sum(character.isdigit() for character in re.split(r"ext|pes", text[:80], flags=re.IGNORECASE)[0])
    return _PHONE.fullmatch(text) is not None and 3 <= digits <= _MOST_DIGITS


def _check_gateway(contact: Contact, context: ContactContext, before: Contact | None) -> Iterator[ContactProblem]:
    gateway = contact.gateway
    is_same = before is not None and before.gateway == gateway
    if not gateway or context.users is None or is_same or gateway.startswith("mqtt/"):
        return
    user = context.users.get(gateway)
    if user is None:
        yield problem("gateway", ContactProblemCode.GATEWAY_UNKNOWN, gateway=gateway[:80])
    elif user.role is not Role.GATEWAY:
        yield problem("gateway", ContactProblemCode.GATEWAY_OF_PERSON, gateway=gateway)


FIELD_NAMES: Final = tuple(ContactRegistered.__struct_fields__)
