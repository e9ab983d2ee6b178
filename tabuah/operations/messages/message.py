"""The message: what came in by a messenger, a form or e-mail, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta

from tabuah.operations.bounds import (
    LARGEST_COUNT,
    LARGEST_FILE_BYTES,
    IdText,
    LabelText,
    LatitudeDeg,
    LongitudeDeg,
    StoredMoment,
    bounded,
)
from tabuah.operations.codes import Channel
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.messages.alert import AlertClosure, AlertEnd, MessageAlert
from tabuah.operations.messages.answer import AnswerObstacle, AnswerState, MessageAnswer, MessageAnswers

MOST_INCIDENTS: Final = 20
MOST_EVENTS: Final = 20
MOST_ATTACHMENTS: Final = 20

Count = Annotated[int, Meta(ge=0, le=LARGEST_COUNT)]


class MessageChannel(StrEnum):
    """The system by which a message came in."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    EMAIL = "email"
    FORM = "form"  # a submission of ODK, Kobo or a web form
    CAP = "cap"  # an alert of an authority in the Common Alerting Protocol
    OTHER = "other"


class ClosingReason(StrEnum):
    """Why a message needs no further work."""

    ANSWERED = "answered"  # the sender was answered or called
    INFORMATION = "information"  # a question or a statement, not an event
    PRANK = "prank"
    SPAM = "spam"
    AUTOMATIC = "automatic"  # written by another program
    OTHER = "other"  # with a note


# A repeated message of these senders stays one message while it is closed.
OF_ROBOTS: Final = frozenset({ClosingReason.SPAM, ClosingReason.AUTOMATIC})


class AttachmentKind(StrEnum):
    """Kind of a file that came with a message and stayed in the other system."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


class MessageAttachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a message; 0 bytes where the size is not known. Its name may be personal and is not kept."""

    kind: AttachmentKind
    size_bytes: Annotated[int, Meta(ge=0, le=LARGEST_FILE_BYTES)] = 0


class MessagePosition(msgspec.Struct, frozen=True, kw_only=True):
    """The position that a sender shared, in degrees, EPSG:4326."""

    lon_deg: LongitudeDeg
    lat_deg: LatitudeDeg


class Closing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The end of the work on a message."""

    reason: ClosingReason
    by: IdText
    at: StoredMoment
    note: LabelText = ""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="message"):
    """A message that came in. Its text and its sender are personal values of `received_entry`.

    Attributes:
        id: the key of its subject, computed by the server from the id in the other system.
        account: the gateway account that delivered it.
        received_entry: id of the entry with the personal values.
        sent_at: when the sender wrote it.
        received_at: when the server received it.
        changed_at: when it came in, or a person changed it last.
        automatic: whether its sender is a program; it waits for no answer.
        cut: characters of the text that were not kept.
        repeats: how often the same came again, at least.
        incidents: ids of the incidents that it is about.
        events: ids of the parent events that it is about.
        closed: the end of the work on it; None while it is open.
        answers: the answers to its sender, in the order of the server.
        obstacle: the reason why it could not be answered when it came in; None if it could.
        alert: the alert that it is; None for the message of a person.
        alert_closure: the end of the alert by a later one.
    """

    id: IdText
    channel: MessageChannel
    account: IdText
    received_entry: IdText
    sent_at: StoredMoment
    received_at: StoredMoment
    changed_at: StoredMoment
    automatic: bool = False
    cut: Count = 0
    position: MessagePosition | None = None
    attachments: Annotated[tuple[MessageAttachment, ...], bounded(max_length=MOST_ATTACHMENTS)] = ()
    repeats: Count = 0
    incidents: Annotated[tuple[IdText, ...], bounded(max_length=MOST_INCIDENTS)] = ()
    events: Annotated[tuple[IdText, ...], bounded(max_length=MOST_EVENTS)] = ()
    closed: Closing | None = None
    answers: MessageAnswers = ()
    obstacle: AnswerObstacle | None = None
    alert: MessageAlert | None = None
    alert_closure: AlertClosure | None = None
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_waiting(self) -> bool:
        """Whether it is open, not joined to an incident or an event and not answered, and no program wrote it.

        An alert that a later one ended does not wait. One that has expired does not, either: see `waits_at`.
        """
        is_dealt_with = self.closed is not None or self.is_linked or self.is_answered
        return not is_dealt_with and not self.automatic and self.alert_closure is None

    @property
    def is_linked(self) -> bool:
        """Whether it is about an incident or a parent event."""
        return bool(self.incidents or self.events)

    def waits_at(self, now: datetime) -> bool:
        """Return whether it waits for a person at `now` (UTC)."""
        return self.is_waiting and not (self.alert is not None and self.alert.has_expired(now))

    def alert_end(self, now: datetime) -> AlertEnd | None:
        """Return why its alert is over at `now` (UTC); None while it is in force, and for other messages."""
        if self.alert is None:
            return None
        if self.alert_closure is not None:
            return self.alert_closure.end
        return AlertEnd.EXPIRED if self.alert.has_expired(now) else None

    @property
    def is_answered(self) -> bool:
        """Whether an answer was sent or waits to be sent."""
        return any(answer.stands for answer in self.answers)

    @property
    def has_failed_answer(self) -> bool:
        """Whether an answer was not sent, and no other one was sent or waits."""
        return not self.is_answered and any(answer.state is AnswerState.FAILED for answer in self.answers)

    @property
    def unsent_answers(self) -> tuple[MessageAnswer, ...]:
        """The answers without a result; they can be withdrawn."""
        return tuple(answer for answer in self.answers if answer.is_unsent)

    @property
    def answer_obstacle(self) -> AnswerObstacle | None:
        """Why it cannot be answered; None if it can."""
        return AnswerObstacle.AUTOMATIC if self.is_of_program else self.obstacle

    @property
    def is_of_program(self) -> bool:
        """Whether no person would read an answer; alerts are sent by programs."""
        return self.automatic or self.alert is not None

    def answer(self, entry: str) -> MessageAnswer | None:
        """Return the answer that an entry wrote."""
        return next((answer for answer in self.answers if answer.entry == entry), None)


def incident_channel(channel: MessageChannel) -> Channel:
    """Return the channel of an incident that a message reports."""
    return Channel.WHATSAPP if channel is MessageChannel.WHATSAPP else Channel.MESSAGE


def waiting_messages(messages: Iterable[Message], now: datetime) -> list[Message]:
    """Return the messages that wait for a person at `now` (UTC), the longest waiting first."""
    return sorted(
        (message for message in messages if message.waits_at(now)), key=lambda each: (each.received_at, each.id)
    )


def messages_of_incident(messages: Iterable[Message], incident_id: str) -> list[Message]:
    """Return the messages that are linked to an incident, in their order."""
    return [message for message in messages if incident_id in message.incidents]
