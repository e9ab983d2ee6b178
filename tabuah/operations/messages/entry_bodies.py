"""Bodies of the entries of messages."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_COUNT
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.messages.alert import AlertEnd, AlertKey, MessageAlert
from tabuah.operations.messages.answer import AnswerFailure, AnswerObstacle
from tabuah.operations.messages.message import (
    MOST_ATTACHMENTS,
    ClosingReason,
    Count,
    MessageAttachment,
    MessageChannel,
    MessagePosition,
)
from tabuah.operations.subject_type import UUID_KEY

LONGEST_NOTE: Final = 400  # characters

Commitment = Annotated[str, Meta(max_length=64)]  # to a personal value; empty where there is none
AccountName = Annotated[str, Meta(max_length=200)]
AnswerEntry = Annotated[str, Meta(min_length=1, max_length=200)]  # id of the entry that wrote an answer
ChannelName = Annotated[str, Meta(max_length=40, pattern=r"^([a-z0-9][a-z0-9_-]*)?$")]
StatusText = Annotated[
    str, Meta(max_length=20, pattern=r"^((HTTP|SMTP|Telegram) [0-9]{3})?$")
]  # never a text of the other side
EventId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]
IncidentId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]


class MessageReceived(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message as the server took it from a gateway account.

    `text`, `sender` (name and number), `address` (where an answer goes) and `reply_to` (its id in the other system)
    are commitments to personal values. `obstacle` says why it cannot be answered. `alert` is there for alerts only.
    """

    channel: MessageChannel
    account: AccountName
    text: Commitment = ""
    sender: Commitment = ""
    address: Commitment = ""
    reply_to: Commitment = ""
    automatic: bool = False
    cut: Count = 0
    position: MessagePosition | None = None
    attachments: Annotated[tuple[MessageAttachment, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()
    obstacle: AnswerObstacle | None = None
    alert: MessageAlert | None = None


class MessageRepeated(msgspec.Struct, frozen=True, kw_only=True):
    """The same came again: `count` times by now, counted since the message itself."""

    count: Annotated[int, Meta(ge=1, le=LARGEST_COUNT)]


class AlertEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A later alert of the same sender updated or cancelled this one; `by` is the message of the later one."""

    by: AlertKey
    end: AlertEnd


class MessageLinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is about this incident."""

    incident: IncidentId


class MessageUnlinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is not about this incident."""

    incident: IncidentId


class MessageEventLinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is about this parent event."""

    event: EventId


class MessageEventUnlinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is not about this parent event."""

    event: EventId


class MessageClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The message needs no further work; `other` needs a note."""

    reason: ClosingReason
    note: Annotated[str, Meta(max_length=LONGEST_NOTE, pattern=LINE_PATTERN)] = ""


class MessageReopened(msgspec.Struct, frozen=True, kw_only=True):
    """The message needs work again."""


class MessageAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to the sender; `text` is the commitment to a personal value. The id of the entry names the answer."""

    text: Annotated[str, Meta(min_length=64, max_length=64)]


class AnswerWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """The answer is not to be sent."""

    answer: AnswerEntry


class AnswerDelivered(msgspec.Struct, frozen=True, kw_only=True):
    """The channel has accepted the answer."""

    answer: AnswerEntry
    channel: ChannelName


class AnswerUndelivered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer was not sent and will not be."""

    answer: AnswerEntry
    failure: AnswerFailure
    channel: ChannelName = ""
    status: StatusText = ""
