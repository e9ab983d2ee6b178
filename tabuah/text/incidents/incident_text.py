"""Text about an incident: titles, place, field labels, conflict policies and response clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.operations.codes import Status
from tabuah.operations.incidents.clocks import Clock, is_late, next_clock
from tabuah.operations.incidents.conflict_policy import DELETED, FORWARD_STEP, MERGED_INTO, STATUS, MergePolicy
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.level_names import name_with_level
from tabuah.resources.localisation import _, format_age, format_number, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.tasks.task_text import escalated_note


def place_text(place: IncidentPlace | None) -> str:
    """Return a place in one line: "Nagari Koto Baru, Kubung"; coordinates if the nagari is unknown."""
    if place is None:
        return _("Place unknown")
    if not place.nagari:
        where = format_decimal_degrees(place.lon_deg, place.lat_deg)
        return _("Outside the regency · {where}").format(where=where) if place.outside_reason else where
    return ", ".join(part for part in (nagari_text(place.nagari), place.kecamatan) if part)


def nagari_text(nagari: str) -> str:
    """Return a nagari with its type: "Nagari Koto Baru"."""
    return name_with_level(_("Nagari"), nagari)


def certainty_text(place: IncidentPlace | None) -> str:
    """Return a note if the nagari is only an estimate, or only the nagari is known."""
    if place is None or not place.nagari:
        return ""
    if place.radius_m is not None:
        return nagari_centre_text(place)
    return _("estimate") if place.certainty is PlaceCertainty.APPROXIMATE else ""


def nagari_centre_text(place: IncidentPlace) -> str:
    """Return how exact a point is: "centre of the nagari, ± 3 km"; empty for a point that was chosen itself."""
    return _("centre of the nagari, {radius}").format(radius=radius_text(place)) if place.radius_m else ""


def radius_text(place: IncidentPlace | None) -> str:
    """Return the radius around a point: "± 3 km"; empty for a point that was chosen itself."""
    if place is None or not place.radius_m:
        return ""
    return _("± {km} km").format(km=format_number(place.radius_m / 1000))


def position_text(place: IncidentPlace) -> str:
    """Return the coordinates, after a note where they are the centre of a nagari."""
    if centre := nagari_centre_text(place):
        return f"{centre} ({format_decimal_degrees(place.lon_deg, place.lat_deg, digits=2)})"
    return format_decimal_degrees(place.lon_deg, place.lat_deg)


_LABELS: Final = {
    "title": "Title",
    "description": "Description",
    "hazard": "Hazard",
    "channel": "Channel",
    "occurred_at": "Occurred at",
    "severity": "Severity",
    "assignment": "Assigned to",
    "place": "Place",
    "jorong": "Jorong",
    "landmark": "Landmark",
    "area": "Affected area",
    FORWARD_STEP: "Status",
    STATUS: "Status",
    MERGED_INTO: "Merged into",
    DELETED: "Deleted",
    "parent_event": "Parent event",
    "notes": "Notes",
    "attachments": "Photos and files",
    "figures": "Casualties and damage, by source",
    "caller": "Caller",
    "answers": "Answers of callers, by question",
    "people_at_risk": "People at risk",
}
_LONG_LIMIT: Final = timedelta(hours=3)
_ZERO: Final = timedelta()
_CASES: Final = {
    FORWARD_STEP: "a step forward",
    STATUS: "back, closing, reopening, false report, merging",
    MERGED_INTO: "another target, or a circle of merges",
    DELETED: "while another person works on it",
}
_POLICIES: Final[dict[str, str]] = {
    MergePolicy.LAST_WINS: "the last one in server order wins; the other stays in the history",
    MergePolicy.PERSON_DECIDES: "a conflict: both are kept until a person settles it",
    MergePolicy.FURTHEST_WINS: "the furthest step wins; both times are kept",
    MergePolicy.KEEP_BOTH: "both are kept",
}


def field_label(field: str) -> str:
    """Return the name of a field in the current language; journals may name fields that do not exist."""
    return _(_LABELS[field]) if field in _LABELS else _("unknown field")


def policy_field_label(field: str) -> str:
    """Return the name of a field, with the case in which its row of the policy applies."""
    return f"{field_label(field)} ({_(_CASES[field])})" if field in _CASES else field_label(field)


def describe_policy(policy: MergePolicy) -> str:
    """Return a policy in the current language."""
    return _(_POLICIES[policy])


def board_summary(incidents: Iterable[Incident], now: datetime) -> str:
    """Return the count of open and overdue incidents: "14 terbuka · 3 lewat waktu"."""
    open_ones = [incident for incident in incidents if incident.is_open]
    late = sum(is_late(incident, now) for incident in open_ones)
    text = _("{n} open").format(n=len(open_ones))
    return f"{text} · {ngettext('{n} late', '{n} late', late).format(n=late)}" if late else text


def short_title(incident: Incident) -> str:
    """Return the title without the nagari, which the next line shows."""
    nagari = incident.place.nagari if incident.place else ""
    return incident.title.removesuffix(f", {nagari_text(nagari)}") if nagari else incident.title


def full_title(hazard_label: str, nagari: str) -> str:
    """Return the default title of an incident: "Banjir, Nagari Koto Baru"."""
    return f"{hazard_label}, {nagari_text(nagari)}" if nagari else hazard_label


def response_clock_text(clock: Clock) -> str:
    """Return how much of a short limit is used, or is left of a long one: "11 dari 15 mnt", "2 hari lagi".

    A limit that was escalated says so.
    """
    late = clock.used - clock.allowed
    if clock.allowed > _LONG_LIMIT:
        text = (_("{age} late") if late > _ZERO else _("in {age}")).format(age=format_age(abs(late)))
    else:
        used, allowed = (int(each.total_seconds() // 60) for each in (clock.used, clock.allowed))
        text = _("{used} of {allowed} min").format(used=used, allowed=allowed)
    return " · ".join(filter(None, (text, escalated_note(clock.due_at, clock.started_at + clock.used))))


def late_mark(incident: Incident, now: datetime) -> str:
    """Return whether a clock of an incident has run out, and was escalated: "late", "late, escalated"; else empty."""
    clock = next_clock(incident, now)
    if clock is None or not clock.is_overdue:
        return ""
    return ", ".join(filter(None, (_("late"), escalated_note(clock.due_at, now))))


def status_action_label(incident: Incident, status: Status) -> str:
    here, there = incident.status.rank, status.rank
    name = code_label(status)
    if incident.status is Status.CLOSED or (here is None and there is not None):
        return _("Reopen: {status}").format(status=name)
    if here is not None and there is not None and there < here:
        return _("Back to: {status}").format(status=name)
    return f"{name} …" if status in (Status.ASSIGNED, Status.CLOSED, Status.FALSE_REPORT) else name


def detailed_place_text(place: IncidentPlace) -> str:
    """Return a place with its jorong and landmark: two versions often differ only in these."""
    return ", ".join(part for part in (jorong_text(place.jorong), place_text(place), place.landmark) if part)


def jorong_text(jorong: str) -> str:
    """Return a jorong with its type; empty for none."""
    return name_with_level(_("Jorong"), jorong) if jorong else ""


def no_incident_reason() -> str:
    """Return why an action on an incident is not possible: none is chosen."""
    return _("Choose an incident first.")


def held_report_reason() -> str:
    return _("This report waits for a supervisor; until then nothing can be added to it.")


def no_place_reason() -> str:
    """Return why nothing can be shown on the map."""
    return _("There is no alarm, and no incident with a place is chosen.")
