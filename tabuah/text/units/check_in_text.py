"""Text about check-ins of crews: the last one, and when the next one is due."""

from datetime import datetime, timedelta

from tabuah.operations.units.check_ins import CheckInClock
from tabuah.operations.units.unit import CheckIn
from tabuah.resources.localisation import _, format_age, format_recent_moment


def describe_check_in_clock(clock: CheckInClock | None, now: datetime) -> str:
    """Describe when a crew must check in: "lapor sebelum 14.30", "terlambat lapor 12 mnt"; empty without a clock."""
    if clock is None:
        return ""
    if clock.is_overdue(now):
        return _("check-in {age} overdue").format(age=format_age(now - clock.due_at))
    return _("check-in due {time}").format(time=format_recent_moment(clock.due_at, now))


def describe_check_in(check_in: CheckIn | None, now: datetime) -> str:
    """Describe the last check-in: "5 mnt lalu, dicatat ani · aman"; empty if there is none."""
    if check_in is None:
        return ""
    age = format_age(max(now - check_in.at, timedelta()))
    text = _("{age} ago, recorded by {name}").format(age=age, name=check_in.by)
    return f"{text} · {check_in.note}" if check_in.note else text


def not_on_mission_reason(unit: str) -> str:
    return _("{unit} is not on a mission.").format(unit=unit)


def no_check_in_reason(unit: str) -> str:
    return _("{unit} has no check-in.").format(unit=unit)
