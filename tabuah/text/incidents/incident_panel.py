"""Text of the details of one incident: origin, facts and notices."""

from collections.abc import Sequence
from datetime import datetime

from tabuah.operations.incidents.clocks import Clock
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_age, format_moment, format_recent_moment, format_time, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.facts import Fact, Facts, known_facts
from tabuah.text.incidents.answers import list_answers, people_at_risk_label, people_at_risk_text
from tabuah.text.incidents.incident_text import position_text, response_clock_text


def describe_origin(incident: Incident) -> str:
    text = _("reported {time} by {channel}")
    return text.format(time=format_time(incident.reported_at), channel=code_label(incident.channel).lower())


def list_incident_facts(incident: Incident, caller: str, now: datetime) -> Facts:
    """Return the facts of an incident without empty values; `caller` may be unknown here."""
    place = incident.place
    return known_facts(
        (
            (_("Hazard"), code_label(incident.hazard)),
            (_("Happened"), _describe_occurrence(incident, now)),
            (_("Jorong"), place.jorong if place else ""),
            (_("Landmark"), place.landmark if place else ""),
            (_("Position"), position_text(place) if place else ""),
            (_("Outside"), place.outside_reason if place else ""),
            (_("Caller"), caller),
            (people_at_risk_label(), people_at_risk_text(incident.intake.people_at_risk) or _("not known")),
            *list_answers(incident),
            (_("Description"), incident.description),
        )
    )


def assigned_units_fact(assignments: list[str]) -> Fact:
    return _("Units"), ", ".join(assignments)


def clock_name(clock: Clock) -> str:
    return clock.name or _("Arrival on scene")


def clock_fact(clock: Clock, now: datetime) -> Fact:
    """Return the name of a running clock, when its limit ends, and how much of it is used or left."""
    if not clock.name:
        text = _("on the scene by {time} · {clock}")
        return _("Due"), text.format(time=format_time(clock.due_at), clock=response_clock_text(clock))
    text = _("by {time} · {clock}")
    return clock.name, text.format(time=format_recent_moment(clock.due_at, now), clock=response_clock_text(clock))


def _describe_occurrence(incident: Incident, now: datetime) -> str:
    age = format_age(now - incident.occurred_at)
    return _("{moment} · {age} ago").format(moment=format_moment(incident.occurred_at), age=age)


def describe_read_only_incident() -> str:
    return _("Changed by a newer version of Tabuah: update it to work on this incident.")


def describe_editors(names: Sequence[str]) -> str:
    """Return who edits an incident on other consoles just now; empty for nobody."""
    if not names:
        return ""
    text = ngettext("{names} is editing this incident", "{names} are editing this incident", len(names))
    return text.format(names=", ".join(names))


def false_report_text() -> str:
    return _("False report")


def describe_held_report(*, own: bool) -> str:
    if own:
        return _("Held: this report waits for a supervisor. It is safe but not visible to others yet.")
    return _("Held: this report has no effect until a supervisor releases it.")


def describe_missing_entries() -> str:
    return _(
        "Older entries of this incident are not here yet; they arrive after the connection to the server is restored."
    )


def describe_report_age(incident: Incident, now: datetime) -> str:
    return _("reported {age} ago").format(age=format_age(now - incident.reported_at))


def waits_for_supervisor_text() -> str:
    return _("waits for a supervisor")
