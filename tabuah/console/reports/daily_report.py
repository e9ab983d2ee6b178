"""The report of one day as a value: what came in, what ended, what is still open, and the alarms of the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.figure_lines import CASUALTIES, DAMAGE, total
from tabuah.console.reports.incident_report import Trace
from tabuah.console.reports.office import Office
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import worst_first
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_day

_NOT_COUNTED: Final = (Status.FALSE_REPORT, Status.MERGED)
_ENDINGS: Final = (Status.CONTAINED, Status.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailySources:
    """All that a console knows at `as_of`."""

    incidents: tuple[Incident, ...]
    pending: frozenset[str]
    alarms: tuple[Alarm, ...]
    stations: Mapping[str, Station]
    rules: Mapping[str, Rule]
    as_of: datetime
    author: str
    office: Office
    trace: Trace
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport:
    """One day in WIB. Exercises are listed apart and never counted; neither are false and merged reports."""

    day: date
    number: str
    reported: tuple[Incident, ...]
    carried: tuple[Incident, ...]  # from earlier days, still open now
    ended: tuple[Incident, ...]  # contained or closed on this day
    set_aside: tuple[Incident, ...]  # false reports, and those merged into others
    exercises: tuple[Incident, ...]
    by_hazard: tuple[tuple[Hazard, int], ...]
    totals: tuple[tuple[str, int | None], ...]  # over the incidents reported on the day
    alarms: tuple[Alarm, ...]
    sources: DailySources

    @property
    def still_open(self) -> int:
        """How many incidents are open now, whenever they were reported."""
        return len(self.carried) + sum(incident.is_open for incident in self.reported)


def make_daily_report(sources: DailySources, day: date) -> DailyReport:
    """Make the report.

    Raises:
        ReportNotPossible: the day has not begun.
    """
    if day > sources.as_of.astimezone(WIB).date():
        raise ReportNotPossible(_("{day} has not begun; there is nothing to report yet.").format(day=format_day(day)))
    real = [incident for incident in sources.incidents if not incident.exercise]
    counted = [incident for incident in real if incident.status not in _NOT_COUNTED]
    reported = [incident for incident in counted if _day_of(incident.reported_at) == day]
    return DailyReport(
        day=day,
        number=f"HARIAN/{day:%Y%m%d}/{sources.as_of.astimezone(WIB):%Y%m%d-%H%M}",
        reported=tuple(worst_first(reported)),
        carried=tuple(worst_first(i for i in counted if i.is_open and _day_of(i.reported_at) < day)),
        ended=tuple(incident for incident in counted if _ended_on(incident, day)),
        set_aside=tuple(i for i in real if i.status in _NOT_COUNTED and _day_of(i.reported_at) == day),
        exercises=tuple(i for i in sources.incidents if i.exercise and _day_of(i.reported_at) == day),
        by_hazard=_by_hazard(reported),
        totals=tuple((code, total(getattr(i.figures, code) for i in reported)) for code in (*CASUALTIES, *DAMAGE)),
        alarms=tuple(a for a in sources.alarms if _day_of(a.onset_at) == day and not a.exercise),
        sources=sources,
    )


def _by_hazard(incidents: Iterable[Incident]) -> tuple[tuple[Hazard, int], ...]:
    hazards = [incident.hazard for incident in incidents]
    counts = [(hazard, hazards.count(hazard)) for hazard in Hazard if hazard in hazards]
    return tuple(sorted(counts, key=lambda pair: -pair[1]))


def _ended_on(incident: Incident, day: date) -> bool:
    moment = incident.status_times.get(incident.status)
    return incident.status in _ENDINGS and moment is not None and _day_of(moment) == day


def _day_of(moment: datetime) -> date:
    return moment.astimezone(WIB).date()
