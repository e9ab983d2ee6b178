"""Text about possible duplicates of a report."""

from datetime import datetime
from typing import Final

from tabuah.operations.incidents.duplicates import Duplicate
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_age
from tabuah.text.code_labels import code_label
from tabuah.text.units.unit_status import format_distance

_MAX_WORDS: Final = 3


def duplicate_title(incident: Incident) -> str:
    return f"{incident.number} · {incident.title}"


def describe_duplicate(duplicate: Duplicate, now: datetime) -> str:
    """Return why an incident may be the same event: "same hazard · 0.4 km · 2 min ago · same words: bridge"."""
    incident = duplicate.incident
    hazard = _("same hazard") if duplicate.same_hazard else code_label(incident.hazard)
    distance = format_distance(duplicate.distance_m)
    age = _("{age} ago").format(age=format_age(now - incident.reported_at))
    return " · ".join(filter(None, (hazard, distance, age, _shared_words_text(duplicate.shared_words))))


def _shared_words_text(words: tuple[str, ...]) -> str:
    return _("same words: {words}").format(words=", ".join(words[:_MAX_WORDS])) if words else ""


def describe_linked(incident: Incident) -> str:
    """Return why an incident is proposed for an alarm: it was made of an alarm of the same group."""
    return " · ".join((_("made of the same alarms"), code_label(incident.status)))


def added_report_text(channel_label: str, note: str) -> str:
    """Return the note of another report of an incident."""
    text = _("Reported again by {channel}").format(channel=channel_label.lower())
    return f"{text}: {note}" if note else text


def added_text(number: str) -> str:
    return _("The report is added to {number}.").format(number=number)


def added_alarms_text(number: str) -> str:
    return _("The alarms are added to {number}.").format(number=number)


def similar_incidents_text(numbers: list[str]) -> str:
    """Return a hint after a report on the command line."""
    text = _("Perhaps the same event as {numbers}; if so, use `tabuah incident merge`.")
    return text.format(numbers=", ".join(numbers))
