"""What forms can be filled with: the choices of codes, and an incident's fields as they stand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.console.window.presenting.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.presenting.station_marks import Latest
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Hazard, Severity
from tabuah.operations.incidents.fields import field_label
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import FIGURE_LABELS, figure_label
from tabuah.operations.labels import label_of
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import format_value, measurement_of, name_of
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_time
from tabuah.widgets.forms.edit_form import EditField
from tabuah.widgets.values import Choice

TIME: Final = "time"
BY_PEOPLE: Final = (Channel.PHONE, Channel.WHATSAPP, Channel.RADIO, Channel.WALK_IN, Channel.FIELD)
SOURCE: Final = "source"


def hazard_choices() -> tuple[Choice, ...]:
    """All hazards with the letters they have on the map."""
    return tuple(Choice(code=h.value, label=label_of(h), key=HAZARD_LETTERS[h]) for h in Hazard)


def severity_choices() -> tuple[Choice, ...]:
    """The four severities with their shapes."""
    keys = {Severity.MINOR: "1", Severity.MODERATE: "2", Severity.SEVERE: "3", Severity.CATASTROPHIC: "4"}
    return tuple(Choice(code=s.value, label=label_of(s), key=keys[s], level=LEVEL_OF_SEVERITY[s]) for s in Severity)


def channel_choices(channels: Iterable[Channel] = BY_PEOPLE) -> tuple[Choice, ...]:
    """The ways a report comes in."""
    return tuple(Choice(code=c.value, label=label_of(c)) for c in channels)


def edit_fields(incident: Incident) -> tuple[EditField, ...]:
    """An incident's fields as they stand."""
    channels = tuple(dict.fromkeys((*BY_PEOPLE, incident.channel)))
    return (
        EditField(code="title", label=field_label("title"), value=incident.title),
        EditField(
            code="severity",
            label=field_label("severity"),
            value=incident.severity.value,
            choices=severity_choices(),
            guarded=True,
        ),
        EditField(
            code="assignment", label=field_label("assignment"), value=", ".join(incident.assignment), guarded=True
        ),
        EditField(
            code="hazard", label=field_label("hazard"), value=incident.hazard.value, choices=hazard_choices()
        ),
        EditField(code="description", label=field_label("description"), value=" ".join(incident.description.split())),
        EditField(
            code="channel", label=field_label("channel"), value=incident.channel.value,
            choices=channel_choices(channels),
        ),
    )  # fmt: skip


def figure_fields() -> tuple[EditField, ...]:
    """Empty fields for what a source counts: what it says nothing about stays empty."""
    source = EditField(code=SOURCE, label=_("Source of the figures"), value="")
    return (source, *(EditField(code=name, label=figure_label(name), value="") for name in FIGURE_LABELS))


def reading_fields(station: Station, *, latest: Latest, now: datetime, source: str) -> tuple[EditField, ...]:
    """What can be typed in for a station: a value of each parameter, when it was read, and how it is known."""
    return (
        *(
            EditField(
                code=each.code,
                label=f"{name_of(each.code)} ({each.unit or measurement_of(each.code).unit})",
                value="",
                hint=_newest(latest.get((station.code, each.code)), each.unit),
            )
            for each in station.parameters
        ),
        EditField(
            code=TIME,
            label=_("Read at (WIB)"),
            value=format_time(now, zone=False),
            hint=_("A time of today, or a date and time such as 2026-11-24 14.30"),
        ),
        EditField(
            code=SOURCE,
            label=_("How it is known"),
            value=source,
            hint=_("Such as: staff gauge, call of the gauge reader"),
        ),
    )


def _newest(reading: Reading | None, unit: str) -> str:
    """What was measured last, beside which a slip of the finger is seen."""
    if reading is None:
        return _("No data yet")
    value = format_value(reading.parameter, reading.value, unit=unit)
    return _("Newest: {value}, {moment}").format(value=value, moment=format_moment(reading.at))
