"""The alarm as the fold of its entries, with the life cycle of ISA-18.2."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.alarms import bodies
from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.forecast.expectation import Expectation
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.evidence import Finding


class AlarmState(StrEnum):
    """ISA-18.2: active or returned to normal, acknowledged or not; shelved for a while."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    NORMAL = "normal"


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody higher was asked, as nobody had answered."""

    step: int
    to: str
    role: Role
    at: datetime


class Alarm(msgspec.Struct, frozen=True, kw_only=True, tag="alarm"):
    """One episode of one rule at one series."""

    id: str
    rule: str
    station: str
    parameter: str
    severity: AlarmSeverity
    title: str
    onset_at: datetime
    raised_at: datetime
    value: float | None
    limit: float | None
    unit: str
    hazard: Hazard | None
    lon_deg: float | None
    lat_deg: float | None
    cause: str
    exercise: bool
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    shelved_by: str = ""
    shelve_reason: str = ""
    incidents: tuple[str, ...] = ()
    evidence: tuple[Finding, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    silenced: tuple[str, ...] = ()  # stations whose silence it speaks for
    expected: Expectation | None = None
    reason: str = ""

    @property
    def is_active(self) -> bool:
        """Whether its condition still holds."""
        return self.cleared_at is None

    @property
    def state(self) -> AlarmState:
        """Where it stands in its life cycle, shelving aside."""
        if self.acknowledged_at is None:
            return AlarmState.UNACKNOWLEDGED if self.is_active else AlarmState.RETURNED_UNACKNOWLEDGED
        return AlarmState.ACKNOWLEDGED if self.is_active else AlarmState.NORMAL

    @property
    def escalated(self) -> int:
        """The last step of escalation that was taken; 0 where none was."""
        return self.escalations[-1].step if self.escalations else 0

    def is_shelved(self, now: datetime) -> bool:
        """Whether it is kept quiet at `now`."""
        return self.shelved_until is not None and now < self.shelved_until

    def demands_attention(self, now: datetime) -> bool:
        """Whether a person must still look at it."""
        return self.state is not AlarmState.NORMAL and not self.is_shelved(now)


def fold_alarm(alarm: Alarm | None, entry: Entry, body: msgspec.Struct) -> Alarm | None:
    """The alarm after an accepted entry."""
    if isinstance(body, bodies.AlarmRaised):
        return alarm or _raise(entry, body)
    if alarm is None:
        return None
    match body:
        case bodies.AlarmCleared():
            return msgspec.structs.replace(alarm, cleared_at=alarm.cleared_at or body.cleared_at)
        case bodies.AlarmAcknowledged():
            if alarm.acknowledged_at is not None:
                return alarm
            return msgspec.structs.replace(alarm, acknowledged_at=entry.at, acknowledged_by=entry.actor)
        case bodies.AlarmShelved():
            return msgspec.structs.replace(
                alarm, shelved_until=body.until, shelved_by=entry.actor, shelve_reason=body.reason
            )
        case bodies.AlarmUnshelved():
            return _unshelve(alarm, entry.at)
        case bodies.AlarmLinked():
            return msgspec.structs.replace(alarm, incidents=(*alarm.incidents, body.incident))
        case bodies.AlarmEscalated():
            asked = Escalation(step=body.step, to=body.to, role=body.role, at=entry.at)
            return msgspec.structs.replace(alarm, escalations=(*alarm.escalations, asked))
    return alarm


def _unshelve(alarm: Alarm, at: datetime) -> Alarm:
    """Shelved until `at` only; that it was shelved, by whom and why stays known."""
    if not alarm.is_shelved(at):
        return alarm
    return msgspec.structs.replace(alarm, shelved_until=at)


def _raise(entry: Entry, body: bodies.AlarmRaised) -> Alarm:
    return Alarm(
        id=subject_key(entry.subject),
        rule=body.rule,
        station=body.station,
        parameter=body.parameter,
        severity=body.severity,
        title=body.title,
        onset_at=body.onset_at,
        raised_at=entry.at,
        value=body.value,
        limit=body.limit,
        unit=body.unit,
        hazard=body.hazard,
        lon_deg=body.lon_deg,
        lat_deg=body.lat_deg,
        cause=body.cause,
        exercise=entry.exercise,
        silenced=body.silenced,
        evidence=body.evidence,
        expected=body.expected,
        reason=body.reason,
    )
