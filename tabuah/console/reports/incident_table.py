"""The list of incidents as a table: which columns it has, what they are called, and how each is filled."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

import msgspec

from tabuah.console.reports.figure_lines import CASUALTIES, DAMAGE
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import IncidentRow
from tabuah.operations.incidents.timeline import FIGURE_LABELS
from tabuah.operations.labels import label_of
from tabuah.operations.places import PlaceCertainty
from tabuah.resources.catalogue import N_, _


class Form(Enum):
    """What a column holds, for the writers of files."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    DEGREES = "degrees"
    MOMENT = "moment"
    FLAG = "flag"


Value = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column: its name for machines, its English title, and what it holds; `width` in characters."""

    name: str
    title: str
    form: Form
    width: int = 14


class ListedIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident and whether something of it waits for the server."""

    incident: Incident
    row: IncidentRow


COLUMNS: Final = (
    TableColumn(name="number", title=N_("Number"), form=Form.TEXT, width=16),
    TableColumn(name="hazard", title=N_("Hazard"), form=Form.CODE, width=18),
    TableColumn(name="severity", title=N_("Severity"), form=Form.CODE, width=12),
    TableColumn(name="status", title=N_("Status"), form=Form.CODE, width=15),
    TableColumn(name="title", title=N_("Title"), form=Form.TEXT, width=48),
    TableColumn(name="jorong", title=N_("Jorong"), form=Form.TEXT, width=18),
    TableColumn(name="nagari", title=N_("Nagari"), form=Form.TEXT, width=20),
    TableColumn(name="kecamatan", title=N_("Kecamatan"), form=Form.TEXT, width=20),
    TableColumn(name="place_certainty", title=N_("Certainty of place"), form=Form.CODE, width=18),
    TableColumn(name="lon_deg", title=N_("Longitude (°)"), form=Form.DEGREES),
    TableColumn(name="lat_deg", title=N_("Latitude (°)"), form=Form.DEGREES),
    TableColumn(name="occurred_at", title=N_("Occurred at"), form=Form.MOMENT, width=19),
    TableColumn(name="reported_at", title=N_("Reported at"), form=Form.MOMENT, width=19),
    TableColumn(name="updated_at", title=N_("Updated at"), form=Form.MOMENT, width=19),
    TableColumn(name="channel", title=N_("Came in by"), form=Form.CODE),
    TableColumn(name="reporter", title=N_("Recorded by"), form=Form.TEXT, width=16),
    TableColumn(name="assignment", title=N_("Assigned to"), form=Form.TEXT, width=28),
    TableColumn(name="description", title=N_("Description"), form=Form.TEXT, width=60),
    *(
        TableColumn(name=code, title=FIGURE_LABELS[code], form=Form.COUNT, width=12)
        for code in (*CASUALTIES, *DAMAGE)
    ),
    TableColumn(name="merged_into", title=N_("Merged into"), form=Form.TEXT, width=16),
    TableColumn(name="exercise", title=N_("Simulation"), form=Form.FLAG, width=10),
    TableColumn(name="pending", title=N_("Not synced"), form=Form.FLAG, width=16),
    TableColumn(name="id", title=N_("ID"), form=Form.TEXT, width=38),
)
_CERTAINTIES: Final = {
    PlaceCertainty.CONFIRMED: "confirmed",
    PlaceCertainty.OFFICIAL: "official",
    PlaceCertainty.APPROXIMATE: "estimated",
    PlaceCertainty.UNKNOWN: "not known",
}


def listed(incidents: Iterable[Incident], rows: Iterable[IncidentRow]) -> tuple[ListedIncident, ...]:
    """Join incidents with their rows, in the order of the incidents."""
    by_id = {row.id: row for row in rows}
    return tuple(ListedIncident(incident=incident, row=by_id[incident.id]) for incident in incidents)


def value_of(column: TableColumn, item: ListedIncident, numbers: dict[str, str] | None = None) -> Value:
    """The raw value of a column: codes in English, moments in UTC, None where nothing is known.

    `numbers` gives the number of an incident by its id.
    """
    incident, name = item.incident, column.name
    if column.form is Form.COUNT:
        count: int | None = getattr(incident.figures, name)
        return count
    special = _SPECIAL.get(name)
    if special is not None:
        return special(item)
    if name == "merged_into":
        return (numbers or {}).get(incident.merged_into, incident.merged_into)
    value: Value = getattr(item.row, name)
    return value.value if isinstance(value, StrEnum) else value


def shown_value(column: TableColumn, value: Value) -> Value:
    """A value as people read it: codes by name, flags as words."""
    if column.form is Form.CODE and isinstance(value, str):
        return code_words(column.name, value)
    if column.form is Form.FLAG:
        return _("yes") if value else _("no")
    return value


def code_words(name: str, code: str) -> str:
    """The name of a code of a column."""
    match name:
        case "hazard":
            return label_of(Hazard(code))
        case "severity":
            return label_of(Severity(code))
        case "status":
            return label_of(Status(code))
        case "channel":
            return label_of(Channel(code))
    return _(_CERTAINTIES[PlaceCertainty(code)])


_SPECIAL: Final[dict[str, Callable[[ListedIncident], Value]]] = {
    "jorong": lambda item: item.incident.place.jorong if item.incident.place else "",
    "channel": lambda item: item.incident.channel.value,
    "reporter": lambda item: item.incident.reporter,
    "assignment": lambda item: "; ".join(item.incident.assignment),
    "description": lambda item: item.incident.description,
    "exercise": lambda item: item.incident.exercise,
}
