"""Text about the result of a rule trial: its basis, count, omissions and evidence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.rules.crossings import neighbour_median
from tabuah.operations.rules.rule_trial import RuleEpisode, RuleTrial
from tabuah.resources.localisation import _, format_age, format_moment, format_number, format_time, ngettext
from tabuah.text.readings.measurements import format_value

_MOSTLY_COVERED: Final = 0.9  # share of the days with data, from which a count is given for all of them
_SERVER: Final = "server"  # the name of `ServerSeries`


def describe_trial_basis(trial: RuleTrial, source: str) -> str:
    """Describe the series and readings of a trial, and whether it ran at the server or locally."""
    if trial.oldest_at is None:
        message = _("Tried at the server, which has no readings of it in this time.")
        if source != _SERVER:
            message = _(
                "Tried on this computer, as no server answers; no readings of it are kept here from this time."
            )
        return message
    message = _("Tried at the server on {series} series with {readings} readings, since {time}.")
    if source != _SERVER:
        message = _(
            "Tried on this computer, as no server answers: on the {series} series with {readings} readings that it"
            " has kept, since {time}."
        )
    return message.format(
        series=format_number(trial.series),
        readings=format_number(trial.readings),
        time=format_moment(trial.oldest_at),
    )


def describe_episode_evidence(episode: RuleEpisode) -> str:
    """Describe the evidence: deviation from neighbours, else the contributing values, else the peak."""
    middle = neighbour_median(episode.evidence)
    if episode.peak is not None and middle is not None:
        value, around = format_value(episode.parameter, episode.peak), format_value(episode.parameter, middle)
        return _("{value}, its neighbours {middle}").format(value=value, middle=around)
    contributing = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if contributing:
        return " + ".join(format_value(finding.parameter, finding.value or 0.0) for finding in contributing)
    return (
        "" if episode.peak is None else _("peak {value}").format(value=format_value(episode.parameter, episode.peak))
    )


def describe_episode_time(episode: RuleEpisode) -> str:
    """Describe when the alarm would have been raised and cleared."""
    until = _("still up")
    if episode.cleared_at is not None:
        same_day = episode.cleared_at.date() == episode.onset_at.date()
        until = format_time(episode.cleared_at) if same_day else format_moment(episode.cleared_at)
    return f"{format_moment(episode.onset_at)} – {until}"


def no_readings_text() -> str:
    return _("There are no readings to try it on.")


def describe_raised_count(fired: int, days: int) -> str:
    """Describe how often the rule would have raised an alarm."""
    text = ngettext(
        "It would have been raised {n} time in {days} days.",
        "It would have been raised {n} times in {days} days.",
        fired,
    )
    return text.format(n=format_number(fired), days=days)


def describe_raised_count_in_data(trial: RuleTrial, days: int, until: datetime) -> str:
    """Describe how often the rule would have raised an alarm, and on how much data if it is less than asked for."""
    fired = len(trial.episodes)
    if trial.oldest_at is None:
        return no_readings_text()
    covered = until - trial.oldest_at
    if covered >= timedelta(days=days) * _MOSTLY_COVERED:
        return describe_raised_count(fired, days)
    text = ngettext(
        "It would have been raised {n} time in {span} of data; {days} days were asked for.",
        "It would have been raised {n} times in {span} of data; {days} days were asked for.",
        fired,
    )
    return text.format(n=format_number(fired), span=format_age(covered), days=days)


def list_trial_omissions(trial: RuleTrial, left: int) -> Iterator[str]:
    """Describe the omitted rest of the list."""
    if left:
        yield ngettext("{n} older one is not listed.", "{n} older ones are not listed.", left).format(n=left)
    unlearnt = len(trial.too_little_history)
    if unlearnt:
        text = ngettext("{n} gauge has too little history.", "{n} gauges have too little history.", unlearnt)
        yield text.format(n=unlearnt)
