"""The sources of after-action reports, read from the console's store."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from tabuah.console.incidents.related_events import units_of_incident
from tabuah.console.reports.after_action_report import AfterActionReport
from tabuah.console.reports.errors import ReportNotPossible
from tabuah.console.reports.office import read_office
from tabuah.console.reports.report_sources import read_full_names, read_journal_reference, read_relief
from tabuah.operations.after_action.after_action import (
    SHOWN_KINDS,
    AfterActionScope,
    AfterActionSources,
    alarms_of_incidents,
    incident_finder,
    make_after_action,
    was_active,
)
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_key, subject_kind, subject_of
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id


def read_incident_after_action(store: ConsoleStore, key: str) -> AfterActionReport:
    """Read the after-action report of an incident and those merged into it, by its id, number or their beginning.

    Raises:
        UnknownKey: no incident matches, or several do.
        ReportNotPossible: the incident was deleted.
    """
    incident = store.incident(key)
    if incident.deleted:
        raise ReportNotPossible(_("{number} was deleted; there is no report of it.").format(number=incident.number))
    merged = [each for each in store.incidents() if each.merged_into == incident.id]
    return _report_on(
        store, AfterActionScope.INCIDENT, (incident, *merged), name=incident.number, title=incident.title
    )


def read_event_after_action(store: ConsoleStore, event: ParentEvent) -> AfterActionReport:
    """Read the after-action report of a parent event with all its incidents.

    Raises:
        ReportNotPossible: no incident belongs to it.
    """
    members = store.event_incidents([event.id]).get(event.id, EventIncidents())
    if not members.all:
        raise ReportNotPossible(_("No incident belongs to this event yet."))
    name = f"KEJADIAN/{event.id[:8].upper()}"
    subject = subject_of("parent_event", event.id)
    return _report_on(store, AfterActionScope.EVENT, members.all, name=name, title=event.title, more=(subject,))


def read_day_after_action(
    store: ConsoleStore, day: date | None = None, scope: ExerciseScope = REAL_WORLD
) -> AfterActionReport:
    """Read the after-action report of a day in the regency's zone, by default today, in one world.

    Raises:
        ReportNotPossible: the day is in the future.
    """
    today = store.now().astimezone(home_zone()).date()
    day = day or today
    if day > today:
        raise ReportNotPossible(_("This day is in the future; there is nothing to report on it."))
    since = datetime.combine(day, time(), tzinfo=home_zone())
    until = datetime.combine(day + timedelta(days=1), time(), tzinfo=home_zone())
    written = store.replay.subjects_written(since, until, SHOWN_KINDS)
    dated = {subject: entries for subject, entries in _read(store, written).items() if _is_in(scope, entries)}
    keys = [subject_key(subject) for subject in dated if subject_kind(subject) == "incident"]
    sources = _Sources(store, scope, incidents=tuple(store.archive.among(keys)), dated=dated)
    return sources.report(AfterActionScope.DAY, since, until, name=f"HARI/{day:%Y%m%d}")


def _report_on(
    store: ConsoleStore,
    scope: AfterActionScope,
    incidents: Sequence[Incident],
    *,
    name: str,
    title: str,
    more: Sequence[str] = (),
) -> AfterActionReport:
    """Return the report of incidents, with the subjects about them and `more` subjects."""
    world = scope_of(incidents[0])
    alarms = alarms_of_incidents(incidents, world.select(store.alarms()))
    subjects = (*more, *_subjects_about(store, incidents), *(subject_of("alarm", each.id) for each in alarms))
    sources = _Sources(store, world, incidents=tuple(incidents), dated=_read(store, subjects))
    starts = [*(each.reported_at for each in incidents), *(each.raised_at for each in alarms)]
    since, until = min(starts), max(_end_of(each, store.now()) for each in incidents)
    return sources.report(scope, since, max(since, until), name=name, title=title)


def _subjects_about(store: ConsoleStore, incidents: Sequence[Incident]) -> Iterable[str]:
    for incident in incidents:
        relief = read_relief(store, incident.id)
        yield subject_of("incident", incident.id)
        yield from (subject_of("unit", unit.id) for unit in units_of_incident(store, incident))
        yield from (subject_of("shelter", each.id) for each in relief.shelters)
        yield from (subject_of("aid", line.id) for line in relief.lines)
        yield from (subject_of("disruption", each.id) for each in relief.disruptions)
    ids = {each.id for each in incidents}
    yield from (subject_of("task", task.id) for task in store.tasks() if task.incident in ids)


def _end_of(incident: Incident, now: datetime) -> datetime:
    return now if incident.is_open else incident.status_times.get(Status.CLOSED, incident.updated_at)


def _read(store: ConsoleStore, subjects: Iterable[str]) -> dict[str, tuple[DatedEntry, ...]]:
    found = {subject: store.replay.dated_entries(subject) for subject in dict.fromkeys(subjects)}
    return {subject: dated for subject, dated in found.items() if dated}


def _is_in(scope: ExerciseScope, dated: Sequence[DatedEntry]) -> bool:
    return scope.includes(dated[0].entry.exercise, dated[0].entry.exercise_id)


class _Sources:
    """The subjects of a report, to which all alarms of its period are added: people knew of them at decisions."""

    def __init__(
        self,
        store: ConsoleStore,
        world: ExerciseScope,
        *,
        incidents: tuple[Incident, ...],
        dated: dict[str, tuple[DatedEntry, ...]],
    ) -> None:
        self._store, self._world, self._incidents, self._dated = store, world, incidents, dated

    def report(
        self, scope: AfterActionScope, since: datetime, until: datetime, *, name: str, title: str = ""
    ) -> AfterActionReport:
        store = self._store
        ids = {each.id for each in self._incidents}
        tasks = tuple(task for task in store.tasks() if task.incident in ids)
        own = frozenset(self._dated)
        alarms = self._alarms(since, until)
        others = [subject_of("alarm", each.id) for each in alarms if subject_of("alarm", each.id) not in own]
        dated = {**self._dated, **_read(store, others)}
        sources = AfterActionSources(
            scope=scope,
            since=since,
            until=until,
            as_of=store.now(),
            dated=dated,
            incidents=self._incidents,
            alarms={each.id: each for each in alarms},
            tasks=tasks,
            about=self._about(alarms),
            own=own,
        )
        found, incident_of = make_after_action(sources), incident_finder(sources)
        devices = store.authority().devices.values()
        return AfterActionReport(
            found=found,
            name=name,
            title=title,
            office=read_office(store.directory),
            trace=read_journal_reference(store),
            author=store.actor,
            dated=dated,
            incidents={each.id: each for each in self._incidents},
            alarms={each.id: each for each in alarms},
            tasks={task.id: task for task in tasks},
            stations={station.code: station for station in store.stations()},
            rules={rule.id: rule for rule in store.rules()},
            people=read_full_names(store),
            devices={device.id: device.name for device in devices if device.name},
            about={each.entry.id: incident_of(each.entry) for entries in dated.values() for each in entries},
            world=self._world,
            exercises=exercises_by_id(store.exercises()),
            incomplete=store.replay.count_incomplete(own),
        )

    def _alarms(self, since: datetime, until: datetime) -> list[Alarm]:
        """Return the alarms of the report, and those that were active in its period."""
        return [
            alarm
            for alarm in self._world.select(self._store.alarms())
            if subject_of("alarm", alarm.id) in self._dated or was_active(alarm, since, until)
        ]

    def _about(self, alarms: Iterable[Alarm]) -> dict[str, str]:
        """Return the incident that each task, shelter, disruption, aid line and alarm is about."""
        about: dict[str, str] = {}
        for task in self._store.tasks():
            about[subject_of("task", task.id)] = task.incident
        for shelter in self._store.shelters():
            about[subject_of("shelter", shelter.id)] = shelter.incident
        for disruption in self._store.disruptions():
            about[subject_of("disruption", disruption.id)] = disruption.incident
        for incident in self._incidents:
            if incident.alarm:
                about[subject_of("alarm", incident.alarm)] = incident.id
        for alarm in alarms:
            linked = next((key for key in alarm.incidents if key in {each.id for each in self._incidents}), "")
            about.setdefault(subject_of("alarm", alarm.id), linked)
        return about
