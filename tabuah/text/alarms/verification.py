"""Text for verification scores; a ratio is shown only with enough cases."""

from typing import Final

from tabuah.operations.alarms.verification import VerificationResult
from tabuah.operations.alarms.verification_score import VerificationScore
from tabuah.resources.localisation import N_, _, format_number
from tabuah.text.alarms.performance import PerformanceFigure, verification_figures
from tabuah.text.rules.rule_text import format_duration

FEWEST_CASES: Final = 10  # with fewer cases, one case changes the ratio by more than 10 %

_WEATHER: Final = (
    N_("Weather warnings compared with measured rain"),
    N_("Hits: a gauge passed a limit in time"),
    N_("Misses: limit passed without a warning"),
)
_RIVER: Final = (
    N_("River forecasts compared with gauges"),
    N_("Hits: the level was reached in time"),
    N_("Misses: level reached without a forecast"),
)


def weather_figures(found: VerificationScore) -> tuple[PerformanceFigure, ...]:
    """Return the figures on weather warnings."""
    return _figures("weather", _WEATHER, found)


def river_figures(found: VerificationScore) -> tuple[PerformanceFigure, ...]:
    """Return the figures on river forecasts."""
    return tuple(figure for figure in _figures("river", _RIVER, found) if figure.code != "river_unmeasured")


def _figures(code: str, words: tuple[str, str, str], found: VerificationScore) -> tuple[PerformanceFigure, ...]:
    heading, hits, misses = words
    lead_s = found.median_lead_s
    counted = (
        ("hits", _(hits), str(len(found.hits))),
        ("misses", _(misses), str(len(found.misses))),
        ("false_alarms", _("False alarms: nothing happened"), str(len(found.false_alarms))),
        ("late", _("Too late: the event had begun"), str(len(found.late))),
        ("open", _("Still valid"), str(len(found.open))),
        ("unmeasured", _("Not verifiable: no measurements"), str(len(found.unmeasured))),
    )
    shares = (
        ("pod", _("Probability of detection (POD)"), len(found.hits), found.observed_count),
        ("far", _("False alarm ratio (FAR)"), len(found.false_alarms), found.forecast_count),
        ("csi", _("Critical success index (CSI)"), len(found.hits), found.forecast_count + len(found.misses)),
    )
    lead = "–" if lead_s is None else format_duration(_minutes(lead_s))
    return (
        PerformanceFigure(code=code, label=_(heading), value="", is_heading=True),
        *(PerformanceFigure(code=f"{code}_{name}", label=label, value=value) for name, label, value in counted),
        *(_share(f"{code}_{name}", label, part, count) for name, label, part, count in shares),
        PerformanceFigure(code=f"{code}_lead", label=_("Lead time, median"), value=lead),
    )


def _share(code: str, label: str, part: int, count: int) -> PerformanceFigure:
    """Return a ratio with its counts; the percentage only with enough cases."""
    if not count:
        return PerformanceFigure(code=code, label=label, value="–")
    counted = _("{part} of {count}").format(part=part, count=count)
    if count < FEWEST_CASES:
        return PerformanceFigure(
            code=code, label=label, value="–", note=_("{counted}, too few").format(counted=counted)
        )
    return PerformanceFigure(code=code, label=label, value=f"{format_number(part / count * 100)} %", note=counted)


def _minutes(seconds: float) -> int:
    """Round to whole minutes, in seconds."""
    return round(seconds / 60) * 60


def all_verification_figures(found: VerificationResult) -> tuple[PerformanceFigure, ...]:
    """Return all figures, each kind under its heading."""
    return (*verification_figures(found.alarms), *weather_figures(found.weather), *river_figures(found.rivers))
