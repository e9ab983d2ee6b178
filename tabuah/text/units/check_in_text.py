"""Text about check-ins of crews: the last one, and when the next one is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.check_ins import CheckInClock
from tabuah.operations.units.known_units import UnitActivity
from tabuah.operations.units.unit import CheckIn
from tabuah.resources.localisation import _, format_age, format_recent_moment, ngettext
from tabuah.text.exercises.exercise_text import mark_text

_NAMED: Final = 4  # crews in one message


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


def describe_overdue_crews(crews: Sequence[UnitActivity]) -> str:
    """Return how many crews were not heard, with the first call signs: "2 regu terlambat lapor: TRC-01, DMK-02"."""
    names = ", ".join(plain_code(each.unit.id) for each in crews[:_NAMED])
    text = ngettext("{n} crew has not checked in: {names}", "{n} crews have not checked in: {names}", len(crews))
    more = " …" if len(crews) > _NAMED else ""
    return text.format(n=len(crews), names=names) + more


def describe_overdue_crew(
    activity: UnitActivity, clock: CheckInClock, now: datetime, exercises: Mapping[str, Exercise]
) -> str:
    """Return the incidents of a crew and since when it is overdue, marked in an exercise."""
    numbers = " + ".join(mission.number for mission in activity.missions)
    text = " · ".join(part for part in (describe_check_in_clock(clock, now), numbers) if part)
    return mark_text(text, activity.unit, exercises)


def not_on_mission_reason(unit: str) -> str:
    return _("{unit} is not on a mission.").format(unit=unit)


def no_check_in_reason(unit: str) -> str:
    return _("{unit} has no check-in.").format(unit=unit)
