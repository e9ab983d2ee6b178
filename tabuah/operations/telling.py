"""Any entry in words, for trays: what it says and what it is about."""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bodies import decode_body
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import tell
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectValue
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import _

_KINDS: Final[dict[str, str]] = {
    "alarm.raised": "Alarm raised",
    "alarm.cleared": "Alarm over",
    "alarm.acknowledged": "Alarm acknowledged",
    "alarm.shelved": "Alarm shelved",
    "alarm.unshelved": "Alarm heard again",
    "alarm.linked": "Incident made of an alarm",
    "alarm.escalated": "Alarm escalated",
    "escalation.written": "Escalation changed",
    "maintenance.planned": "Maintenance planned",
    "maintenance.ended": "Maintenance over",
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


def entry_words(entry: Entry) -> str:
    """What an entry says, in one line."""
    return _(_KINDS[entry.kind]) if entry.kind in _KINDS else tell(entry)


def number_of(entry: Entry, value: SubjectValue | None, among: Iterable[Entry] = ()) -> str:
    """The number of the incident that an entry is about; else the key of its subject.

    Where the incident is not known, its report may be `among` other entries that took no effect.
    """
    if isinstance(value, Incident):
        return value.number
    report = _report_of(entry, among)
    return report.number if report else subject_key(entry.subject)


def title_of(entry: Entry, value: SubjectValue | None, among: Iterable[Entry] = ()) -> str:
    """What an entry is about, found in the same way; empty where only its number is known."""
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
