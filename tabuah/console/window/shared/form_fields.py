"""Fields of forms: choices of codes, and the fields of an incident."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.stations.station_markers import LatestReadings
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Hazard, Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_time
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.field_labels import field_label
from tabuah.text.incidents.timeline import FIGURE_LABELS, figure_label
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

TIME_FIELD: Final = "time"
MANUAL_CHANNELS: Final = (Channel.PHONE, Channel.WHATSAPP, Channel.RADIO, Channel.WALK_IN, Channel.FIELD)
SOURCE_FIELD: Final = "source"


def hazard_choices() -> tuple[Choice, ...]:
    """Return all hazards with their map letters."""
    return tuple(Choice(code=h.value, label=code_label(h), key=HAZARD_LETTERS[h]) for h in Hazard)


def severity_choices() -> tuple[Choice, ...]:
    """Return the four severities with their shapes."""
    keys = {Severity.MINOR: "1", Severity.MODERATE: "2", Severity.SEVERE: "3", Severity.CATASTROPHIC: "4"}
    return tuple(Choice(code=s.value, label=code_label(s), key=keys[s], level=LEVEL_OF_SEVERITY[s]) for s in Severity)


def channel_choices(channels: Iterable[Channel] = MANUAL_CHANNELS) -> tuple[Choice, ...]:
    """Return the channels through which reports arrive."""
    return tuple(Choice(code=c.value, label=code_label(c)) for c in channels)


def edit_fields(incident: Incident) -> tuple[EditField, ...]:
    """Return the fields of an incident with their current values."""
    channels = tuple(dict.fromkeys((*MANUAL_CHANNELS, incident.channel)))
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
    """Return empty fields for figures; a field that the source does not mention stays empty."""
    source = EditField(code=SOURCE_FIELD, label=_("Source of the figures"), value="")
    return (source, *(EditField(code=name, label=figure_label(name), value="") for name in FIGURE_LABELS))


def reading_fields(station: Station, *, latest: LatestReadings, now: datetime, source: str) -> tuple[EditField, ...]:
    """Return the fields for manual readings: a value of each parameter, the time and the source."""
    return (
        *(
            EditField(
                code=each.code,
                label=f"{parameter_name(each.code)} ({each.unit or measurement_of(each.code).unit})",
                value="",
                hint=_newest(latest.get((station.code, each.code)), each.unit),
            )
            for each in station.parameters
        ),
        EditField(
            code=TIME_FIELD,
            label=_("Read at (WIB)"),
            value=format_time(now, zone=False),
            hint=_("A time of today, or a date and time such as 2026-11-24 14.30"),
        ),
        EditField(
            code=SOURCE_FIELD,
            label=_("Source"),
            value=source,
            hint=_("Such as: staff gauge, call of the gauge reader"),
        ),
    )


def _newest(reading: Reading | None, unit: str) -> str:
    """Return the newest measurement, which makes typing errors obvious."""
    if reading is None:
        return _("No data yet")
    value = format_value(reading.parameter, reading.value, unit=unit)
    return _("Newest: {value}, {moment}").format(value=value, moment=format_moment(reading.at))
