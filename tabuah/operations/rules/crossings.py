"""A crossing: a series passes a limit, or an episode begins or ends, with the inputs as evidence."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Annotated

import msgspec

from tabuah.operations.bounds import IdText, LabelText, Quantity, bounded
from tabuah.operations.entries import Moment
from tabuah.operations.forecast.stage_forecast import Expectation


class EvidenceItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The value of one series at the decisive moment.

    `part` is the number of the rule's part, from 1; 0 is the rule's own series. `holds` is whether it
    supported the alarm; None if there was no value or only an old one.
    """

    station: IdText
    parameter: LabelText
    part: Annotated[int, bounded(ge=0, le=1000)] = 0
    holds: bool | None = None
    value: Quantity | None = None
    at: Moment | None = None
    limit: Quantity | None = None


def neighbour_median(evidence: Iterable[EvidenceItem]) -> float | None:
    """Return the median of the neighbours' valid values; None without any."""
    values = [finding.value for finding in evidence if finding.part and finding.value is not None]
    return median(values) if values else None


class CrossingKind(StrEnum):
    """Kind of a crossing.

    `reached` and `left` refer to the limit; `raised` and `cleared` to the alarm, after duration and
    hysteresis. `suppressed` and `suppressed_left` are `reached` and `left` during maintenance: they
    raise no alarm.
    """

    REACHED = "reached"
    LEFT = "left"
    RAISED = "raised"
    CLEARED = "cleared"
    SUPPRESSED = "suppressed"
    SUPPRESSED_LEFT = "suppressed_left"


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """One crossing. `onset_at` is the start of the episode; `value` is the reading or the sum of a window.

    `evidence` has the inputs of a rule over several series; `expected` is when a forecast limit will be
    reached.
    """

    kind: CrossingKind
    rule: str
    station: str
    parameter: str
    at: datetime
    onset_at: datetime
    value: float | None = None
    limit: float | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    expected: Expectation | None = None
