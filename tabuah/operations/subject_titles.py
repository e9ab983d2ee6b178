"""Number and title of the subject of an entry, also where only its report is known."""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.calls.call import Call
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.rules.rule import Rule
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.unit import Unit

_MOST_OF_NOTE: Final = 120


def subject_number(entry: Entry, value: SubjectValue | None, among: Iterable[Entry] = ()) -> str:
    """Return the incident number of an entry, else the key of its subject.

    If the incident is not known, its report may be `among` other entries without effect.
    """
    if isinstance(value, Incident):
        return value.number
    report = _report_of(entry, among)
    return report.number if report else subject_key(entry.subject)


def subject_title(entry: Entry, value: SubjectValue | None, among: Iterable[Entry] = ()) -> str:
    """Return the title of an entry's subject; empty if unknown."""
    match value:
        case Incident() | ParentEvent():
            return value.title
        case Station() | Rule() | BulletinRule() | Unit() | Exercise() | Contact() | Shelter() | Disruption():
            return value.name
        case AidLine():
            return value.shown.item
        case Alarm():
            return f"{value.station} {value.parameter}".strip()
        case Call():
            return " ".join(value.note.split())[:_MOST_OF_NOTE]
        case Task():
            return value.what
        case WeekRoster():
            return value.week
        case DutyShift():
            return value.crew.name
    report = _report_of(entry, among)
    return report.title if report else ""


def _report_of(entry: Entry, among: Iterable[Entry]) -> IncidentReported | None:
    same = (other for other in (entry, *among) if other.subject == entry.subject)
    return next((report for other in same if (report := _report(other)) is not None), None)


def _report(entry: Entry) -> IncidentReported | None:
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    return body if isinstance(body, IncidentReported) else None
