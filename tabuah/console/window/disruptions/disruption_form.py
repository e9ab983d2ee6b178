"""The form of a disruption: its fields, and the values of the fields with an error by field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tabuah.console.disruptions.typed_line import format_line, parse_line
from tabuah.console.window.shared.form_fields import FormError, check_line
from tabuah.console.window.shared.place_fields import AT_INCIDENT, incident_field, place_fields
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import N_, _
from tabuah.resources.moment_parser import moment_text, parse_moment, past_moment
from tabuah.text.code_labels import code_label
from tabuah.text.disruptions.disruption_text import disruption_field_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_LONGEST: Final = {"name": 160, "source": 120, "note": 400}
_HINTS: Final = {
    "name": N_("Such as Jalan Solok–Alahan Panjang km 12, or PLN Kubung"),
    "line": N_("Positions along it, such as 100.65,-0.85 100.66,-0.86; empty if unknown"),
    "expected_end": N_("A time, such as 18.00; empty if nobody has said"),
    "source": N_("Office or organisation that stated it"),
}


def disruption_fields(
    disruption: Disruption | None, place: str, incident: Incident | None, *, now: datetime
) -> tuple[EditField, ...]:
    """Return the fields of a disruption; empty ones for a new one.

    Args:
        disruption: the disruption; None for a new one.
        place: the proposed place of a new one.
        incident: the incident that may have caused it; None if none is selected and it has none.
        now: the time, from which short texts of times follow.
    """
    kinds = _choices(DisruptionKind, disruption.kind if disruption else DisruptionKind.ROAD, "kind")
    extents = _choices(DisruptionExtent, disruption.extent if disruption else DisruptionExtent.FULL, "extent")
    expected = disruption.expected_end if disruption else None
    fields = [
        _field("name", disruption.name if disruption else ""),
        kinds,
        extents,
        *place_fields(disruption_field_label("place"), disruption.place if disruption else None, place),
        _field("line", format_line(disruption.line) if disruption else ""),
        _field("began_at", moment_text(disruption.began_at if disruption else now, now=now)),
        _field("expected_end", moment_text(expected, now=now) if expected else ""),
        _field("source", disruption.source if disruption else ""),
        _field("note", disruption.note if disruption else ""),
    ]
    if incident is not None:
        chosen = incident.id if disruption is None or disruption.incident else ""
        fields.insert(3, incident_field(disruption_field_label("incident"), incident, chosen))
    return tuple(fields)


def read_values(values: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """Return the fields of a disruption from values of the form, without its place.

    Raises:
        FormError: a value cannot be used.
    """
    given: dict[str, Any] = {
        name: check_line(name, values[name], longest=longest) for name, longest in _LONGEST.items() if name in values
    }
    for name, fault in (("name", _("A disruption needs a name.")), ("source", _("State who reported it."))):
        if name in values and not given[name]:
            raise FormError(name, fault)
    if "kind" in values:
        given["kind"] = DisruptionKind(values["kind"])
    if "extent" in values:
        given["extent"] = DisruptionExtent(values["extent"])
    if AT_INCIDENT in values:
        given["incident"] = values[AT_INCIDENT]
    return given | _read_line_and_times(values, now)


def _read_line_and_times(values: Mapping[str, str], now: datetime) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in (name for name in ("line", "began_at", "expected_end") if name in values):
        try:
            given[name] = _read_line_or_time(name, values[name], now)
        except ValueError as error:
            raise FormError(name, str(error)) from error
    return given


def _read_line_or_time(name: str, text: str, now: datetime) -> Any:
    if name == "line":
        return parse_line(text)
    if name == "began_at":
        return past_moment(text, now=now)
    return parse_moment(text, now=now) if text else None


def _choices(codes: type[DisruptionKind] | type[DisruptionExtent], chosen: str, name: str) -> EditField:
    offered = tuple(Choice(code=code.value, label=code_label(code)) for code in codes)
    return EditField(code=name, label=disruption_field_label(name), value=chosen, choices=offered)


def _field(name: str, value: str) -> EditField:
    hint = _(_HINTS[name]) if name in _HINTS else ""
    return EditField(code=name, label=disruption_field_label(name), value=value, hint=hint)
