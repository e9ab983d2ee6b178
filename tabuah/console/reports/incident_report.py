"""The report of an incident as a value: the complete content of the documents before their wording."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.headed_notes import HeadedNote, list_headed_notes
from tabuah.console.reports.incident_changes import FieldChange, compare_incidents, fold_incident_until
from tabuah.console.reports.office import Office
from tabuah.console.reports.report_figures import CASUALTIES, DAMAGE, ReportFigure, list_report_figures
from tabuah.console.reports.report_timeline import HistoryLine, list_history, select_effective_entries
from tabuah.gis.geodesy import distance_m
from tabuah.gis.queries.impact import AreaImpact
from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import FORWARD_STATUSES, Status
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.entries import GENESIS, Entry, Verdict
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.impact_areas import ImpactArea
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark

NEAR_RADIUS_M: Final = 15_000.0
MAX_NEAR_STATIONS: Final = 5


class NearStation(msgspec.Struct, frozen=True, kw_only=True):
    """A station with its distance from the incident and its worst active alarm."""

    station: Station
    distance_m: float
    alarm: Alarm | None


def find_near_stations(
    place: IncidentPlace | None, stations: Iterable[Station], alarms: Iterable[Alarm]
) -> tuple[NearStation, ...]:
    """Return the nearest stations within 15 km, nearest first, at most five."""
    if place is None:
        return ()
    worst = find_worst_alarms(alarms)
    found = [
        NearStation(
            station=station,
            distance_m=distance_m(place.lon_deg, place.lat_deg, station.lon_deg, station.lat_deg),
            alarm=worst.get(station.code),
        )
        for station in stations
    ]
    near = (each for each in found if each.distance_m <= NEAR_RADIUS_M)
    return tuple(sorted(near, key=lambda each: (each.distance_m, each.station.code))[:MAX_NEAR_STATIONS])


def find_worst_alarms(alarms: Iterable[Alarm]) -> dict[str, Alarm]:
    """Return the worst active alarm of each station."""
    worst: dict[str, Alarm] = {}
    for alarm in alarms:
        known = worst.get(alarm.station)
        if alarm.is_active and (known is None or alarm.severity.rank < known.severity.rank):
            worst[alarm.station] = alarm
    return worst


class ReportKind(StrEnum):
    """Kind of report, by its Indonesian term."""

    INITIAL = "awal"
    PROGRESS = "perkembangan"
    FINAL = "akhir"
    SPECIAL = "khusus"


class JournalReference(msgspec.Struct, frozen=True, kw_only=True):
    """Position in the journal: last record, time of the last sync, and device."""

    seq: int = 0
    hash: str = GENESIS
    synced_at: datetime | None = None
    device: str = ""


class ReliefSources(msgspec.Struct, frozen=True, kw_only=True):
    """The shelters and disruptions of an incident, and the lines of the aid ledger of it and of its shelters.

    `pending` is the number of these that have entries which have not reached the server.
    """

    shelters: tuple[Shelter, ...] = ()
    lines: tuple[AidLine, ...] = ()
    disruptions: tuple[Disruption, ...] = ()
    pending: int = 0

    @property
    def contents(self) -> tuple[str, ...]:
        """Return a text for each entry that the report shows."""
        counts = tuple(f"{each.id} {each.changed_at.isoformat()} {len(each.counts)}" for each in self.shelters)
        disrupted = (f"{each.id} {each.changed_at.isoformat()}" for each in self.disruptions)
        return (*counts, *(line.current.entry for line in self.lines), *disrupted)


class LocalImpact(msgspec.Struct, frozen=True, kw_only=True):
    """The impact of an incident by the map layers of this console: other consoles may have others."""

    area: ImpactArea
    impact: AreaImpact


class IncidentSources(msgspec.Struct, frozen=True, kw_only=True):
    """All data about an incident as of `as_of`.

    `people` has full names by user name, and `numbers` the incident numbers of the targets of contested merges by id.
    `merged_into` is the number of the incident that its merges end in; empty if it is not merged.
    `stations` and `alarms` may be of any world: the report keeps those of the world of the incident.
    """

    incident: Incident
    entries: tuple[tuple[Entry, Verdict | None], ...]
    held: frozenset[str]
    as_of: datetime
    author: str
    office: Office
    trace: JournalReference
    stations: tuple[Station, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    people: Mapping[str, str] = msgspec.field(default_factory=dict)
    numbers: Mapping[str, str] = msgspec.field(default_factory=dict)
    merged_into: str = ""
    exercises: Mapping[str, Exercise] = msgspec.field(default_factory=dict)
    relief: ReliefSources = msgspec.field(default_factory=ReliefSources)
    impact: LocalImpact | None = None


class StatusStep(msgspec.Struct, frozen=True, kw_only=True):
    """A status step; `at` is None where it was not reached or was skipped."""

    status: Status
    at: datetime | None
    reached: bool


class IncidentReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report of an incident; `pending` is the number of its entries that have not reached the server."""

    kind: ReportKind
    number: str
    incident: Incident
    as_of: datetime
    author: str
    office: Office
    trace: JournalReference
    steps: tuple[StatusStep, ...]
    casualties: tuple[ReportFigure, ...]
    damage: tuple[ReportFigure, ...]
    remarks: tuple[HeadedNote, ...]
    history: tuple[HistoryLine, ...]
    conflicts: tuple[Conflict, ...]
    stations: tuple[NearStation, ...]
    origin: Alarm | None
    people: Mapping[str, str]
    numbers: Mapping[str, str]
    merged_into: str
    pending: int
    held: int
    rejected: int
    since: datetime | None = None
    changes: tuple[FieldChange, ...] = ()
    exercise_mark: str = ""  # in the real world empty
    relief: ReliefSources = msgspec.field(default_factory=ReliefSources)
    impact: LocalImpact | None = None


def make_incident_report(
    sources: IncidentSources, kind: ReportKind, *, since: datetime | None = None
) -> IncidentReport:
    """Make the report.

    Args:
        sources: the data of the incident.
        kind: the kind of report.
        since: for a progress report, the start of its changes; by default the first report.

    Raises:
        ReportNotPossible: this kind does not exist yet, or not at this status of the incident.
    """
    incident, scope = sources.incident, scope_of(sources.incident)
    alarms = scope.select(sources.alarms)
    _check_kind_is_possible(incident, kind)
    effective = select_effective_entries(sources.entries, sources.held)
    unconfirmed = frozenset(entry.id for entry, verdict in effective if verdict is None)
    compared = (since or incident.reported_at) if kind is ReportKind.PROGRESS else None
    return IncidentReport(
        kind=kind,
        number=make_document_number(incident, kind, sources.as_of, content=_content_digits(sources)),
        incident=incident,
        as_of=sources.as_of,
        author=sources.author,
        office=sources.office,
        trace=sources.trace,
        steps=list_status_steps(incident),
        casualties=list_report_figures(incident, CASUALTIES, unconfirmed),
        damage=list_report_figures(incident, DAMAGE, unconfirmed),
        remarks=list_headed_notes(effective),
        history=list_history(effective, incident),
        conflicts=incident.open_conflicts,
        stations=find_near_stations(incident.place, scope.select(sources.stations), alarms),
        origin=next((alarm for alarm in alarms if alarm.id == incident.alarm), None),
        people=sources.people,
        numbers=sources.numbers,
        merged_into=sources.merged_into,
        pending=len(unconfirmed) + sources.relief.pending,
        held=len(sources.held),
        rejected=sum(verdict is Verdict.REJECTED for _entry, verdict in sources.entries),
        since=compared,
        changes=compare_incidents(fold_incident_until(effective, compared), incident) if compared else (),
        exercise_mark=exercise_mark(incident, sources.exercises),
        relief=sources.relief,
        impact=sources.impact,
    )


def make_document_number(incident: Incident, kind: ReportKind, as_of: datetime, *, content: str) -> str:
    """Return the document number: the incident number, the kind, the local minute of the data, and `content`."""
    return f"{incident.number}/{kind.upper()}/{as_of.astimezone(home_zone()):%Y%m%d-%H%M}-{content}"


def _content_digits(sources: IncidentSources) -> str:
    """Return hex digits that differ for two reports of one minute with different entries, or of two devices."""
    parts = [sources.trace.device, sources.trace.hash, *sources.relief.contents]
    return content_digits([*parts, *(f"{entry.id} {verdict}" for entry, verdict in sources.entries)])


def content_digits(parts: Iterable[str]) -> str:
    """Return four hex digits that differ for different contents of documents."""
    return sha256("\n".join(parts).encode()).hexdigest()[:4]


def list_status_steps(incident: Incident) -> tuple[StatusStep, ...]:
    """Return the seven status steps with the time each was first reached.

    A false or merged report has reached only the first step.
    """
    rank = incident.status.rank or 0
    return tuple(
        StatusStep(status=status, at=incident.status_times.get(status) if n <= rank else None, reached=n <= rank)
        for n, status in enumerate(FORWARD_STATUSES)
    )


_FINAL_STATUSES: Final = (Status.CONTAINED, Status.CLOSED, Status.FALSE_REPORT, Status.MERGED)


def _check_kind_is_possible(incident: Incident, kind: ReportKind) -> None:
    if kind is ReportKind.SPECIAL:
        message = _("The special report (khusus) has a command of its own: tabuah report after-action")
        raise ReportNotPossible(message)
    if kind is ReportKind.FINAL and incident.status not in _FINAL_STATUSES:
        message = _(
            "A final report requires a contained or closed incident; {number} is “{status}”. For a progress"
            " report use --kind perkembangan."
        )
        raise ReportNotPossible(message.format(number=incident.number, status=code_label(incident.status)))
