"""One-line summaries of any entry, for the lists of held and rejected entries."""

from typing import Final

from tabuah.operations.entries import Entry
from tabuah.resources.localisation import _
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
    "station.changed": "Station changed",
    "station.retired": "Station retired",
    "station.restored": "Station restored",
    "station.attachment_added": "Photo or document of a station added",
    "station.attachment_removed": "Photo or document of a station removed",
    "unit.registered": "Unit registered",
    "unit.edited": "Unit changed",
    "unit.changed": "Unit changed",
    "unit.moved": "Unit moved",
    "unit.placed": "Unit placed",
    "unit.retired": "Unit retired",
    "rule.written": "Rule written",
    "rule.retired": "Rule retired",
    "bulletin_rule.written": "Rule written",
    "bulletin_rule.retired": "Rule retired",
    "notice.acknowledged": "Notice confirmed by its recipient",
    "message.received": "Message received",
    "message.repeated": "Message repeated",
    "message.linked": "Message joined to an incident",
    "message.unlinked": "Message separated from an incident",
    "message.closed": "Message closed",
    "message.reopened": "Message reopened",
    "call.recorded": "Call recorded",
    "call.corrected": "Call corrected",
    "call.linked": "Call linked to an incident",
    "call.unlinked": "Call taken off its incident",
    "task.added": "Task added",
    "task.changed": "Task changed",
    "task.received": "Disposition received",
    "task.receipt_withdrawn": "Receipt of a disposition taken back",
    "task.done": "Task done",
    "task.cancelled": "Task cancelled",
    "task.reopened": "Task reopened",
    "contact.registered": "Contact added",
    "contact.edited": "Contact changed",
    "contact.retired": "Contact retired",
    "contact.restored": "Contact restored",
    "parent_event.opened": "Parent event opened",
    "parent_event.changed": "Parent event changed",
    "parent_event.closed": "Parent event closed",
    "parent_event.reopened": "Parent event reopened",
    "parent_event.deleted": "Parent event deleted",
    "parent_event.restored": "Parent event restored",
    "exercise.started": "Exercise started",
    "exercise.ended": "Exercise ended",
    "exercise.wiped": "Exercise wiped",
    "aid.recorded": "Line of the aid ledger recorded",
    "aid.corrected": "Line of the aid ledger corrected",
    "shelter.added": "Shelter added",
    "shelter.edited": "Shelter changed",
    "shelter.counted": "Evacuees counted",
    "shelter.count_withdrawn": "Count of evacuees withdrawn",
    "shelter.closed": "Shelter closed",
    "shelter.reopened": "Shelter reopened",
    "shift.started": "Shift started",
    "shift.joined": "Shift joined",
    "shift.logged": "Line of the shift log",
    "shift.promised": "Promise",
    "shift.promise_ended": "Promise ended",
    "shift.handover_prepared": "Handover prepared",
    "shift.handover_confirmed": "Handover confirmed",
    "shift.handover_withdrawn": "Handover withdrawn",
    "shift.closed": "Shift closed",
    "shift.reopened": "Shift reopened",
    "roster.shift_planned": "Shift planned",
    "roster.shift_swapped": "Shift swapped",
    "roster.shift_cleared": "Shift cleared",
    "profile.changed": "Regency profile changed",
}


def describe_entry(entry: Entry) -> str:
    """Return the effect of an entry, in one line."""
    return entry_kind_label(entry.kind) if entry.kind in _KINDS else describe_incident_entry(entry)


def entry_kind_label(kind: str) -> str:
    """Return the label of a kind whose entries need no further text."""
    return _(_KINDS[kind])
