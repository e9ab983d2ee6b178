"""Sentences on exercises: their state and content, the window in one, and why something is not possible."""

from tabuah.operations.exercises.exercise import Exercise
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.text.sync.verdict_reasons import describe_reason


def describe_state(exercise: Exercise) -> str:
    """Return the state with its time: "running since 24 Nov 14.30 WIB"."""
    if exercise.wiped_at is not None:
        return _("wiped {time}").format(time=format_moment(exercise.wiped_at))
    if exercise.ended_at is not None:
        return _("ended {time}").format(time=format_moment(exercise.ended_at))
    return _("running since {time}").format(time=format_moment(exercise.started_at))


def describe_content(*, incidents: int, alarms: int, stations: int, units: int) -> str:
    """Return the counts that are not zero: "3 incidents · 12 stations"."""
    parts = (
        (incidents, ngettext("{n} incident", "{n} incidents", incidents)),
        (alarms, ngettext("{n} active alarm", "{n} active alarms", alarms)),
        (stations, ngettext("{n} station", "{n} stations", stations)),
        (units, ngettext("{n} unit", "{n} units", units)),
    )
    return " · ".join(text.format(n=count) for count, text in parts if count)


def describe_window_world(exercise: Exercise | None) -> str:
    """Return the sentence after the name of the exercise in the band of a window."""
    if exercise is not None and exercise.is_wiped:
        return _("Its data is wiped.")
    if exercise is not None and not exercise.is_running:
        return _("It has ended and can only be read.")
    return _("Not a real event. New entries belong to the exercise.")


def over_reason(exercise: Exercise | None) -> str:
    """Return why nothing can be written in an exercise that is over; empty while it runs, or without one."""
    return "" if exercise is None or exercise.is_running else describe_reason("exercise_ended")


def real_world_reason() -> str:
    return _("The window shows the real world.")


def shown_already_reason() -> str:
    return _("The window shows it already.")


def end_reason(exercise: Exercise) -> str:
    """Return why an exercise cannot be ended; empty where it can."""
    return "" if exercise.is_running else _("It has ended already.")


def wipe_reason(exercise: Exercise) -> str:
    """Return why an exercise cannot be wiped; empty where it can."""
    if exercise.is_wiped:
        return _("It is wiped already.")
    return _("It is still running. End it first.") if exercise.is_running else ""


def real_alarm_title(count: int) -> str:
    """Return the heading of the strip that calls a window in an exercise back to the real world."""
    return ngettext("REAL ALARM", "{n} REAL ALARMS", count).format(n=count)


def describe_real_alarm(title: str) -> str:
    """Return the text of that strip: the newest alarm and the next step."""
    return f"{title} · {_('Leave the exercise.')}"
