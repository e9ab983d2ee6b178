"""Text about possible duplicates of a report."""

from datetime import datetime

from tabuah.operations.incidents.duplicates import Duplicate
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_age, format_number
from tabuah.text.code_labels import code_label


def duplicate_heading() -> str:
    return _("Is it the same event?")


def duplicate_hint() -> str:
    return _("Enter adds this report to it · N is a new incident")


def duplicate_unanswered() -> str:
    """Return the error of a report that is saved while a possible duplicate is open."""
    return _("Choose first: the same event (Enter) or a new one (N).")


def duplicate_title(incident: Incident) -> str:
    return f"{incident.number} · {incident.title}"


def describe_duplicate(duplicate: Duplicate, now: datetime) -> str:
    """Return why an incident may be the same event: "same hazard · 0.4 km · 2 min ago · Reported"."""
    incident = duplicate.incident
    hazard = _("same hazard") if duplicate.same_hazard else code_label(incident.hazard)
    distance = _("{km} km away").format(km=format_number(duplicate.distance_m / 1000, digits=1))
    age = _("reported {age} ago").format(age=format_age(now - incident.reported_at))
    return " · ".join((hazard, distance, age, code_label(incident.status)))


def add_title(number: str) -> str:
    return _("Add to {number}").format(number=number)


def add_explanation() -> str:
    return _("The caller and the note are added to this incident. Esc: a new incident after all.")


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
