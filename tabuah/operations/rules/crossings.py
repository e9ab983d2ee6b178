"""A crossing: the moment at which a series passes a limit, or a rule's episode begins or ends."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.forecast.expectation import Expectation
from tabuah.operations.rules.evidence import Finding


class CrossingKind(StrEnum):
    """`reached` and `left` speak of the limit; `raised` and `cleared` of the alarm, after duration and hysteresis.

    `suppressed` and `suppressed_left` are `reached` and `left` while the station was worked on: no alarm follows.
    """

    REACHED = "reached"
    LEFT = "left"
    RAISED = "raised"
    CLEARED = "cleared"
    SUPPRESSED = "suppressed"
    SUPPRESSED_LEFT = "suppressed_left"


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """One crossing. `onset_at` is when the episode began; `value` is what was measured, or the sum of a window.

    `evidence` is what was looked at where that is more than one series, `expected` when a forecast limit will be
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
    evidence: tuple[Finding, ...] = ()
    expected: Expectation | None = None
