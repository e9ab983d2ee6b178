"""The figures of the alarms in words, each beside what is recommended and whether it is kept.

Recommended: EEMUA 191 (3rd edition, 2013) and ISA-18.2-2016, table 7: one alarm for an operator in ten minutes on
average, at most ten in any, floods in less than 1 % of the time, five standing alarms at most, none that chatters,
the ten busiest points together 5 % at most, about 5 % of the highest severity, 15 % of the middle and 80 % of the
lowest.
"""

from typing import Final

import msgspec

from tabuah.operations.alarms.performance import Performance
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.alarms.verifying import Verification
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.telling import tell_duration
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number

MOST_RATE: Final = 1.0
BEARABLE_RATE: Final = 2.0  # the most that one person can just keep up with
MOST_IN_TEN_MINUTES: Final = 10
MOST_FLOOD_SHARE: Final = 0.01
MOST_STANDING: Final = 5
MOST_TOP_SHARE: Final = 0.05
SEVERITY_SHARES: Final = {
    AlarmSeverity.CRITICAL: 0.05,
    AlarmSeverity.HIGH: 0.15,
    AlarmSeverity.ATTENTION: 0.80,
}
FEWEST_FOR_SHARES: Final = 20  # of fewer alarms a share says nothing


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: what it is, how much, what is recommended, and whether that is kept; None where nothing is said.

    `note` says of how many a share is. A heading has a label only and stands above what belongs to it.
    """

    code: str
    label: str
    value: str
    recommended: str = ""
    is_kept: bool | None = None
    is_heading: bool = False
    note: str = ""

    @property
    def told(self) -> str:
        """The value with what is noted beside it, in one text."""
        return f"{self.value} ({self.note})" if self.note else self.value


def figures_of(found: Performance) -> tuple[Figure, ...]:
    """The figures that have a recommended value first, then the others."""
    return (*_load(found), *_nuisance(found), *_severities(found), *_answers(found))


def verification_figures(found: Verification) -> tuple[Figure, ...]:
    """How right the alarms were."""
    detected, wrong = found.detected_share, found.false_share
    return (
        Figure(code="incidents", label=_("Alarms, held against incidents"), value="", is_heading=True),
        Figure(code="hits", label=_("Hits: an incident was found"), value=str(len(found.hits))),
        Figure(code="misses", label=_("Incidents without an alarm"), value=str(len(found.misses))),
        Figure(code="false_alarms", label=_("False alarms"), value=str(len(found.false_alarms))),
        Figure(code="open", label=_("Not yet settled"), value=str(len(found.open))),
        Figure(code="detected", label=_("Incidents of which an alarm had warned"), value=_share_or_nothing(detected)),
        Figure(code="false", label=_("False alarms among those settled"), value=_share_or_nothing(wrong)),
    )


def _load(found: Performance) -> tuple[Figure, ...]:
    return (
        Figure(
            code="rate",
            label=_("Alarms for one operator in 10 minutes"),
            value=format_number(found.rate, digits=2),
            recommended=f"≤ {format_number(MOST_RATE)}",
            is_kept=found.rate <= MOST_RATE,
        ),
        Figure(
            code="peak",
            label=_("Most alarms in 10 minutes"),
            value=str(found.peak),
            recommended=f"≤ {MOST_IN_TEN_MINUTES}",
            is_kept=found.peak <= MOST_IN_TEN_MINUTES,
        ),
        Figure(
            code="floods",
            label=_("Floods of alarms"),
            value=str(len(found.floods)),
            recommended="0",
            is_kept=not found.floods,
        ),
        Figure(
            code="flood_share",
            label=_("Time in a flood"),
            value=_share(found.flood_share, digits=1),
            recommended=f"≤ {_share(MOST_FLOOD_SHARE)}",
            is_kept=found.flood_share <= MOST_FLOOD_SHARE,
        ),
    )


def _nuisance(found: Performance) -> tuple[Figure, ...]:
    return (
        Figure(
            code="standing",
            label=_("Standing for more than 24 hours"),
            value=str(len(found.standing)),
            recommended=f"≤ {MOST_STANDING}",
            is_kept=len(found.standing) <= MOST_STANDING,
        ),
        Figure(
            code="chattering",
            label=_("Points that chatter"),
            value=str(len(found.chattering)),
            recommended="0",
            is_kept=not found.chattering,
        ),
        Figure(
            code="top_share",
            label=_("Share of the ten busiest points"),
            value=_share(found.top_share),
            recommended=f"≤ {_share(MOST_TOP_SHARE)}",
            is_kept=found.top_share <= MOST_TOP_SHARE if found.raised >= FEWEST_FOR_SHARES else None,
        ),
    )


def _severities(found: Performance) -> tuple[Figure, ...]:
    """The two higher ones should be rare; the lowest is what is left."""
    figures = []
    for severity, wanted in SEVERITY_SHARES.items():
        share = found.share_of(severity)
        is_lowest = severity is AlarmSeverity.ATTENTION
        kept = share >= wanted if is_lowest else share <= wanted
        figures.append(
            Figure(
                code=f"share_{severity.value}",
                label=_("Share of {severity}").format(severity=severity_word(severity)),
                value=_share(share),
                recommended=f"{'≥' if is_lowest else '≤'} {_share(wanted)}",
                is_kept=kept if found.raised >= FEWEST_FOR_SHARES else None,
            )
        )
    return tuple(figures)


def _answers(found: Performance) -> tuple[Figure, ...]:
    return (
        Figure(code="raised", label=_("Alarms raised"), value=str(found.raised)),
        Figure(code="answered", label=_("Answered"), value=str(found.answered)),
        Figure(code="answer_median", label=_("Time to an answer, median"), value=_wait(found.answer_median_s)),
        Figure(code="answer_p90", label=_("Time to an answer, nine of ten"), value=_wait(found.answer_p90_s)),
        Figure(code="escalated", label=_("Escalated"), value=str(found.escalated)),
        Figure(code="shelved", label=_("Shelved"), value=str(found.shelved)),
    )


def _share(share: float, *, digits: int = 0) -> str:
    return f"{format_number(share * 100, digits=digits)} %"


def _share_or_nothing(share: float | None) -> str:
    return "–" if share is None else _share(share)


def _wait(seconds: float | None) -> str:
    """Seconds below two minutes, else whole minutes."""
    if seconds is None:
        return "–"
    return tell_duration(round(seconds) if seconds < 120 else round(seconds / 60) * 60)
