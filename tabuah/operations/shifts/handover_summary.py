"""The summary of a handover: the open work of one world at a moment, from the data of a console. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm, cause_family, is_silence_alarm
from tabuah.operations.alarms.escalation import unanswered_since
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, EscalationPolicy
from tabuah.operations.codes import Status
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.disruption_list import sort_disruptions
from tabuah.operations.entries import subject_key, subject_kind, subject_of
from tabuah.operations.exercises.scope import ExerciseScope, plain_code, scope_of
from tabuah.operations.hidden_characters import plain_line
from tabuah.operations.incidents.clocks import is_late, next_clock
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_for_board
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.messages.message import Message, waiting_messages
from tabuah.operations.messages.waiting_list import WaitingTime, waiting_time
from tabuah.operations.shifts.duty_shift import DutyShift, Promise
from tabuah.operations.shifts.handover_facts import HELP_CODE, LAST_SYNC, FactGroup, FactKind, HandoverItem, group_of
from tabuah.operations.stations.station import Station
from tabuah.operations.tasks.task import Task
from tabuah.operations.tasks.task_list import sort_tasks
from tabuah.operations.units.check_ins import check_in_clock
from tabuah.operations.units.coverage import KindCoverage
from tabuah.operations.units.known_units import UnitActivity
from tabuah.resources.regency import current_regency

_ENDED: Final = (Status.CONTAINED, Status.CLOSED)
LONGEST_NAME: Final = 200
STALE_AFTER: Final = timedelta(minutes=15)  # without a sync pass the work of other desks is missing


class UnsyncedWork(msgspec.Struct, frozen=True, kw_only=True):
    """The work of a console that the server does not have, or has not decided on, and its last sync pass."""

    pending: int = 0
    since: datetime | None = None
    held: int = 0
    rejected: int = 0
    uploads: int = 0
    readings: int = 0
    synced_at: datetime | None = None


class HandoverSources(msgspec.Struct, frozen=True, kw_only=True):
    """All data for the summary, of all worlds; `crews` and `coverage` are of the world of the shift.

    `coverage` is empty if it is not known.
    """

    incidents: Sequence[Incident]
    alarms: Sequence[Alarm]
    stations: Mapping[str, Station] = msgspec.field(default_factory=dict)
    maintenance: Sequence[MaintenanceWindow] = ()
    shifts: Sequence[DutyShift] = ()
    tasks: Sequence[Task] = ()
    disruptions: Sequence[Disruption] = ()
    messages: Sequence[Message] = ()
    crews: Sequence[UnitActivity] = ()
    coverage: Sequence[KindCoverage] = ()
    policy: EscalationPolicy = DEFAULT_POLICY
    unsynced: UnsyncedWork = UnsyncedWork()


def summarise_handover(sources: HandoverSources, shift: DutyShift, now: datetime) -> tuple[FactGroup, ...]:
    """Return the facts that a shift hands over: those of its own world, and the work of this desk."""
    scope = scope_of(shift)
    incidents = [each for each in sources.incidents if scope.has(each)]
    alarms = [each for each in sources.alarms if scope.has(each)]
    is_open = [each for each in incidents if each.is_open]
    groups = {
        FactKind.OPEN_INCIDENTS: [_incident_item(each, now) for each in sort_for_board(is_open, now)],
        FactKind.UNANSWERED_ALARMS: _unanswered(alarms, sources, now),
        FactKind.WAITING_MESSAGES: _messages(scope.select(sources.messages), now),
        FactKind.DUE_CLOCKS: _due_clocks(is_open, now),
        FactKind.OPEN_PROMISES: [_promise_item(*each, now=now) for each in open_promises(sources.shifts, scope)],
        FactKind.OPEN_TASKS: [_task_item(each, now) for each in _open_tasks(sources, scope, now)],
        FactKind.CREWS: _crews(sources.crews, now),
        FactKind.DISRUPTIONS: list(_disruptions(scope.select(sources.disruptions), now)),
        FactKind.COVERAGE_GAPS: list(_coverage_gaps(sources.coverage)),
        FactKind.SHELVED_ALARMS: [_shelved_item(each, sources) for each in alarms if _is_shelved(each, now)],
        FactKind.MAINTENANCE: list(_maintained(sources, scope, now)),
        FactKind.SILENT_SENSORS: list(_silent(alarms, sources)),
        FactKind.FAILED_FEEDS: [_feed_item(each) for each in alarms if _is_feed(each) and each.is_active],
        FactKind.UNSYNCED_WORK: list(_unsynced(sources.unsynced, now)),
        FactKind.CHANGES: list(
            _changes(incidents, alarms, scope.select(sources.shifts), since=last_handover_at(sources, shift))
        ),
    }
    if not sources.coverage:  # an empty group would say that every kecamatan is covered
        del groups[FactKind.COVERAGE_GAPS]
    return tuple(group_of(kind, items) for kind, items in groups.items())


def last_handover_at(sources: HandoverSources, shift: DutyShift) -> datetime:
    """Return when the shift before was handed over, in the same world; without one, when this shift started."""
    scope = scope_of(shift)
    moments = [
        each.handover.as_of
        for each in sources.shifts
        if each.id != shift.id and scope.has(each) and each.handover is not None and each.handover.is_complete
    ]
    return max((each for each in moments if each <= shift.ends_at), default=min(shift.starts_at, shift.started_at))


def open_promises(shifts: Iterable[DutyShift], scope: ExerciseScope) -> list[tuple[DutyShift, Promise]]:
    """Return the open promises of all shifts of a world, the first due first."""
    found = [(shift, promise) for shift in shifts if scope.has(shift) for promise in shift.open_promises]
    return sorted(found, key=lambda pair: (pair[1].due_at, pair[1].entry))


def _incident_item(incident: Incident, now: datetime) -> HandoverItem:
    clock = next_clock(incident, now)
    return HandoverItem(
        ref=subject_of("incident", incident.id),
        name=f"{incident.number} {incident.title}"[:LONGEST_NAME],
        place=_place_of(incident),
        code=incident.hazard,
        since=incident.reported_at,
        due_at=clock.due_at if clock else None,
        is_late=is_late(incident, now),
    )


def _place_of(incident: Incident) -> str:
    place = incident.place
    return (place.nagari or place.kecamatan)[:LONGEST_NAME] if place else ""


def _due_clocks(incidents: Iterable[Incident], now: datetime) -> list[HandoverItem]:
    items = (_incident_item(each, now) for each in incidents)
    return sorted((each for each in items if each.due_at), key=lambda each: (each.due_at, each.ref))


def _unanswered(alarms: Iterable[Alarm], sources: HandoverSources, now: datetime) -> list[HandoverItem]:
    waiting = ((alarm, unanswered_since(alarm, now)) for alarm in alarms)
    found = [(alarm, since) for alarm, since in waiting if since is not None]
    found.sort(key=lambda pair: (pair[0].severity.rank, pair[1], pair[0].id))
    return [
        _alarm_item(alarm, sources, since, _next_step(alarm, since, sources.policy), now) for alarm, since in found
    ]


def _next_step(alarm: Alarm, since: datetime, policy: EscalationPolicy) -> datetime | None:
    """Return when the alarm is escalated next."""
    steps = policy.steps_of(alarm.severity)[alarm.escalated :]
    return since + timedelta(seconds=steps[0].after_s) if steps else None


def _alarm_item(
    alarm: Alarm, sources: HandoverSources, since: datetime, due_at: datetime | None, now: datetime | None = None
) -> HandoverItem:
    station = sources.stations.get(alarm.station)
    name, place = alarm.title or alarm.parameter or alarm.rule, station.name if station else plain_code(alarm.station)
    if is_silence_alarm(alarm):  # its title names the station, sensor or feed without data
        name, place = cause_family(alarm), place or alarm.title
    return HandoverItem(
        ref=subject_of("alarm", alarm.id),
        name=name[:LONGEST_NAME],
        place=place[:LONGEST_NAME],
        code=alarm.severity,
        since=since,
        due_at=due_at,
        is_late=now is not None and due_at is not None and due_at <= now,
    )


def _is_shelved(alarm: Alarm, now: datetime) -> bool:
    return alarm.is_active and alarm.is_shelved(now)


def _shelved_item(alarm: Alarm, sources: HandoverSources) -> HandoverItem:
    return _alarm_item(alarm, sources, alarm.raised_at, alarm.shelved_until)


def _maintained(sources: HandoverSources, scope: ExerciseScope, now: datetime) -> Iterator[HandoverItem]:
    running = [window for window in sources.maintenance if scope.has(window) and window.runs_at(now)]
    for window in sorted(running, key=lambda window: (window.over_at, window.id)):
        for code in window.stations:
            station = sources.stations.get(code)
            yield HandoverItem(
                ref=subject_of("station", code),
                name=(station.name if station else plain_code(code))[:LONGEST_NAME],
                place=window.reason[:LONGEST_NAME],
                since=window.since,
                due_at=window.over_at,
            )


def _silent(alarms: Iterable[Alarm], sources: HandoverSources) -> Iterator[HandoverItem]:
    """Yield each silent station once, also those behind a lost link."""
    seen: set[str] = set()
    for alarm in sorted(alarms, key=lambda alarm: (alarm.onset_at, alarm.id)):
        if not alarm.is_active or not is_silence_alarm(alarm) or _is_feed(alarm):
            continue
        for code in (alarm.station, *alarm.silenced):
            if code and code not in seen:
                seen.add(code)
                station = sources.stations.get(code)
                name = station.name if station else plain_code(code)
                yield HandoverItem(ref=subject_of("station", code), name=name[:LONGEST_NAME], since=alarm.onset_at)


def _is_feed(alarm: Alarm) -> bool:
    return subject_kind(alarm.parameter) == "feed" and "/" in alarm.parameter


def _feed_item(alarm: Alarm) -> HandoverItem:
    return HandoverItem(
        ref=subject_of("alarm", alarm.id),
        name=alarm.title[:LONGEST_NAME],
        place=alarm.reason[:LONGEST_NAME],
        code=subject_key(alarm.parameter)[:LONGEST_NAME],
        since=alarm.onset_at,
    )


def _promise_item(shift: DutyShift, promise: Promise, *, now: datetime) -> HandoverItem:
    return HandoverItem(
        ref=subject_of("shift", shift.id),
        name=promise.what[:LONGEST_NAME],
        place=promise.to[:LONGEST_NAME],
        code=promise.entry,
        since=promise.at,
        due_at=promise.due_at,
        is_late=promise.due_at <= now,
    )


def _open_tasks(sources: HandoverSources, scope: ExerciseScope, now: datetime) -> list[Task]:
    return sort_tasks((task for task in sources.tasks if task.is_open and scope.has(task)), now)


def _task_item(task: Task, now: datetime) -> HandoverItem:
    return HandoverItem(
        ref=subject_of("task", task.id),
        name=task.what[:LONGEST_NAME],
        place=task.owner.name[:LONGEST_NAME],
        code=task.kind,
        since=task.added_at,
        due_at=task.next_due_at,
        is_late=task.is_overdue(now),
    )


def _crews(activities: Iterable[UnitActivity], now: datetime) -> list[HandoverItem]:
    """Return the crews on missions and those that ask for help, which come first; then the first due one."""
    profile = current_regency()
    shown = (each for each in activities if each.state.is_busy or each.unit.help)
    away = [(each, check_in_clock(each, profile, now)) for each in shown]
    away.sort(
        key=lambda crew: (
            not crew[0].unit.help,
            crew[1] is None,
            crew[1].due_at if crew[1] else crew[0].since,
            crew[0].unit.id,
        )
    )
    return [
        HandoverItem(
            ref=subject_of("unit", each.unit.id),
            name=f"{plain_code(each.unit.id)} {each.unit.name}"[:LONGEST_NAME],
            place=" + ".join(mission.number for mission in each.missions)[:LONGEST_NAME],
            code=HELP_CODE if each.unit.help else each.state,
            since=each.since,
            due_at=clock.due_at if clock else None,
            is_late=clock is not None and clock.is_overdue(now),
        )
        for each, clock in away
    ]


def _disruptions(disruptions: Iterable[Disruption], now: datetime) -> Iterator[HandoverItem]:
    for each in sort_disruptions(each for each in disruptions if each.is_open):
        yield HandoverItem(
            ref=subject_of("disruption", each.id),
            name=each.name[:LONGEST_NAME],
            place=(each.place.nagari or each.place.kecamatan)[:LONGEST_NAME],
            code=each.kind,
            since=each.began_at,
            due_at=each.expected_end,
            is_late=each.is_overdue(now),
        )


def _coverage_gaps(coverage: Iterable[KindCoverage]) -> Iterator[HandoverItem]:
    """Yield each kecamatan without a ready unit, by kind; kinds without any unit are the same every day."""
    for each in coverage:
        if each.is_kept:
            for gap in each.gaps:
                yield HandoverItem(name=gap.kecamatan.name[:LONGEST_NAME], code=each.kind)


def _messages(messages: Iterable[Message], now: datetime) -> list[HandoverItem]:
    """Return the messages that wait, alerts of authorities first. Names and texts of senders are personal values."""
    waiting = sorted(waiting_messages(messages, now), key=lambda message: message.alert is None)
    return [
        HandoverItem(
            ref=subject_of("message", message.id),
            name=_headline(message),
            code=message.channel,
            since=message.received_at,
            is_late=waiting_time(message, now) is WaitingTime.OVERDUE,
        )
        for message in waiting
    ]


def _headline(message: Message) -> str:
    words = message.alert.words if message.alert is not None else None
    return plain_line(words.headline or words.event)[:LONGEST_NAME] if words is not None else ""


def _unsynced(work: UnsyncedWork, now: datetime) -> Iterator[HandoverItem]:
    if work.synced_at is not None:
        yield HandoverItem(code=LAST_SYNC, since=work.synced_at, is_late=now - work.synced_at > STALE_AFTER)
    counts = {
        "pending": work.pending,
        "held": work.held,
        "rejected": work.rejected,
        "uploads": work.uploads,
        "readings": work.readings,
    }
    for code, count in counts.items():
        if count:
            yield HandoverItem(code=code, count=count, since=work.since if code == "pending" else None)


def _changes(
    incidents: Iterable[Incident], alarms: Sequence[Alarm], shifts: Iterable[DutyShift], *, since: datetime
) -> Iterator[HandoverItem]:
    """Yield how many things of each kind have changed since a moment."""
    incidents = tuple(incidents)
    promises = [promise for shift in shifts for promise in shift.promises if promise.ended_at is not None]
    counts = {
        "incidents_reported": sum(each.reported_at >= since for each in incidents),
        "incidents_ended": sum(_ended_since(each, since) for each in incidents),
        "alarms_raised": sum(each.raised_at >= since for each in alarms),
        "alarms_cleared": sum(each.cleared_at is not None and each.cleared_at >= since for each in alarms),
        "promises_ended": sum(each.ended_at is not None and each.ended_at >= since for each in promises),
    }
    for code, count in counts.items():
        if count:
            yield HandoverItem(code=code, count=count, since=since)


def _ended_since(incident: Incident, since: datetime) -> bool:
    moments = (incident.status_times.get(status) for status in _ENDED)
    return incident.status in _ENDED and any(moment is not None and moment >= since for moment in moments)
