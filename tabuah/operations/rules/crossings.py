"""A crossing: a series passes a limit, or an episode of a rule begins or ends."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.rules.evidence import EvidenceItem


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
