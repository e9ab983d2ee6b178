"""Sentences about the replay of a past day into an exercise."""

from datetime import datetime

from tabuah.resources.localisation import _, format_moment, format_number, format_short_day, format_time, ngettext
from tabuah.resources.time_zone import zone_label


def describe_replay_content(*, stations: int, readings: int, incidents: int | None) -> str:
    """Return the counts of a past period; None where incidents are not reported again.

    For example "12 stations · 3,456 readings · 4 incident reports".
    """
    parts = [
        ngettext("{n} station", "{n} stations", stations).format(n=stations),
        ngettext("{n} reading", "{n} readings", readings).format(n=format_number(readings)),
    ]
    if incidents is not None:
        parts.append(ngettext("{n} incident report", "{n} incident reports", incidents).format(n=incidents))
    return " · ".join(parts)


def describe_period(since: datetime, until: datetime) -> str:
    """Return a past period of one day: "24 Nov 2026 13.00–24.00 WIB"."""
    return f"{format_short_day(since)} {_clocks(since, until)} {zone_label()}"


def describe_replay_end(ends_at: datetime, speed: float) -> str:
    """Return when a replay ends: "Four times as fast, until 1 Dec 2026 16.30 WIB."."""
    if speed == 1:
        return _("In real time, until {time}.").format(time=format_moment(ends_at))
    text = _("{n} times as fast, until {time}.")
    return text.format(n=format_number(speed), time=format_moment(ends_at))


def left_out_text() -> str:
    """Return which values of the past stay behind."""
    return _(
        "Personal values stay out: callers, names, telephone numbers, titles, descriptions, notes, photos, figures"
        " and exact positions."
    )


def window_closing_text() -> str:
    """Return the effect of closing the window on a replay."""
    return _("If this window is closed, the replay stops; it can go on later and sends what was missed.")


def describe_replay_progress(played: datetime, since: datetime, until: datetime) -> str:
    """Return how far a replay is: "Replay of 24 Nov 2026: 14.20 of 13.00–19.00 (22 %)"."""
    share = min(max((played - since) / (until - since), 0.0), 1.0)
    text = _("Replay of {day}: {time} of {period} ({percent} %)")
    return text.format(
        day=format_short_day(since),
        time=format_time(max(played, since), zone=False),
        period=_clocks(since, until),
        percent=int(share * 100),
    )


def describe_stopped_replay(played: datetime, since: datetime, until: datetime) -> str:
    """Return how far a replay got that does not run."""
    return _("{progress}, stopped").format(progress=describe_replay_progress(played, since, until))


def replay_starting_text() -> str:
    return _("The replay begins: stations are registered in the exercise …")


def counting_text(done: int, total: int) -> str:
    """Return the progress while the readings of a day are counted."""
    if not total:
        return _("The readings of this day are counted at the server …")
    text = _("The readings of this day are counted at the server: {done} of {total} stations …")
    return text.format(done=done, total=total)


def replay_finished_text(name: str) -> str:
    return _("The replay in {name} is complete.").format(name=name)


def replay_stopped_text(name: str) -> str:
    return _("The replay in {name} was stopped. It can go on from the list of exercises.").format(name=name)


def exercise_ended_text(name: str) -> str:
    return _("Exercise {name} has ended.").format(name=name)


def replay_mixing_text() -> str:
    """Return why a replay is refused whose readings would mix with those of another."""
    return _("This exercise has readings of a simulation or an earlier replay in that time. Use another exercise.")


def replay_role_reason() -> str:
    return _("Only a supervisor who is logged in can replay a past day.")


def other_replay_reason(name: str) -> str:
    return _("A replay runs in {name}. Stop it first.").format(name=name)


def _clocks(since: datetime, until: datetime) -> str:
    """Return two times of one day; its end is 24.00."""
    end = format_time(until, zone=False)
    return f"{format_time(since, zone=False)}–{'24.00' if end == '00.00' else end}"
