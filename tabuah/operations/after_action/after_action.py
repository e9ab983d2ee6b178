"""The after-action report of an incident, a parent event or a day as a value: facts without words. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.after_action.chronology import ChronologyLine, chronology, late_lines
from tabuah.operations.after_action.decision_records import DecisionRecord, decision_records
from tabuah.operations.after_action.delays import IncidentDelays, incident_delays
from tabuah.operations.after_action.lead_times import LeadTime, lead_times
from tabuah.operations.after_action.subject_past import SubjectPast
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Entry, subject_key, subject_kind, subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.missions import incident_of_unit_entry

SHOWN_KINDS: Final = (  # subjects of the chronology; shifts, rosters, calls and contacts may name private persons
    *("incident", "alarm", "task", "unit", "shelter", "disruption", "parent_event", "aid"),
    *("earthquake", "warning", "volcano"),
)


class AfterActionScope(StrEnum):
    """What an after-action report is about."""

    INCIDENT = "incident"
    EVENT = "event"
    DAY = "day"


class AfterActionSources(msgspec.Struct, frozen=True, kw_only=True):
    """The past of one incident, event or day, in one world.

    Attributes:
        since: the beginning of the period of a day; in the other reports that of the first entry, with `until`.
        dated: the entries of all subjects that the report concerns, and of all alarms that may have been active.
        incidents: the incidents of the report.
        alarms: all alarms whose entries are in `dated`, by id.
        tasks: the tasks of the incidents.
        about: ids of incidents by subject, for subjects that belong to one: tasks, shelters, alarms.
        own: the subjects whose entries are shown; None for all.
    """

    scope: AfterActionScope
    since: datetime
    until: datetime
    as_of: datetime
    dated: Mapping[str, tuple[DatedEntry, ...]]
    incidents: tuple[Incident, ...] = ()
    alarms: Mapping[str, Alarm] = msgspec.field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    about: Mapping[str, str] = msgspec.field(default_factory=dict)
    own: frozenset[str] | None = None


class AfterAction(msgspec.Struct, frozen=True, kw_only=True):
    """What was known when, who decided what, lead times of alarms, and delays.

    `late` are the lines that reached the server late, in the order of their arrival.
    """

    scope: AfterActionScope
    since: datetime
    until: datetime
    as_of: datetime
    lines: tuple[ChronologyLine, ...]
    late: tuple[ChronologyLine, ...]
    decisions: tuple[DecisionRecord, ...]
    leads: tuple[LeadTime, ...]
    delays: tuple[IncidentDelays, ...]


def make_after_action(sources: AfterActionSources) -> AfterAction:
    pasts = {subject: SubjectPast(dated) for subject, dated in sources.dated.items()}
    is_shown, incident_of = _line_filter(sources), incident_finder(sources)
    lines = chronology(pasts, as_of=sources.as_of, is_shown=is_shown)
    subjects = {line.subject for line in lines}
    alarms = (alarm for alarm in sources.alarms.values() if subject_of("alarm", alarm.id) in subjects)
    ordered = sorted(sources.incidents, key=lambda each: (each.reported_at, each.id))
    return AfterAction(
        scope=sources.scope,
        since=sources.since,
        until=sources.until,
        as_of=sources.as_of,
        lines=lines,
        late=late_lines(lines),
        decisions=decision_records(pasts, incident_of=incident_of, alarms=sources.alarms, is_shown=is_shown),
        leads=lead_times(alarms, sources.incidents),
        delays=tuple(incident_delays(each, sources.tasks, sources.as_of) for each in ordered),
    )


def alarms_of_incidents(incidents: Iterable[Incident], alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return the alarms of incidents, and those of the same causes at that time: the other levels of a gauge."""
    known, alarms = tuple(incidents), tuple(alarms)
    ids, made_of = {each.id for each in known}, {each.alarm for each in known}
    linked = [alarm for alarm in alarms if alarm.id in made_of or ids.intersection(alarm.incidents)]
    return tuple(
        alarm
        for alarm in alarms
        if alarm in linked or any(_is_same_episode(alarm, other) for other in linked if alarm.cause)
    )


_EPISODE: Final = timedelta(hours=12)  # alarms of one gauge further apart belong to another flood


def _is_same_episode(alarm: Alarm, other: Alarm) -> bool:
    return alarm.cause == other.cause and abs(alarm.raised_at - other.raised_at) <= _EPISODE


def was_active(alarm: Alarm, since: datetime, until: datetime) -> bool:
    """Return whether an alarm was active in a period."""
    return alarm.raised_at < until and (alarm.cleared_at is None or alarm.cleared_at >= since)


def _line_filter(sources: AfterActionSources) -> Callable[[Entry], bool]:
    """Return a function that returns whether an entry is a line of the report."""
    ids = {each.id for each in sources.incidents}

    def is_shown(entry: Entry) -> bool:
        if subject_kind(entry.subject) not in SHOWN_KINDS or entry.kind == "unit.placed":
            return False
        if sources.own is not None and entry.subject not in sources.own:
            return False
        if sources.scope is AfterActionScope.DAY:
            return any(sources.since <= at < sources.until for at in (entry.at, entry.happened_at))
        return subject_kind(entry.subject) != "unit" or incident_of_unit_entry(entry) in ids

    return is_shown


def incident_finder(sources: AfterActionSources) -> Callable[[Entry], str]:
    """Return a function that returns the id of the incident of an entry; empty for none."""

    def find(entry: Entry) -> str:
        match subject_kind(entry.subject):
            case "incident":
                return subject_key(entry.subject)
            case "unit":
                return incident_of_unit_entry(entry)
        return sources.about.get(entry.subject, "")

    return find
