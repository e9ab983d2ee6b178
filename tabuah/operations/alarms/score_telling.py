"""Scores in words: every case is counted, and a share is told only where there are cases enough to speak of one."""

from typing import Final

from tabuah.operations.alarms.performance_telling import Figure
from tabuah.operations.alarms.score import Score
from tabuah.operations.rules.telling import tell_duration
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number

FEWEST: Final = 10  # cases: of fewer, one more or less moves a share by over ten in a hundred

_WEATHER: Final = (
    N_("Weather warnings, held against measured rain"),
    N_("Hits: a gauge there passed a limit in time"),
    N_("Passed limits without a warning"),
)
_RIVER: Final = (
    N_("Forecasts of rivers, held against their gauges"),
    N_("Hits: the level came in time"),
    N_("Levels that came without a forecast"),
)


def weather_figures(found: Score) -> tuple[Figure, ...]:
    """How right the weather warnings were."""
    return _figures("weather", _WEATHER, found)


def river_figures(found: Score) -> tuple[Figure, ...]:
    """How right the forecasts of rivers were."""
    return tuple(figure for figure in _figures("river", _RIVER, found) if figure.code != "river_unmeasured")


def _figures(code: str, words: tuple[str, str, str], found: Score) -> tuple[Figure, ...]:
    heading, hits, misses = words
    lead_s = found.median_lead_s
    counted = (
        ("hits", _(hits), str(len(found.hits))),
        ("misses", _(misses), str(len(found.misses))),
        ("false_alarms", _("False alarms: nothing came"), str(len(found.false_alarms))),
        ("late", _("Too late: it had begun"), str(len(found.late))),
        ("open", _("Not over yet"), str(len(found.open))),
        ("unmeasured", _("Cannot be told: nothing measured there"), str(len(found.unmeasured))),
    )
    shares = (
        ("pod", _("Said before it came (POD)"), len(found.hits), found.came),
        ("far", _("False among all that was said (FAR)"), len(found.false_alarms), found.said),
        ("csi", _("Hits among all cases (CSI)"), len(found.hits), found.said + len(found.misses)),
    )
    lead = "–" if lead_s is None else tell_duration(_minutes(lead_s))
    return (
        Figure(code=code, label=_(heading), value="", is_heading=True),
        *(Figure(code=f"{code}_{name}", label=label, value=value) for name, label, value in counted),
        *(_share(f"{code}_{name}", label, part, count) for name, label, part, count in shares),
        Figure(code=f"{code}_lead", label=_("Time from the first word, median"), value=lead),
    )


def _share(code: str, label: str, part: int, count: int) -> Figure:
    """So many of so many; a share only of enough."""
    if not count:
        return Figure(code=code, label=label, value="–")
    counted = _("{part} of {count}").format(part=part, count=count)
    if count < FEWEST:
        return Figure(code=code, label=label, value="–", note=_("{counted}, too few").format(counted=counted))
    return Figure(code=code, label=label, value=f"{format_number(part / count * 100)} %", note=counted)


def _minutes(seconds: float) -> int:
    """Whole minutes, in seconds."""
    return round(seconds / 60) * 60
