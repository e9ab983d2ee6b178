"""The CAP 1.2 alert in a message, and its end by a later alert of the same sender."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText, ProseText, StoredMoment, bounded
from tabuah.operations.entries import Moment
from tabuah.operations.feeds.cap_alert import (
    CapCertainty,
    CapMessageType,
    CapScope,
    CapSeverity,
    CapStatus,
    CapUrgency,
)
from tabuah.operations.subject_type import UUID_KEY

MOST_REFERENCES: Final = 50
MOST_RINGS: Final = 1_000
MOST_POINTS: Final = 2_000  # of all rings

# Written for programs: no person has to read it.
_NO_WORK: Final = frozenset({CapStatus.TEST, CapStatus.DRAFT, CapStatus.SYSTEM})
_ANSWERS: Final = frozenset({CapMessageType.ACK, CapMessageType.ERROR})

AlertKey = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]  # of the message of an alert
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
AlertRing = Annotated[tuple[tuple[Longitude, Latitude], ...], bounded(max_length=MOST_POINTS)]


class AlertEnd(StrEnum):
    """Why an alert needs no further work, other than by an act of a person."""

    UPDATED = "updated"  # by a later alert of its sender
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class AlertWords(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The words of an alert that its sender has published."""

    identifier: IdText
    sender: LabelText
    event: LabelText = ""
    headline: ProseText = ""
    area: ProseText = ""


class MessageAlert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert that came as a message; its complete text is a personal value of the message.

    Attributes:
        words: None where the scope is restricted or private: then all words are sealed.
        expires: None without an end.
        rings: closed outer rings of the area in EPSG:4326, (longitude, latitude); circles are rings, too.
        earlier: messages of the alerts that this one updates or cancels, known here or not.
    """

    status: CapStatus
    message: CapMessageType
    scope: CapScope
    sent: Moment
    urgency: CapUrgency = CapUrgency.UNKNOWN
    severity: CapSeverity = CapSeverity.UNKNOWN
    certainty: CapCertainty = CapCertainty.UNKNOWN
    effective: Moment | None = None
    expires: Moment | None = None
    words: AlertWords | None = None
    rings: Annotated[tuple[AlertRing, ...], bounded(max_length=MOST_RINGS)] = ()
    earlier: Annotated[tuple[AlertKey, ...], Meta(max_length=MOST_REFERENCES)] = ()

    @property
    def is_exercise(self) -> bool:
        """Whether it is anything but a real alert."""
        return self.status is not CapStatus.ACTUAL

    @property
    def is_work(self) -> bool:
        """Whether a person has to read it: not a test, a draft, or an answer between programs."""
        return self.status not in _NO_WORK and self.message not in _ANSWERS

    @property
    def ends_earlier(self) -> AlertEnd | None:
        """How it ends the alerts that it names; None for a new alert."""
        match self.message:
            case CapMessageType.UPDATE:
                return AlertEnd.UPDATED
            case CapMessageType.CANCEL:
                return AlertEnd.CANCELLED
        return None

    def has_expired(self, now: datetime) -> bool:
        """Return whether its time is over."""
        return self.expires is not None and self.expires <= now


class AlertClosure(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an alert by a later one of its sender; `by` is the message of the later one."""

    end: AlertEnd
    by: AlertKey
    at: StoredMoment


def ends(later: MessageAlert, earlier: MessageAlert) -> AlertEnd | None:
    """Return how a later alert ends an earlier one that it names; None if it does not end it.

    Only an alert that was sent later ends another one, so two alerts that name each other do not end both. An
    exercise ends no real alert, and the other way round.
    """
    if later.sent <= earlier.sent or later.is_exercise != earlier.is_exercise:
        return None
    return later.ends_earlier
