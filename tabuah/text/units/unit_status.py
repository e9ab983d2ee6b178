"""Text about units: fields, state, position and distance."""

from datetime import datetime
from typing import Final

from tabuah.operations.units.check_ins import check_in_clock
from tabuah.operations.units.conflict_policy import STATE
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.known_units import UnitActivity
from tabuah.operations.units.positions import PositionSource, UnitPosition
from tabuah.resources.localisation import _, format_age, format_number, ngettext
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.units.check_in_text import describe_check_in_clock
from tabuah.text.units.help_text import describe_help


def describe_unit_state(standing: UnitActivity) -> str:
    """Describe the state of a unit and its incidents: "Menuju lokasi · SLK-7K3A-0012"."""
    numbers = " + ".join(mission.number for mission in standing.missions)
    return " · ".join(part for part in (code_label(standing.state), numbers) if part)


def describe_unit_position(position: UnitPosition | None, now: datetime) -> str:
    """Describe source and age of a position: "GPS, 40 dtk lalu", "menurut ani, 3 jam lalu · usang"."""
    if position is None:
        return _("position not known")
    age = position.age(now)
    if age is None:
        return _("at its post")
    templates = {PositionSource.GPS: _("GPS, {age} ago"), PositionSource.PERSON: _("said by {name}, {age} ago")}
    place = templates[position.source].format(age=format_age(age), name=position.by)
    return _("{place} · old").format(place=place) if position.is_old(now) else place


def format_distance(distance_m: float | None) -> str:
    """Format a straight-line distance: "3,2 km"; empty where it is not known."""
    if distance_m is None:
        return ""
    if distance_m < 1000:
        return f"{format_number(round(distance_m, -1))} m"
    return f"{format_number(distance_m / 1000, digits=1 if distance_m < 100_000 else 0)} km"


_LABELS: Final = {
    "name": "Name",
    "kind": "Kind",
    "opd": "OPD",
    "members": "Members",
    "contact": "Radio",
    "tracker": "GPS",
    "gateway": "GPS gateway",
    "home": "Post",
    "state.forward": "State",
    STATE: "State",
    "places": "Reported positions",
    "check_ins": "Check-ins",
    "help": "Requests for help",
    "retired": "Out of service",
}
_CASES: Final = {
    "state.forward": "a step of the same mission",
    STATE: "any other",
}


def unit_policy_field_label(field: str) -> str:
    """Return the name of a field, with the case in which its row of the policy applies."""
    return f"{_(_LABELS[field])} ({_(_CASES[field])})" if field in _CASES else _(_LABELS[field])


def describe_assignment(text: str, standing: UnitActivity | None, now: datetime) -> str:
    """Describe a text of an assignment; of a unit with its state, whether it asks for help, and is overdue."""
    if standing is None:
        return text
    clock = check_in_clock(standing, current_regency(), now)
    late = describe_check_in_clock(clock, now) if clock is not None and clock.is_overdue(now) else ""
    needs = describe_help(open_help(standing.unit))
    parts = (code_label(standing.state).lower(), needs, describe_double_assignment(standing), late)
    return f"{text} ({', '.join(part for part in parts if part)})"


def describe_double_assignment(activity: UnitActivity) -> str:
    """Return the warning about a unit with two assignments; empty for another unit."""
    return _("assigned twice") if activity.is_double_assigned else ""


def describe_distances_to(number: str) -> str:
    """Return which incident the distances of a list lead to."""
    return _("distances to {number}").format(number=number)


def describe_unit_count(n: int, available: int) -> str:
    """Return the number of units, and of those that are available."""
    units = ngettext("{n} unit", "{n} units", n).format(n=n)
    return _("{units}, {ready} available").format(units=units, ready=available)


def no_unit_reason() -> str:
    return _("Choose a unit first.")


def assigned_already_reason(unit: str) -> str:
    return _("{unit} is assigned there already.").format(unit=unit)
