"""Forms of a shelter and of a count: their fields, and the values of the fields with an error by field."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tabuah.console.window.shared.form_fields import FormError, check_line
from tabuah.console.window.shared.place_fields import AT_INCIDENT, incident_field, place_fields
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.shelters.shelter import GROUPS, MOST_PEOPLE, Evacuees, Shelter, ShelterKind
from tabuah.resources.localisation import N_, _
from tabuah.text.code_labels import code_label
from tabuah.text.shelters.shelter_text import shelter_field_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_LONGEST: Final = {"name": 120, "owner": 120, "contact": 120, "note": 400, "source": 120}
_HINTS: Final = {
    "name": N_("Such as SDN 03 Koto Baru, or Posko Utama"),
    "capacity": N_("For how many people; empty if unknown"),
    "owner": N_("Office or organisation"),
    "contact": N_("No private number: every console receives it"),
    "source": N_("Office or organisation that counted"),
}


def shelter_fields(shelter: Shelter | None, place: str, incident: Incident | None) -> tuple[EditField, ...]:
    """Return the fields of a shelter; empty ones for a new one.

    Args:
        shelter: the shelter; None for a new one.
        place: the proposed place of a new one.
        incident: the incident that it may serve; None if none is selected and it serves none.
    """
    kinds = tuple(Choice(code=kind.value, label=code_label(kind)) for kind in ShelterKind)
    capacity = "" if shelter is None or shelter.capacity is None else str(shelter.capacity)
    fields = [
        _field("name", shelter.name if shelter else ""),
        EditField(
            code="kind",
            label=shelter_field_label("kind"),
            value=(shelter.kind if shelter else ShelterKind.EVACUATION).value,
            choices=kinds,
        ),
        *place_fields(shelter_field_label("place"), shelter.place if shelter else None, place),
        _field("capacity", capacity),
        _field("owner", shelter.owner if shelter else ""),
        _field("contact", shelter.contact if shelter else ""),
        _field("note", shelter.note if shelter else ""),
    ]
    if incident is not None:
        served = incident.id if shelter is None or shelter.incident else ""
        fields.insert(2, incident_field(shelter_field_label("incident"), incident, served))
    return tuple(fields)


def count_fields(source: str) -> tuple[EditField, ...]:
    """Return the fields of a count of evacuees."""
    numbers = (_field(name, "") for name in ("people", *GROUPS))
    return (_field("source", source), *numbers)


def read_texts(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a shelter from the values of the form, without its place.

    Raises:
        FormError: a value cannot be used.
    """
    given: dict[str, Any] = {
        name: check_line(name, values[name], longest=longest) for name, longest in _LONGEST.items() if name in values
    }
    if "name" in values and not given["name"]:
        raise FormError("name", _("A shelter needs a name."))
    if "kind" in values:
        given["kind"] = ShelterKind(values["kind"])
    if "capacity" in values:
        given["capacity"] = _read_number("capacity", values["capacity"])
    if AT_INCIDENT in values:
        given["incident"] = values[AT_INCIDENT]
    return given


def read_evacuees(values: Mapping[str, str]) -> Evacuees:
    """Return the count of a form.

    Raises:
        FormError: a number cannot be read, or the number of people is missing.
    """
    people = _read_number("people", values["people"])
    if people is None:
        raise FormError("people", _("State the number of people."))
    return Evacuees(people=people, **{name: _read_number(name, values[name]) for name in GROUPS})


def _field(name: str, value: str) -> EditField:
    hint = _(_HINTS[name]) if name in _HINTS else ""
    return EditField(code=name, label=shelter_field_label(name), value=value, hint=hint)


def _read_number(name: str, text: str) -> int | None:
    if not text:
        return None
    digits = text.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", text) else text  # 1.200 is 1200
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) <= MOST_PEOPLE):
        raise FormError(name, _("A whole number, such as 120."))
    return int(digits)
