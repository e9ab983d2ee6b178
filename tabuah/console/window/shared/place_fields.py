"""The fields of a form for a place, the incident that it belongs to, and what a person typed in them."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tabuah.console.window.shared.form_fields import FormError, check_line
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.places import Places
from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.operations.bounds import LONGEST_REASON
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.resources.localisation import _
from tabuah.text.incidents.incident_text import place_text
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

PLACE: Final = "place"
OUTSIDE: Final = "outside"
AT_INCIDENT: Final = "incident"
_LONGEST_PLACE: Final = 200  # characters; the search tries each beginning of the words


def place_fields(label: str, place: IncidentPlace | None, proposed: str) -> tuple[EditField, EditField]:
    """Return the fields of a place and of the reason for one outside the regency.

    Args:
        label: of the place.
        place: the present place; None for a new object.
        proposed: the proposed place of a new object.
    """
    return (
        EditField(
            code=PLACE,
            label=label,
            value=_typed_place(place) if place is not None else proposed,
            hint=_("A nagari, or a position: degrees, UTM or MGRS"),
        ),
        EditField(
            code=OUTSIDE,
            label=_("Reason"),
            value=place.outside_reason if place is not None else "",
            hint=_("Only for a place outside the regency"),
        ),
    )


def incident_field(label: str, incident: Incident, chosen: str) -> EditField:
    """Return the choice between an incident and none; `chosen` is the id of the incident, or empty."""
    choices = (Choice(code=incident.id, label=incident.number), Choice(code="", label=_("None")))
    return EditField(code=AT_INCIDENT, label=label, value=chosen, choices=choices)


def offered_incident(context: WindowContext, incident_id: str) -> Incident | None:
    """Return the incident that a form offers: that of the object, else the selected one."""
    return context.state.snapshot.incidents.get(incident_id) if incident_id else context.incident


def proposed_place(context: WindowContext, incident: Incident | None) -> str:
    """Return the place of the incident, else the centre of the map."""
    place = incident.place if incident is not None else None
    position = (place.lon_deg, place.lat_deg) if place is not None else context.canvas.view.centre_deg
    return format_decimal_degrees(*position)


def read_place(places: Places, values: Mapping[str, str]) -> IncidentPlace:
    """Return the place of a form.

    Raises:
        FormError: there is no such place, or it lies outside the regency without a reason.
    """
    text = check_line(PLACE, values[PLACE], longest=_LONGEST_PLACE)
    found = next((each for each in places.suggest(text) if each.lon_deg is not None), None) if text else None
    if found is None:
        raise FormError(PLACE, _("There is no such place. Type a nagari or a position."))
    reason = check_line(OUTSIDE, values[OUTSIDE], longest=LONGEST_REASON)
    question = places.outside_question(found)
    if question and not reason:
        raise FormError(OUTSIDE, question)
    return places.place_of(found, reason)


def changed_place(
    places: Places, before: IncidentPlace, values: Mapping[str, str], changes: Mapping[str, str]
) -> dict[str, IncidentPlace]:
    """Return the place of a form by its name in the entry; nothing if no field of it was changed.

    Raises:
        FormError: see `read_place`.
    """
    if PLACE in changes:
        return {PLACE: read_place(places, values)}
    if OUTSIDE in changes and before.outside_reason:
        # The text of a position is rounded: a new reason alone does not move the place.
        reason = read_place(places, values).outside_reason
        return {PLACE: msgspec.structs.replace(before, outside_reason=reason)}
    return {}


def _typed_place(place: IncidentPlace) -> str:
    return place_text(place) if place.radius_m is not None else format_decimal_degrees(place.lon_deg, place.lat_deg)
