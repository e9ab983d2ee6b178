"""A weather warning as CAP 1.2 (OASIS, 2010) structures it, in values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tabuah.operations.feeds.positions import Position
from tabuah.operations.feeds.remarks import Remark


class CapStatus(StrEnum):
    """Whether the warning is meant; only `ACTUAL` may raise an alarm."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class CapMessageType(StrEnum):
    """New, changed, withdrawn, or an answer between systems."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class CapScope(StrEnum):
    """For whom the warning is meant."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class CapUrgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class CapSeverity(StrEnum):
    """How bad it is; not the severity of an incident and not the level of an alarm."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class CapCertainty(StrEnum):
    """How sure the sender is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class CapReference:
    """An earlier message that this one updates or cancels."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class CapCircle:
    """A round area: centre in EPSG:4326 degrees."""

    centre: Position
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CapArea:
    """Where: BMKG describes only the province in `area_desc`; each polygon is one closed ring."""

    area_desc: str
    polygons: tuple[tuple[Position, ...], ...] = ()
    circles: tuple[CapCircle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapInfo:
    """The warning in one language; times are UTC, `kecamatan` are the names in the description, as written."""

    language: str
    event: str
    urgency: CapUrgency
    severity: CapSeverity
    certainty: CapCertainty
    effective: datetime
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    kecamatan: tuple[str, ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """One CAP message; `notes` tell what was repaired, doubted or left out."""

    identifier: str
    sender: str
    sent: datetime
    status: CapStatus
    msg_type: CapMessageType
    scope: CapScope
    references: tuple[CapReference, ...] = ()
    infos: tuple[CapInfo, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def is_exercise(self) -> bool:
        """Whether it is anything but a real warning."""
        return self.status is not CapStatus.ACTUAL

    def is_in_force(self, now: datetime) -> bool:
        """Whether any part of the message holds at `now` (UTC); a cancellation never does."""
        if self.msg_type not in (CapMessageType.ALERT, CapMessageType.UPDATE):
            return False
        return any(info.effective <= now and (info.expires is None or now < info.expires) for info in self.infos)
