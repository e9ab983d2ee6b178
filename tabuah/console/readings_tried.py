"""On which readings a rule was tried, and by whom, in words."""

from tabuah.console.series_source import SERVER
from tabuah.operations.rules.trial import Trial
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
