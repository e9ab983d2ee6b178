"""Columns of the incident list: names, titles, types and values."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

import msgspec

from tabuah.console.reports.report_figures import CASUALTIES, DAMAGE
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.answers import format_answers
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import IncidentRow, incident_row
from tabuah.operations.incidents.merges import final_target
from tabuah.operations.incidents.place import PlaceCertainty
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.figure_groups import format_group_codes
from tabuah.text.incidents.figures import FIGURE_LABELS


class ColumnType(Enum):
    """Type of a column, for the file writers."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    DECIMAL = "decimal"
    AMOUNT = "amount"  # a count, or a number with up to four decimals
    DEGREES = "degrees"
    MOMENT = "moment"
    FLAG = "flag"


Value = str | int | float | bool | datetime | None


class IncidentColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its machine name, English title and type; `width` in characters."""

    name: str
    title: str
    form: ColumnType
    width: int = 14


class ListedIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident with its list row, which says whether entries are pending.

    `merged_into` is the number of the incident that its merges end in; empty if it is not merged.
    `impact` has the figures inside its area from the map layers of this console, by kind, without unknown kinds.
    """

    incident: Incident
    row: IncidentRow
    merged_into: str = ""
    impact: Mapping[str, int] = msgspec.field(default_factory=dict)


_IMPACT: Final = "impact_"
_FIGURE_TITLES: Final = {
    "roads_m": N_("Roads (m)"),
    "irrigation_m": N_("Irrigation channels (m)"),
    "farmland_m2": N_("Farmland (m²)"),
    "loss_idr": N_("Loss (Rp)"),
}
COLUMNS: Final = (
    IncidentColumn(name="number", title=N_("Number"), form=ColumnType.TEXT, width=16),
    IncidentColumn(name="hazard", title=N_("Hazard"), form=ColumnType.CODE, width=18),
    IncidentColumn(name="severity", title=N_("Severity"), form=ColumnType.CODE, width=12),
    IncidentColumn(name="status", title=N_("Status"), form=ColumnType.CODE, width=15),
    IncidentColumn(name="title", title=N_("Title"), form=ColumnType.TEXT, width=48),
    IncidentColumn(name="jorong", title=N_("Jorong"), form=ColumnType.TEXT, width=18),
    IncidentColumn(name="landmark", title=N_("Landmark"), form=ColumnType.TEXT, width=28),
    IncidentColumn(name="nagari", title=N_("Nagari"), form=ColumnType.TEXT, width=20),
    IncidentColumn(name="kecamatan", title=N_("Kecamatan"), form=ColumnType.TEXT, width=20),
    IncidentColumn(name="place_certainty", title=N_("Certainty of place"), form=ColumnType.CODE, width=26),
    IncidentColumn(name="lon_deg", title=N_("Longitude (°)"), form=ColumnType.DEGREES),
    IncidentColumn(name="lat_deg", title=N_("Latitude (°)"), form=ColumnType.DEGREES),
    IncidentColumn(name="occurred_at", title=N_("Occurred at"), form=ColumnType.MOMENT, width=19),
    IncidentColumn(name="reported_at", title=N_("Reported at"), form=ColumnType.MOMENT, width=19),
    IncidentColumn(name="updated_at", title=N_("Updated at"), form=ColumnType.MOMENT, width=19),
    IncidentColumn(name="channel", title=N_("Came in by"), form=ColumnType.CODE),
    IncidentColumn(name="reporter", title=N_("Recorded by"), form=ColumnType.TEXT, width=16),
    IncidentColumn(name="assignment", title=N_("Assigned to"), form=ColumnType.TEXT, width=28),
    IncidentColumn(name="description", title=N_("Description"), form=ColumnType.TEXT, width=60),
    IncidentColumn(name="people_at_risk", title=N_("People at risk"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="answers", title=N_("Answers of callers"), form=ColumnType.TEXT, width=48),
    *(
        IncidentColumn(
            name=code, title=_FIGURE_TITLES.get(code, FIGURE_LABELS[code]), form=ColumnType.COUNT, width=12
        )
        for code in (*CASUALTIES, *DAMAGE)
    ),
    IncidentColumn(name="people_groups", title=N_("People by group"), form=ColumnType.TEXT, width=48),
    IncidentColumn(name="impact_people", title=N_("Residents inside"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="impact_schools", title=N_("Schools inside"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="impact_health", title=N_("Health posts inside"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="impact_bridges", title=N_("Bridges inside"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="impact_roads", title=N_("Roads inside (m)"), form=ColumnType.COUNT, width=12),
    IncidentColumn(name="merged_into", title=N_("Merged into"), form=ColumnType.TEXT, width=16),
    IncidentColumn(name="exercise", title=N_("Exercise"), form=ColumnType.FLAG, width=10),
    IncidentColumn(name="exercise_id", title=N_("Exercise ID"), form=ColumnType.TEXT, width=24),
    IncidentColumn(name="pending", title=N_("Not synced"), form=ColumnType.FLAG, width=16),
    IncidentColumn(name="id", title=N_("ID"), form=ColumnType.TEXT, width=38),
)
_CERTAINTIES: Final = {
    PlaceCertainty.CONFIRMED: "nagari named; its centre",
    PlaceCertainty.OFFICIAL: "official",
    PlaceCertainty.APPROXIMATE: "estimated",
    PlaceCertainty.UNKNOWN: "not known",
}


def join_rows(incidents: Iterable[Incident], rows: Iterable[IncidentRow]) -> tuple[ListedIncident, ...]:
    """Join incidents with their rows, in the order of the incidents."""
    by_id = {row.id: row for row in rows}
    known = {incident.id: incident for incident in incidents}
    return tuple(
        ListedIncident(incident=incident, row=by_id[incident.id], merged_into=_target_number(incident, known))
        for incident in known.values()
    )


def listed_incidents(
    incidents: Iterable[Incident], *, pending: Callable[[str], bool], target_number: Callable[[Incident], str]
) -> list[ListedIncident]:
    """Return incidents as list items, in their order.

    Args:
        incidents: those of the list.
        pending: returns whether an incident has entries that are not synced.
        target_number: returns the number of the incident that a merged one ends in.
    """
    return [
        ListedIncident(
            incident=incident,
            row=incident_row(incident, pending=pending(incident.id)),
            merged_into=target_number(incident) if incident.merged_into else "",
        )
        for incident in incidents
    ]


def _target_number(incident: Incident, known: Mapping[str, Incident]) -> str:
    if not incident.merged_into:
        return ""
    target = known.get(final_target(incident.id, known.get))
    return target.number if target else ""


def read_value(column: IncidentColumn, item: ListedIncident) -> Value:
    """Return the raw value of a column: codes in English, times in UTC, None if unknown."""
    incident, name = item.incident, column.name
    special = _SPECIAL_VALUES.get(name)
    if special is not None:
        return special(item)
    if name.startswith(_IMPACT):
        return item.impact.get(name.removeprefix(_IMPACT))
    if column.form is ColumnType.COUNT:
        count: int | None = getattr(incident.figures, name)
        return count
    if name == "merged_into":
        return item.merged_into
    value: Value = getattr(item.row, name)
    return value.value if isinstance(value, StrEnum) else value


def format_value(column: IncidentColumn, value: Value) -> Value:
    """Return a value for people: codes by name, flags as words."""
    if column.form is ColumnType.CODE and isinstance(value, str):
        return describe_code(column.name, value)
    if column.form is ColumnType.FLAG:
        return _("yes") if value else _("no")
    return value


def describe_code(name: str, code: str) -> str:
    """Return the name of a code in a column."""
    match name:
        case "hazard":
            return code_label(Hazard(code))
        case "severity":
            return code_label(Severity(code))
        case "status":
            return code_label(Status(code))
        case "channel":
            return code_label(Channel(code))
    return _(_CERTAINTIES[PlaceCertainty(code)])


_SPECIAL_VALUES: Final[dict[str, Callable[[ListedIncident], Value]]] = {
    "jorong": lambda item: item.incident.place.jorong if item.incident.place else "",
    "landmark": lambda item: item.incident.place.landmark if item.incident.place else "",
    "channel": lambda item: item.incident.channel.value,
    "reporter": lambda item: item.incident.reporter,
    "assignment": lambda item: "; ".join(item.incident.assignment),
    "description": lambda item: item.incident.description,
    "people_at_risk": lambda item: item.incident.intake.people_at_risk,
    "people_groups": lambda item: format_group_codes(item.incident),
    "answers": lambda item: format_answers(item.incident, current_regency()),
    "exercise": lambda item: item.incident.exercise,
    "exercise_id": lambda item: item.incident.exercise_id,
}
