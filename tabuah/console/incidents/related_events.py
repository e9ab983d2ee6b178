"""Events of the timeline of an incident that are entries of other subjects, such as its tasks, units and alarms."""

from collections.abc import Iterator
from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Entry, Verdict, subject_of
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.outcomes import OUTCOME_OF_VERDICT
from tabuah.operations.messages.entry_bodies import MessageLinked
from tabuah.operations.messages.message import messages_of_incident
from tabuah.operations.units.known_units import UnitIndex
from tabuah.operations.units.missions import incident_of_unit_entry
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.incidents.timeline import TimelineEvent
from tabuah.text.messages.message_events import describe_message_event
from tabuah.text.notices.confirmations import contact_name
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.text.units.unit_events import describe_unit_event

_ASSIGNMENT: Final = "assignment"
_MESSAGE_KINDS: Final = frozenset(
    {
        "message.received",
        "message.alert_ended",
        "message.linked",
        "message.answered",
        "message.answer_withdrawn",
        "message.delivered",
        "message.undelivered",
    }
)


def read_related_events(store: ConsoleStore, incident: Incident) -> tuple[TimelineEvent, ...]:
    """Return the events of an incident's tasks, units, shelters, alarms, notices and so on, in any order."""
    return (
        *_task_events(store, incident),
        *_unit_events(store, incident),
        *_shelter_events(store, incident),
        *_disruption_events(store, incident),
        *_alarm_events(store, incident),
        *_notice_events(store, incident),
        *_message_events(store, incident),
    )


def _task_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    for task in store.tasks():
        if task.incident == incident.id:
            for entry, verdict in store.entries_of(subject_of("task", task.id)):
                yield _event(entry, verdict, f"{describe_entry(entry)}: {task.what}")


def _shelter_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    for shelter in store.shelters():
        if shelter.incident == incident.id:
            for entry, verdict in store.entries_of(subject_of("shelter", shelter.id)):
                yield _event(entry, verdict, f"{describe_entry(entry)}: {shelter.name}")


def _disruption_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    for disruption in store.disruptions():
        if disruption.incident == incident.id:
            for entry, verdict in store.entries_of(subject_of("disruption", disruption.id)):
                yield _event(entry, verdict, f"{describe_entry(entry)}: {disruption.name}")


def _alarm_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    """Yield what happened to the alarms of an incident; the window shows the raising of its origin with the rule."""
    alarms = _alarms_of(store, incident)
    if not alarms:
        return
    stations = {station.code: station for station in store.stations()}
    for alarm in alarms:
        title = alarm_title(alarm, stations.get(alarm.station))
        for entry, verdict in store.entries_of(subject_of("alarm", alarm.id)):
            is_origin = entry.kind == "alarm.raised" and alarm.id == incident.alarm
            if entry.kind != "alarm.linked" and not is_origin:
                yield _event(entry, verdict, f"{describe_entry(entry)}: {title}")


def _alarms_of(store: ConsoleStore, incident: Incident) -> list[Alarm]:
    return [each for each in store.alarms() if each.id == incident.alarm or incident.id in each.incidents]


def _notice_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    """Yield which contacts have confirmed a notice of an incident, its alarms or its tasks."""
    known = store.notices()
    if not known:
        return
    alarms = frozenset(alarm.id for alarm in _alarms_of(store, incident))
    tasks = (subject_of("task", task.id) for task in store.tasks() if task.incident == incident.id)
    subjects = frozenset({subject_of("incident", incident.id), *tasks})
    notices = [n for n in known if not (alarms.isdisjoint(n.alarms) and subjects.isdisjoint(n.subjects))]
    contacts = {contact.id: contact for contact in store.contacts()} if notices else {}
    for notice in notices:
        name = contact_name(notice.contact, contacts)
        for entry, verdict in store.entries_of(subject_of("notice", notice.id)):
            yield _event(entry, verdict, f"{describe_entry(entry)}: {name} ({notice.channel})")


def _message_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    """Yield when the messages about an incident came in and were joined to it, and what became of their answers."""
    for message in messages_of_incident(store.messages(), incident.id):
        for entry, verdict in store.entries_of(subject_of("message", message.id)):
            if entry.kind in _MESSAGE_KINDS and (entry.kind != "message.linked" or _links(entry, incident)):
                yield _event(entry, verdict, describe_message_event(entry, message))


def _links(entry: Entry, incident: Incident) -> bool:
    """Return whether an entry joins a message to this incident; a message may be about several."""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return False
    return isinstance(body, MessageLinked) and body.incident == incident.id


def _unit_events(store: ConsoleStore, incident: Incident) -> Iterator[TimelineEvent]:
    """Yield the steps and check-ins that name the incident."""
    for unit in units_of_incident(store, incident):
        for entry, verdict in store.entries_of(subject_of("unit", unit.id)):
            if incident_of_unit_entry(entry) == incident.id:
                yield _event(entry, verdict, describe_unit_event(entry))


def units_of_incident(store: ConsoleStore, incident: Incident) -> list[Unit]:
    """Return the units that are or were assigned to an incident."""
    world = SubjectWorld(incident.exercise, incident.exercise_id)
    units = [unit for unit in store.units() if SubjectWorld(unit.exercise, unit.exercise_id) == world]
    names = UnitIndex(units)
    texts = set(incident.assignment)
    for writing in incident.writings.get(_ASSIGNMENT, ()):
        texts.update(decode_value(_ASSIGNMENT, writing.value))
    assigned = {unit.id for text in texts if (unit := names.find(text, incident)) is not None}
    return [unit for unit in units if unit.id in assigned or unit.incident == incident.id]


def _event(entry: Entry, verdict: Verdict | None, text: str) -> TimelineEvent:
    return TimelineEvent(
        entry=entry.id,
        at=entry.happened_at,
        written_at=entry.at,
        actor=entry.actor,
        device=entry.device,
        kind=entry.kind,
        text=text,
        verdict=verdict,
        outcome=OUTCOME_OF_VERDICT[verdict],
    )
