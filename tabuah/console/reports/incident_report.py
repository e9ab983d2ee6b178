"""The report of one incident as a value: everything the documents say, before any word of it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.console.reports.changes import Change, changes_between, incident_at
from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.figure_lines import CASUALTIES, DAMAGE, FigureLine, figure_lines
from tabuah.console.reports.history import HistoryLine, effective_entries, history_lines
from tabuah.console.reports.office import Office
from tabuah.console.reports.remarks import Remark, remarks_in
from tabuah.console.reports.surroundings import NearStation, near_stations
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import FORWARD, Status
from tabuah.operations.entries import GENESIS, Entry, Verdict
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.labels import label_of
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB


class ReportKind(StrEnum):
    """Which report is made, by the words of the field."""

    INITIAL = "awal"
    PROGRESS = "perkembangan"
    FINAL = "akhir"
    SPECIAL = "khusus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where the data come from: the last journal record here, when the console was synced, and which device it is."""

    seq: int = 0
    hash: str = GENESIS
    synced_at: datetime | None = None
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSources:
    """All that is known about one incident at `as_of`; `people` gives full names by user name."""

    incident: Incident
    entries: tuple[tuple[Entry, Verdict | None], ...]
    held: frozenset[str]
    as_of: datetime
    author: str
    office: Office
    trace: Trace
    stations: tuple[Station, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step on the incident's way; `at` is None where it was not reached or was passed over."""

    status: Status
    at: datetime | None
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    """What a report of one incident says. `pending` counts its entries that have not reached the server."""

    kind: ReportKind
    number: str
    incident: Incident
    as_of: datetime
    author: str
    office: Office
    trace: Trace
    steps: tuple[Step, ...]
    casualties: tuple[FigureLine, ...]
    damage: tuple[FigureLine, ...]
    remarks: tuple[Remark, ...]
    history: tuple[HistoryLine, ...]
    conflicts: tuple[Conflict, ...]
    stations: tuple[NearStation, ...]
    origin: Alarm | None
    people: Mapping[str, str]
    pending: int
    held: int
    rejected: int
    since: datetime | None = None
    changes: tuple[Change, ...] = ()


def make_incident_report(
    sources: IncidentSources, kind: ReportKind, *, since: datetime | None = None
) -> IncidentReport:
    """Make the report.

    Args:
        sources: what is known.
        kind: which report.
        since: for a progress report, the moment its differences count from; by default the incoming report.

    Raises:
        ReportNotPossible: this kind is not made in this version, or not at this stage of the incident.
    """
    incident = sources.incident
    _refuse_what_cannot_be(incident, kind)
    effective = effective_entries(sources.entries, sources.held)
    unconfirmed = frozenset(entry.id for entry, verdict in effective if verdict is None)
    compared = (since or incident.reported_at) if kind is ReportKind.PROGRESS else None
    return IncidentReport(
        kind=kind,
        number=document_number(incident, kind, sources.as_of),
        incident=incident,
        as_of=sources.as_of,
        author=sources.author,
        office=sources.office,
        trace=sources.trace,
        steps=steps_of(incident),
        casualties=figure_lines(incident, CASUALTIES, unconfirmed),
        damage=figure_lines(incident, DAMAGE, unconfirmed),
        remarks=remarks_in(effective),
        history=history_lines(effective, incident),
        conflicts=incident.open_conflicts,
        stations=near_stations(incident.place, sources.stations, sources.alarms),
        origin=next((alarm for alarm in sources.alarms if alarm.id == incident.alarm), None),
        people=sources.people,
        pending=len(unconfirmed),
        held=len(sources.held),
        rejected=sum(verdict is Verdict.REJECTED for _entry, verdict in sources.entries),
        since=compared,
        changes=changes_between(incident_at(effective, compared), incident) if compared else (),
    )


def document_number(incident: Incident, kind: ReportKind, as_of: datetime) -> str:
    """The number of a document: the incident's, the kind, and the minute of its data in WIB."""
    return f"{incident.number}/{kind.upper()}/{as_of.astimezone(WIB):%Y%m%d-%H%M}"


def steps_of(incident: Incident) -> tuple[Step, ...]:
    """The seven steps with the time each was first reached; what ended beside the way has reached the first."""
    rank = incident.status.rank or 0
    return tuple(
        Step(status=status, at=incident.status_times.get(status) if n <= rank else None, reached=n <= rank)
        for n, status in enumerate(FORWARD)
    )


_ENDED: Final = (Status.CONTAINED, Status.CLOSED, Status.FALSE_REPORT, Status.MERGED)


def _refuse_what_cannot_be(incident: Incident, kind: ReportKind) -> None:
    if kind is ReportKind.SPECIAL:
        raise ReportNotPossible(
            _("The special report (khusus) comes with a later version. Now there are: awal, perkembangan, akhir.")
        )
    if kind is ReportKind.FINAL and incident.status not in _ENDED:
        message = _(
            "A final report is made once an incident is contained or closed; {number} is “{status}”. "
            "Make a progress report: --kind perkembangan"
        )
        raise ReportNotPossible(message.format(number=incident.number, status=label_of(incident.status)))
