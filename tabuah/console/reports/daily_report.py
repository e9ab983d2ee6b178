"""The daily report as a value: new, ended and open incidents, and the alarms of the day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

import msgspec

from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.incident_report import JournalReference, content_digits
from tabuah.console.reports.office import Office
from tabuah.console.reports.report_figures import CASUALTIES, DAMAGE
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.calls.call import Call
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.incidents.figure_totals import GroupTotal, figure_totals, group_totals
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_by_urgency
from tabuah.operations.roster.duty import ShiftOfWeek, shifts_around
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_day
from tabuah.resources.time_zone import home_zone

_ENDINGS: Final = (Status.CONTAINED, Status.CLOSED)
_Shown: TypeAlias = Incident | Call | Disruption


class DailySources(msgspec.Struct, frozen=True, kw_only=True):
    """All data of the console for the report, as of `as_of`."""

    incidents: tuple[Incident, ...]
    pending: frozenset[str]
    alarms: tuple[Alarm, ...]
    stations: Mapping[str, Station]
    rules: Mapping[str, Rule]
    as_of: datetime
    author: str
    office: Office
    trace: JournalReference
    people: Mapping[str, str] = msgspec.field(default_factory=dict)
    scope: ExerciseScope = REAL_WORLD
    exercises: Mapping[str, Exercise] = msgspec.field(default_factory=dict)
    rosters: Mapping[str, WeekRoster] = msgspec.field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    disruptions: tuple[Disruption, ...] = ()


class DailyReport(msgspec.Struct, frozen=True, kw_only=True):
    """One day in the regency's zone, in the real world or in one exercise.

    False reports and merged incidents are listed apart and never counted. So are exercises in a report of the
    real world that includes them.
    """

    day: date
    number: str
    reported: tuple[Incident, ...]
    carried: tuple[Incident, ...]  # from earlier days, still open now
    ended: tuple[Incident, ...]  # contained or closed on this day
    not_counted: tuple[Incident, ...]  # false reports and merged incidents
    exercises: tuple[Incident, ...]  # incidents of exercises, in a report of the real world that includes them
    by_hazard: tuple[tuple[Hazard, int], ...]
    totals: tuple[tuple[str, int | None], ...]  # over the incidents reported on the day
    alarms: tuple[Alarm, ...]
    exercise_alarms: tuple[Alarm, ...]
    sources: DailySources
    calls: tuple[Call, ...] = ()  # of the day, those that became an incident included
    disruptions: tuple[Disruption, ...] = ()  # that went on at some time of the day
    repeated: tuple[str, ...] = ()  # numbers of incidents with a statement that counts on another one of their event
    groups: tuple[GroupTotal, ...] = ()  # people by group, over the incidents reported on the day
    shifts: tuple[ShiftOfWeek, ...] = ()  # with a part on this day; none in a report of an exercise

    @property
    def still_open(self) -> int:
        """Return the number of incidents that are open now, regardless of the report date."""
        return len(self.carried) + sum(incident.is_open for incident in self.reported)


def _content_digits(sources: DailySources, shown: Iterable[_Shown]) -> str:
    states = {each.id: msgspec.json.encode(each).decode() for each in shown}
    world = f"{sources.scope.real} {sources.scope.exercise_id} {sources.scope.all_exercises}"
    return content_digits([sources.trace.device, sources.trace.hash, world, *(states[key] for key in sorted(states))])


def _document_number(sources: DailySources, day: date, shown: Iterable[_Shown]) -> str:
    minute = f"{sources.as_of.astimezone(home_zone()):%Y%m%d-%H%M}"
    return f"HARIAN/{day:%Y%m%d}/{minute}-{_content_digits(sources, shown)}"


def make_daily_report(sources: DailySources, day: date) -> DailyReport:
    """Make the report.

    Raises:
        ReportNotPossible: the day has not begun.
    """
    if day > sources.as_of.astimezone(home_zone()).date():
        raise ReportNotPossible(_("{day} has not begun; there is nothing to report yet.").format(day=format_day(day)))
    scope = sources.scope if sources.scope.is_exercise else REAL_WORLD
    of_scope = scope.select(sources.incidents)
    apart = [i for i in sources.scope.select(sources.incidents) if not scope.has(i)]
    alarms = [a for a in sources.scope.select(sources.alarms) if _local_day(a.onset_at) == day]
    counted = [incident for incident in of_scope if incident.status.is_counted]
    reported = [incident for incident in counted if _local_day(incident.reported_at) == day]
    shown = [i for i in sources.incidents if _local_day(i.reported_at) == day or i.is_open or _ended_on(i, day)]
    calls = tuple(call for call in scope.select(sources.calls) if _local_day(call.received_at) == day)
    disruptions = tuple(each for each in scope.select(sources.disruptions) if _went_on(each, day))
    sums = {each.code: each for each in figure_totals(reported)}
    return DailyReport(
        day=day,
        number=_document_number(sources, day, (*shown, *calls, *disruptions)),
        reported=tuple(sort_by_urgency(reported)),
        carried=tuple(sort_by_urgency(i for i in counted if i.is_open and _local_day(i.reported_at) < day)),
        ended=tuple(incident for incident in counted if _ended_on(incident, day)),
        not_counted=tuple(i for i in of_scope if not i.status.is_counted and _local_day(i.reported_at) == day),
        exercises=tuple(i for i in apart if _local_day(i.reported_at) == day),
        by_hazard=_count_by_hazard(reported),
        totals=tuple((code, sums[code].total if code in sums else None) for code in (*CASUALTIES, *DAMAGE)),
        repeated=tuple(dict.fromkeys(number for each in sums.values() for number in each.repeated)),
        groups=group_totals(reported),
        alarms=tuple(scope.select(alarms)),
        exercise_alarms=tuple(a for a in alarms if not scope.has(a)),
        sources=sources,
        calls=calls,
        disruptions=disruptions,
        shifts=() if scope.is_exercise else _shifts_of(sources, day),
    )


def _shifts_of(sources: DailySources, day: date) -> tuple[ShiftOfWeek, ...]:
    begin = datetime.combine(day, time(), tzinfo=home_zone())
    end = begin + timedelta(days=1)
    shifts = [each for each in shifts_around(sources.rosters.values(), begin) if begin < each.ends_at]
    shifts = [each for each in shifts if each.starts_at < end]
    return tuple(sorted(shifts, key=lambda each: each.starts_at))


def _count_by_hazard(incidents: Iterable[Incident]) -> tuple[tuple[Hazard, int], ...]:
    hazards = [incident.hazard for incident in incidents]
    counts = [(hazard, hazards.count(hazard)) for hazard in Hazard if hazard in hazards]
    return tuple(sorted(counts, key=lambda pair: -pair[1]))


def _ended_on(incident: Incident, day: date) -> bool:
    moment = incident.status_times.get(incident.status)
    return incident.status in _ENDINGS and moment is not None and _local_day(moment) == day


def _went_on(disruption: Disruption, day: date) -> bool:
    ended = disruption.ended
    return _local_day(disruption.began_at) <= day and (ended is None or _local_day(ended.at) >= day)


def _local_day(moment: datetime) -> date:
    return moment.astimezone(home_zone()).date()
