"""The data of the documents of a parent event."""

from datetime import datetime

import msgspec

from tabuah.console.reports.incident_columns import ListedIncident, listed_incidents
from tabuah.console.reports.incident_report import JournalReference
from tabuah.console.reports.office import Office, read_office
from tabuah.console.reports.report_sources import read_full_names, read_journal_reference
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.event_totals import EventTotals, event_totals
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercises_by_id


class EventSources(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its incidents and totals, as of `as_of`."""

    event: ParentEvent
    members: EventIncidents
    totals: EventTotals
    listed: tuple[ListedIncident, ...]
    pending: frozenset[str]
    as_of: datetime
    author: str
    office: Office
    trace: JournalReference
    people: dict[str, str]
    exercises: dict[str, Exercise]


def read_event_sources(store: ConsoleStore, event: ParentEvent) -> EventSources:
    members = store.event_incidents([event.id]).get(event.id, EventIncidents())
    pending = store.archive.pending()
    ordered = sorted(members.all, key=lambda each: (each.reported_at, each.id))
    listed = listed_incidents(
        ordered,
        pending=lambda key: key in pending,
        target_number=lambda incident: store.archive.number_of(store.archive.final_target(incident.id)),
    )
    return EventSources(
        event=event,
        members=members,
        totals=event_totals(members),
        listed=tuple(listed),
        pending=pending,
        as_of=store.now(),
        author=store.actor,
        office=read_office(store.directory),
        trace=read_journal_reference(store),
        people=read_full_names(store),
        exercises=exercises_by_id(store.exercises()),
    )
