"""Text for alarm performance figures, with the recommended values.

Recommended: EEMUA 191 (3rd edition, 2013) and ISA-18.2-2016, table 7: one alarm per operator
in ten minutes on average and at most ten in any ten minutes, floods in less than 1 % of the
time, at most five standing alarms, none that chatters, at most 5 % from the ten busiest points,
about 5 % of the highest severity, 15 % of the middle and 80 % of the lowest.
"""

from typing import Final

import msgspec

from tabuah.operations.alarms.incident_verification import IncidentVerification
from tabuah.operations.alarms.performance import AlarmPerformance
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.alarms.titles import severity_label
from tabuah.text.rules.rule_text import format_duration

MOST_RATE: Final = 1.0
MOST_IN_TEN_MINUTES: Final = 10
MOST_FLOOD_SHARE: Final = 0.01
MOST_STANDING: Final = 5
MOST_TOP_SHARE: Final = 0.05
SEVERITY_SHARES: Final = {
    AlarmSeverity.CRITICAL: 0.05,
    AlarmSeverity.HIGH: 0.15,
    AlarmSeverity.ATTENTION: 0.80,
}
FEWEST_FOR_SHARES: Final = 20  # below this number of alarms a share means nothing


class PerformanceFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its recommended value; `is_kept` is None if it is not judged.

    `note` gives the number of cases behind a share. A heading has only a label.
    """

    code: str
    label: str
    value: str
    recommended: str = ""
    is_kept: bool | None = None
    is_heading: bool = False
    note: str = ""

    @property
    def value_with_note(self) -> str:
        """Return the value and its note as one text."""
        return f"{self.value} ({self.note})" if self.note else self.value


def performance_figures(found: AlarmPerformance) -> tuple[PerformanceFigure, ...]:
    """Return the figures, those with a recommended value first.

    Without any alarm nothing is judged: an office whose sensors are silent has no good figures.
    """
    judged = (*_load(found), *_nuisance(found), *_severities(found))
    if not found.raised and not found.standing:
        judged = tuple(
            msgspec.structs.replace(figure, value="–", is_kept=None, note=no_data_label()) for figure in judged
        )
    return (*judged, *_answers(found))


def no_data_label() -> str:
    return _("no data")


def verification_figures(found: IncidentVerification) -> tuple[PerformanceFigure, ...]:
    """Return the figures on how often alarms were right."""
    detected, wrong = found.detected_share, found.false_share
    return (
        PerformanceFigure(code="incidents", label=_("Alarms compared with incidents"), value="", is_heading=True),
        PerformanceFigure(code="hits", label=_("Hits: an incident was found"), value=str(len(found.hits))),
        PerformanceFigure(code="misses", label=_("Incidents without an alarm"), value=str(len(found.misses))),
        PerformanceFigure(code="false_alarms", label=_("False alarms"), value=str(len(found.false_alarms))),
        PerformanceFigure(code="open", label=_("Not yet settled"), value=str(len(found.open))),
        PerformanceFigure(
            code="detected", label=_("Incidents with an earlier alarm"), value=_share_or_nothing(detected)
        ),
        PerformanceFigure(code="false", label=_("Share of false alarms"), value=_share_or_nothing(wrong)),
    )


def _load(found: AlarmPerformance) -> tuple[PerformanceFigure, ...]:
    return (
        PerformanceFigure(
            code="rate",
            label=_("Alarms per operator in 10 minutes"),
            value=format_number(found.rate, digits=2),
            recommended=f"≤ {format_number(MOST_RATE)}",
            is_kept=found.rate <= MOST_RATE,
        ),
        PerformanceFigure(
            code="peak",
            label=_("Most alarms in 10 minutes"),
            value=str(found.peak),
            recommended=f"≤ {MOST_IN_TEN_MINUTES}",
            is_kept=found.peak <= MOST_IN_TEN_MINUTES,
        ),
        PerformanceFigure(
            code="floods",
            label=_("Alarm floods"),
            value=str(len(found.floods)),
            recommended="0",
            is_kept=not found.floods,
        ),
        PerformanceFigure(
            code="flood_share",
            label=_("Time in alarm flood"),
            value=_share(found.flood_share, digits=1),
            recommended=f"≤ {_share(MOST_FLOOD_SHARE)}",
            is_kept=found.flood_share <= MOST_FLOOD_SHARE,
        ),
    )


def _nuisance(found: AlarmPerformance) -> tuple[PerformanceFigure, ...]:
    return (
        PerformanceFigure(
            code="standing",
            label=_("Standing alarms (more than 24 hours)"),
            value=str(len(found.standing)),
            recommended=f"≤ {MOST_STANDING}",
            is_kept=len(found.standing) <= MOST_STANDING,
        ),
        PerformanceFigure(
            code="chattering",
            label=_("Points that chatter"),
            value=str(len(found.chattering)),
            recommended="0",
            is_kept=not found.chattering,
        ),
        PerformanceFigure(
            code="top_share",
            label=_("Share of the ten busiest points"),
            value=_share(found.top_share),
            recommended=f"≤ {_share(MOST_TOP_SHARE)}",
            is_kept=found.top_share <= MOST_TOP_SHARE if found.raised >= FEWEST_FOR_SHARES else None,
            note=_few(found),
        ),
    )


def _severities(found: AlarmPerformance) -> tuple[PerformanceFigure, ...]:
    """Judge the severities: the two higher ones should be rare, the lowest frequent."""
    figures = []
    for severity, wanted in SEVERITY_SHARES.items():
        share = found.share_of(severity)
        is_lowest = severity is AlarmSeverity.ATTENTION
        kept = share >= wanted if is_lowest else share <= wanted
        figures.append(
            PerformanceFigure(
                code=f"share_{severity.value}",
                label=_("Share of {severity}").format(severity=severity_label(severity)),
                value=_share(share),
                recommended=f"{'≥' if is_lowest else '≤'} {_share(wanted)}",
                is_kept=kept if found.raised >= FEWEST_FOR_SHARES else None,
                note=_few(found),
            )
        )
    return tuple(figures)


def _answers(found: AlarmPerformance) -> tuple[PerformanceFigure, ...]:
    return (
        PerformanceFigure(code="raised", label=_("Alarms raised"), value=str(found.raised)),
        PerformanceFigure(code="answered", label=_("Answered"), value=str(found.answered)),
        PerformanceFigure(
            code="answer_median", label=_("Time to acknowledge, median"), value=_wait(found.answer_median_s)
        ),
        PerformanceFigure(
            code="answer_p90", label=_("Time to acknowledge, 90th percentile"), value=_wait(found.answer_p90_s)
        ),
        PerformanceFigure(code="escalated", label=_("Escalated"), value=str(found.escalated)),
        PerformanceFigure(code="shelved", label=_("Shelved"), value=str(found.shelved)),
    )


def _few(found: AlarmPerformance) -> str:
    return "" if found.raised >= FEWEST_FOR_SHARES else _("too few alarms")


def _share(share: float, *, digits: int = 0) -> str:
    return f"{format_number(share * 100, digits=digits)} %"


def _share_or_nothing(share: float | None) -> str:
    return "–" if share is None else _share(share)


def _wait(seconds: float | None) -> str:
    """Return seconds below two minutes, else whole minutes."""
    if seconds is None:
        return "–"
    return format_duration(round(seconds) if seconds < 120 else round(seconds / 60) * 60)


def describe_counted_alarms(n: int, mark: str = "") -> str:
    """Return the number of alarms that the figures cover, with the mark of their exercise."""
    if mark:
        return f"{mark} · {ngettext('{n} alarm', '{n} alarms', n).format(n=n)}"
    return ngettext("{n} alarm, without exercises", "{n} alarms, without exercises", n).format(n=n)


def chattering_label() -> str:
    return _("chatters")
