"""The form of a contact: its fields, and the contact from its values, with problems by field."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tabuah.operations.contacts.checks import ContactContext, ContactProblems, check_contact
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.contact_table import (
    COLUMNS,
    EMPTY_CONTACT,
    PERSONAL_COLUMNS,
    changed_personal,
    format_contact,
    read_contact,
)
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.import_table import TableRow
from tabuah.resources.localisation import N_, _
from tabuah.text.code_labels import code_label
from tabuah.text.contacts.contact_text import contact_field_label, function_label
from tabuah.widgets.controls.edit_form import EditField

_HINTS: Final = {
    "name": N_("Visible on every console"),
    "function": N_("Such as camat, wali nagari, media, hospital"),
    "organisation": N_("Code or name of the office"),
    "kecamatan": N_("Separated by |; empty: the whole regency"),
    "nagari": N_("Separated by |; NAGARI, KECAMATAN where several have the name"),
    "hazards": N_("Separated by |; empty: all hazards"),
    "phones": N_("Office numbers only, separated by |; every console receives them"),
    "personal_phones": N_("Sealed: only supervisors, operators and field offices read it"),
}
_SEALED: Final = N_("Sealed numbers are known; new ones replace all of them")


def contact_fields(
    contact: Contact | None, places: PlaceNames, personal: PersonalNumbers | None
) -> tuple[EditField, ...]:
    """Return the fields of a contact; empty ones for a new contact.

    Args:
        contact: the contact; None for a new one.
        places: the names of kecamatan and nagari.
        personal: its personal numbers as far as this user may read them.
    """
    known = contact or EMPTY_CONTACT
    cells = dict(zip(COLUMNS, format_contact(known, places, personal), strict=True))
    cells["hazards"] = " | ".join(code_label(hazard) for hazard in known.hazards)
    cells["function"] = function_label(known.function) if known.function else ""
    is_sealed = bool(known.personal_entry) and personal is None
    return tuple(
        EditField(
            code=name, label=contact_field_label(name), value=cells[name], hint=_hint(name, is_sealed=is_sealed)
        )
        for name in COLUMNS[1:]
    )


def _hint(name: str, *, is_sealed: bool) -> str:
    if is_sealed and name in PERSONAL_COLUMNS:
        return _(_SEALED)
    return _(_HINTS[name]) if name in _HINTS else ""


class FormResult(msgspec.Struct, frozen=True, kw_only=True):
    """The contact of a form; `personal` is None where the personal numbers stay."""

    contact: Contact
    personal: PersonalNumbers | None
    problems: ContactProblems


def read_form(
    cells: Mapping[str, str], before: Contact | None, context: ContactContext, known: PersonalNumbers | None
) -> FormResult:
    """Return the contact of the changed fields of a form, with the problems by field.

    Args:
        cells: the changed fields.
        before: the contact as it is now; None for a new one.
        context: known contacts, accounts and places.
        known: its personal numbers as far as this user may read them.
    """
    required = {} if before is not None else {"name": "", "function": ""}
    read = read_contact(TableRow(line=1, cells={**required, **cells}), context.places, before)
    personal = changed_personal(cells, known)
    problems = (*read.problems, *check_contact(read.contact, context, before=before, personal=personal))
    return FormResult(contact=read.contact, personal=personal, problems=problems)
