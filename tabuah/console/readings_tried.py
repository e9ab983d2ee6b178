"""On which readings a rule was tried, by whom, and what raised, in words."""

from tabuah.console.series_source import SERVER
from tabuah.operations.rules.evidence import median_of
from tabuah.operations.rules.trial import Episode, Trial
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number


def tried_words(trial: Trial, source: str) -> str:
    """How many series and readings, since when, and whether the server has tried it or this computer alone."""
    if trial.oldest_at is None:
        told = _("Tried at the server, which has no readings of it in this time.")
        if source != SERVER:
            told = _("Tried on this computer, as no server answers; no readings of it are kept here from this time.")
        return told
    told = _("Tried at the server on {series} series with {readings} readings, since {time}.")
    if source != SERVER:
        told = _(
            "Tried on this computer, as no server answers: on the {series} series with {readings} readings that it"
            " has kept, since {time}."
        )
    return told.format(
        series=format_number(trial.series),
        readings=format_number(trial.readings),
        time=format_moment(trial.oldest_at),
    )


def seen_words(episode: Episode) -> str:
    """What raised it: how a station departed from its neighbours, the values that spoke, or else the worst one."""
    middle = median_of(episode.evidence)
    if episode.peak is not None and middle is not None:
        value, around = format_value(episode.parameter, episode.peak), format_value(episode.parameter, middle)
        return _("{value}, its neighbours {middle}").format(value=value, middle=around)
    spoke = [finding for finding in episode.evidence if finding.holds and finding.value is not None]
    if spoke:
        return " + ".join(format_value(finding.parameter, finding.value or 0.0) for finding in spoke)
    return (
        "" if episode.peak is None else _("peak {value}").format(value=format_value(episode.parameter, episode.peak))
    )
