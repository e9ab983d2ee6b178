"""Bodies of alarm entries."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.bounds import IdText, LabelText, LatitudeDeg, LongitudeDeg, ProseText, Quantity, bounded
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Moment
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.crossings import EvidenceItem

StationCodes = Annotated[tuple[IdText, ...], bounded(max_length=10_000)]
Evidence = Annotated[tuple[EvidenceItem, ...], bounded(max_length=1000)]
LONGEST_SHELVING: Final = timedelta(hours=24)
LONGEST_END_REASON: Final = 400


class AlarmRaised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule was triggered. `onset_at` is fixed here; late readings never change it."""

    rule: IdText
    station: IdText
    parameter: LabelText
    severity: AlarmSeverity
    onset_at: Moment
    value: Quantity | None = None
    limit: Quantity | None = None
    unit: IdText = ""
    title: LabelText = ""
    hazard: Hazard | None = None
    lon_deg: LongitudeDeg | None = None
    lat_deg: LatitudeDeg | None = None
    cause: LabelText = ""  # alarms with the same cause form one group
    silenced: Annotated[
        tuple[IdText, ...], bounded(max_length=10_000)
    ] = ()  # codes of the stations that this alarm reports as silent
    evidence: Annotated[
        tuple[EvidenceItem, ...], bounded(max_length=1000)
    ] = ()  # inputs of a rule over several series
    expected: Expectation | None = None  # of a forecast rule: when the limit will be reached
    reason: LabelText = ""  # why no data arrives, if the raiser knew


class AlarmCleared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The alarm condition has ended, or a supervisor has ended the alarm for a `reason`."""

    cleared_at: Moment
    value: Quantity | None = None
    reason: Annotated[str, Meta(max_length=LONGEST_END_REASON)] = ""


class AlarmAcknowledged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person has acknowledged the alarm."""

    note: ProseText = ""


class AlarmShelved(msgspec.Struct, frozen=True, kw_only=True):
    """The alarm is shelved until `until`."""

    until: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class AlarmUnshelved(msgspec.Struct, frozen=True, kw_only=True):
    """The alarm was unshelved before its shelving ended."""


class AlarmEscalated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The alarm was unanswered for `waited_s` seconds and was escalated to `to`.

    `role` is the role of `to`; `step` counts from 1. `person` is the supervisor on duty, with the crew, where the
    roster names one.
    """

    step: Annotated[int, Meta(ge=1, le=9)]
    to: Annotated[str, Meta(min_length=1, max_length=80)]
    waited_s: Quantity
    role: Role = Role.SUPERVISOR
    person: IdText = ""
    full_name: LabelText = ""
    crew: LabelText = ""


class EscalationWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A new version of the escalation policy."""

    policy: EscalationPolicy


class AlarmLinked(msgspec.Struct, frozen=True, kw_only=True):
    """The alarm was linked to an incident."""

    incident: IdText
