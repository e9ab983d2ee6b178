"""The alarm: the fold of its entries, with the ISA-18.2 life cycle, and the cause that groups alarms."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.alarms import entry_bodies
from tabuah.operations.bounds import LatitudeDeg, LongitudeDeg, Quantity
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Entry, ExerciseRef, Verdict, subject_key, subject_kind
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.rule import Neighbours, NeighbourSums, Rule, Silence, Stuck
from tabuah.operations.stations.station import Station


class AlarmState(StrEnum):
    """Alarm states after ISA-18.2: active or returned to normal, acknowledged or not."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    NORMAL = "normal"


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """One escalation step that was taken because the alarm was not answered."""

    step: int
    to: str
    role: Role
    at: datetime
    # Unset by default, so that older states keep their bytes.
    person: str | UnsetType = UNSET  # the supervisor on duty, by the roster
    full_name: str | UnsetType = UNSET
    crew: str | UnsetType = UNSET

    @property
    def person_on_duty(self) -> str:
        """The full name or user name of the supervisor on duty; empty if the roster named nobody."""
        return self.full_name or self.person or ""


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
    value: Quantity | None
    limit: Quantity | None
    unit: str
    hazard: Hazard | None
    lon_deg: LongitudeDeg | None
    lat_deg: LatitudeDeg | None
    cause: str
    exercise: bool
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    shelved_by: str = ""
    shelve_reason: str = ""
    incidents: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    silenced: tuple[str, ...] = ()  # codes of the stations that this alarm reports as silent
    expected: Expectation | None = None
    reason: str = ""
    ended_by: str | UnsetType = UNSET  # the supervisor who ended it in place of its raiser; below why
    end_reason: str | UnsetType = UNSET
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_active(self) -> bool:
        return self.cleared_at is None

    @property
    def state(self) -> AlarmState:
        """Return the life cycle state; shelving is separate, see `is_shelved`."""
        if self.acknowledged_at is None:
            return AlarmState.UNACKNOWLEDGED if self.is_active else AlarmState.RETURNED_UNACKNOWLEDGED
        return AlarmState.ACKNOWLEDGED if self.is_active else AlarmState.NORMAL

    @property
    def escalated(self) -> int:
        """Return the number of the last escalation step taken; 0 if there was none."""
        return self.escalations[-1].step if self.escalations else 0

    def is_shelved(self, now: datetime) -> bool:
        return self.shelved_until is not None and now < self.shelved_until

    def demands_attention(self, now: datetime) -> bool:
        """Return whether the alarm still needs an operator."""
        return self.state is not AlarmState.NORMAL and not self.is_shelved(now)


def fold_alarm(alarm: Alarm | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Alarm | None:
    """Return the alarm after an accepted entry."""
    if isinstance(body, entry_bodies.AlarmRaised):
        return alarm or _raise(entry, body)
    if alarm is None:
        return None
    match body:
        case entry_bodies.AlarmCleared():
            return _clear(alarm, entry, body)
        case entry_bodies.AlarmAcknowledged():
            if alarm.acknowledged_at is not None:
                return alarm
            return msgspec.structs.replace(alarm, acknowledged_at=entry.at, acknowledged_by=entry.actor)
        case entry_bodies.AlarmShelved():
            return msgspec.structs.replace(
                alarm, shelved_until=body.until, shelved_by=entry.actor, shelve_reason=body.reason
            )
        case entry_bodies.AlarmUnshelved():
            return _unshelve(alarm, entry.at)
        case entry_bodies.AlarmLinked():
            return msgspec.structs.replace(alarm, incidents=(*alarm.incidents, body.incident))
        case entry_bodies.AlarmEscalated():
            asked = Escalation(
                step=body.step,
                to=body.to,
                role=body.role,
                at=entry.at,
                person=body.person or UNSET,
                full_name=body.full_name or UNSET,
                crew=body.crew or UNSET,
            )
            return msgspec.structs.replace(alarm, escalations=(*alarm.escalations, asked))
    return alarm


def _clear(alarm: Alarm, entry: Entry, body: entry_bodies.AlarmCleared) -> Alarm:
    if not alarm.is_active:
        return alarm
    alarm = msgspec.structs.replace(alarm, cleared_at=body.cleared_at)
    return msgspec.structs.replace(alarm, ended_by=entry.actor, end_reason=body.reason) if body.reason else alarm


def _unshelve(alarm: Alarm, at: datetime) -> Alarm:
    """End the shelving at `at`; who shelved it and why stays in the state."""
    if not alarm.is_shelved(at):
        return alarm
    return msgspec.structs.replace(alarm, shelved_until=at)


def _raise(entry: Entry, body: entry_bodies.AlarmRaised) -> Alarm:
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
        exercise_ref=entry.exercise_ref,
        silenced=body.silenced,
        evidence=body.evidence,
        expected=body.expected,
        reason=body.reason,
    )


STAGE: Final = "stage"
RAIN: Final = "rain"
SLOPE: Final = "slope"
SHAKING: Final = "shaking"
AIR: Final = "air"
SILENCE: Final = "silence"
LINK: Final = "link"
SENSOR: Final = "sensor"  # the instrument is suspect, not the measured quantity
STORM: Final = "storm"  # of groups only: rain and its consequences
WEATHER: Final = "weather"
VOLCANO: Final = "volcano"

_FAMILIES: Final = {
    "stage_m": STAGE,
    "rain_mm": RAIN,
    "soil_moisture_pct": SLOPE,
    "tilt_deg": SLOPE,
    "pga_g": SHAKING,
    "pm25_ugm3": AIR,
}
SENSOR_CONDITIONS: Final = (Stuck, Neighbours, NeighbourSums)  # conditions that point to a faulty sensor


def alarm_cause(rule: Rule, station: Station) -> str:
    """Return the cause of a rule's alarms at a station; all levels of one gauge share it."""
    family = _FAMILIES.get(rule.parameter, rule.parameter)
    if isinstance(rule.condition, Silence):
        family = SILENCE
    elif isinstance(rule.condition, SENSOR_CONDITIONS):
        family = SENSOR
    return f"{family}/{station.code}"


def link_cause(source: str) -> str:
    """Return the cause of a lost link: no data arrives from this source."""
    return f"{LINK}/{source}"


def cause_family(alarm: Alarm) -> str:
    """Return the family of an alarm's cause: a constant of this module, or a parameter code."""
    return alarm.cause.partition("/")[0] or _FAMILIES.get(alarm.parameter, alarm.parameter)


def is_silence_alarm(alarm: Alarm) -> bool:
    """Return whether the alarm reports missing data instead of a measured value."""
    return cause_family(alarm) in (SILENCE, LINK)


BACKUP_SUBJECT: Final = "backup/server"  # parameter and cause of an alarm about the backups of the server


def is_backup_alarm(alarm: Alarm) -> bool:
    """Return whether an alarm reports that the newest backup of the server is too old."""
    return alarm.parameter == BACKUP_SUBJECT


BULLETIN_KINDS: Final = ("earthquake", "warning", "volcano")


def is_bulletin_alarm(alarm: Alarm) -> bool:
    """Return whether an alarm is about an agency's bulletin, not about a measurement."""
    return subject_kind(alarm.parameter) in BULLETIN_KINDS and "/" in alarm.parameter


def is_frozen_feed(alarm: Alarm) -> bool:
    """Return whether a link answers without new data; its limit is then the allowed time in hours."""
    return cause_family(alarm) == LINK and alarm.limit is not None
