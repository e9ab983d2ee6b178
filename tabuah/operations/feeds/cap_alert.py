"""Weather warnings as CAP 1.2 (OASIS, 2010) structures them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.feeds.positions import Position
from tabuah.operations.feeds.remarks import FeedRemark


class CapStatus(StrEnum):
    """Status of the warning; only `ACTUAL` may raise an alarm."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class CapMessageType(StrEnum):
    """New, changed, cancelled, or an answer between systems."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class CapScope(StrEnum):
    """Audience of the warning."""

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
    """Severity of the event; neither the severity of an incident nor the level of an alarm."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class CapCertainty(StrEnum):
    """Certainty of the sender."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class CapReference(msgspec.Struct, frozen=True):
    """An earlier message that this one updates or cancels."""

    sender: str
    identifier: str
    sent: datetime


class CapCircle(msgspec.Struct, frozen=True):
    """A circular area: centre in EPSG:4326 degrees."""

    centre: Position
    radius_km: float


class CapArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area: BMKG states only the province in `area_desc`; each polygon is one closed ring."""

    area_desc: str
    polygons: tuple[tuple[Position, ...], ...] = ()
    circles: tuple[CapCircle, ...] = ()


class CapInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The warning in one language; times are UTC, `kecamatan` are the names as written in the description."""

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


class CapAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One CAP message; `notes` list the repaired, doubtful and omitted parts."""

    identifier: str
    sender: str
    sent: datetime
    status: CapStatus
    msg_type: CapMessageType
    scope: CapScope
    references: tuple[CapReference, ...] = ()
    infos: tuple[CapInfo, ...] = ()
    notes: tuple[FeedRemark, ...] = ()

    @property
    def is_exercise(self) -> bool:
        """Return whether this is anything but a real warning."""
        return self.status is not CapStatus.ACTUAL

    def is_in_force(self, now: datetime) -> bool:
        """Return whether any part of the message is in force at `now` (UTC); a cancellation never is."""
        if self.msg_type not in (CapMessageType.ALERT, CapMessageType.UPDATE):
            return False
        return any(info.effective <= now and (info.expires is None or now < info.expires) for info in self.infos)
