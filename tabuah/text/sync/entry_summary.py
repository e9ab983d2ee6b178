"""One-line summaries of any entry, for the lists of held and rejected entries."""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import _
from tabuah.text.incidents.timeline import describe_incident_entry

_KINDS: Final[dict[str, str]] = {
    "alarm.raised": "Alarm raised",
    "alarm.cleared": "Alarm cleared",
    "alarm.acknowledged": "Alarm acknowledged",
    "alarm.shelved": "Alarm shelved",
    "alarm.unshelved": "Alarm unshelved",
    "alarm.linked": "Incident created from an alarm",
    "alarm.escalated": "Alarm escalated",
    "escalation.written": "Escalation changed",
    "maintenance.planned": "Maintenance planned",
    "maintenance.ended": "Maintenance ended",
    "earthquake.reported": "Earthquake reported",
    "warning.issued": "Weather warning issued",
    "warning.withdrawn": "Weather warning withdrawn",
    "volcano.levelled": "Volcano level stated",
    "station.registered": "Station registered",
    "station.edited": "Station changed",
    "station.attachment_added": "Photo or document of a station added",
    "station.attachment_removed": "Photo or document of a station removed",
    "unit.registered": "Unit registered",
    "unit.edited": "Unit changed",
    "unit.moved": "Unit moved",
    "unit.placed": "Unit placed",
    "unit.retired": "Unit retired",
    "rule.written": "Rule written",
    "rule.retired": "Rule retired",
    "bulletin_rule.written": "Rule written",
    "bulletin_rule.retired": "Rule retired",
}


def describe_entry(entry: Entry) -> str:
    """Return what an entry does, in one line."""
    return _(_KINDS[entry.kind]) if entry.kind in _KINDS else describe_incident_entry(entry)


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
        case Incident():
            return value.title
        case Station() | Rule() | BulletinRule() | Unit():
            return value.name
        case Alarm():
            return f"{value.station} {value.parameter}".strip()
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
