"""Text about requests for help of crews."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.unit import HelpRequest, Unit
from tabuah.resources.localisation import _, format_age, format_recent_moment
from tabuah.text.exercises.exercise_text import mark_text


def describe_help(request: HelpRequest | None) -> str:
    """Describe a request in short: "MINTA PERTOLONGAN", "pertolongan, ditanggapi rina"; empty without one."""
    if request is None:
        return ""
    if request.acknowledged_at is None:
        return _("HELP NEEDED")
    return _("help, {name} is on it").format(name=request.acknowledged_by)


def help_title(units: Sequence[Unit]) -> str:
    """Return the call signs of the crews that ask for help, as a title."""
    return _("HELP NEEDED: {units}").format(units=", ".join(plain_code(unit.id) for unit in units))


def describe_request(
    unit: Unit, request: HelpRequest, now: datetime, *, number: str, exercises: Mapping[str, Exercise]
) -> str:
    """Return when a crew asked for help, for which incident, with its note, and who has acknowledged it."""
    age = format_age(max(now - request.at, timedelta()))
    taken = ""
    if request.acknowledged_at is not None:
        time = format_recent_moment(request.acknowledged_at, now, zone=False)
        taken = _("acknowledged {time} by {name}").format(time=time, name=request.acknowledged_by)
    since = _("{age} ago, recorded by {name}").format(age=age, name=request.by)
    parts = (unit.name, number, unit.contact, since, request.note, taken)
    return mark_text(" · ".join(part for part in parts if part), unit, exercises)


def no_help_reason(unit: str) -> str:
    return _("{unit} has no open request for help.").format(unit=unit)


def no_unacknowledged_help_reason() -> str:
    return _("No request for help waits for an acknowledgement.")
