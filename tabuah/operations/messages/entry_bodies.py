"""Bodies of the entries of messages."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_COUNT
from tabuah.operations.hidden_characters import LINE_PATTERN
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
IncidentId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]


class MessageReceived(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message as the server took it from a gateway account.

    `text`, `sender` (name and number) and `address` (where an answer goes) are commitments to personal values.
    """

    channel: MessageChannel
    account: AccountName
    text: Commitment = ""
    sender: Commitment = ""
    address: Commitment = ""
    automatic: bool = False
    cut: Count = 0
    position: MessagePosition | None = None
    attachments: Annotated[tuple[MessageAttachment, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()


class MessageRepeated(msgspec.Struct, frozen=True, kw_only=True):
    """The same came again: `count` times by now, counted since the message itself."""

    count: Annotated[int, Meta(ge=1, le=LARGEST_COUNT)]


class MessageLinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is about this incident."""

    incident: IncidentId


class MessageUnlinked(msgspec.Struct, frozen=True, kw_only=True):
    """The message is not about this incident."""

    incident: IncidentId


class MessageClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The message needs no further work; `other` needs a note."""

    reason: ClosingReason
    note: Annotated[str, Meta(max_length=LONGEST_NOTE, pattern=LINE_PATTERN)] = ""


class MessageReopened(msgspec.Struct, frozen=True, kw_only=True):
    """The message needs work again."""
