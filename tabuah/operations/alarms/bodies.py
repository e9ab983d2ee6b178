"""What the entries of an alarm carry."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Moment
from tabuah.operations.forecast.expectation import Expectation
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.evidence import Finding

LONGEST_SHELVING: Final = timedelta(hours=24)


class AlarmRaised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule found its condition true; `onset_at` is fixed here and late data never change it."""

    rule: str
    station: str
    parameter: str
    severity: AlarmSeverity
    onset_at: Moment
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    title: str = ""
    hazard: Hazard | None = None
    lon_deg: float | None = None
    lat_deg: float | None = None
    cause: str = ""  # alarms of one cause are shown as one group
    silenced: tuple[str, ...] = ()  # stations whose silence this one speaks for: codes
    evidence: tuple[Finding, ...] = ()  # what was looked at where that is more than one series
    expected: Expectation | None = None  # when a limit that is only forecast will be reached
    reason: str = ""  # why nothing comes, as far as whoever raised it knew


class AlarmCleared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The condition is over."""

    cleared_at: Moment
    value: float | None = None


class AlarmAcknowledged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person has seen it."""

    note: str = ""


class AlarmShelved(msgspec.Struct, frozen=True, kw_only=True):
    """Quiet until `until`, for a reason."""

    until: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class AlarmUnshelved(msgspec.Struct, frozen=True, kw_only=True):
    """It is heard again, before its shelving would have ended."""


class AlarmEscalated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody answered for `waited_s` seconds: `to`, who works under `role`, is asked; `step` counts from 1."""

    step: Annotated[int, Meta(ge=1, le=9)]
    to: Annotated[str, Meta(min_length=1, max_length=80)]
    waited_s: float
    role: Role = Role.SUPERVISOR


class EscalationWritten(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked after how long, anew; every version stays in history."""

    policy: EscalationPolicy


class AlarmLinked(msgspec.Struct, frozen=True, kw_only=True):
    """An incident was made of it."""

    incident: str
