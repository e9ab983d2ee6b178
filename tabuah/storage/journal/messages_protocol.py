"""Records of the HTTP interface for messages that gateways deliver."""

from enum import StrEnum

import msgspec


class MessageResult(StrEnum):
    """What the server did with one message of a document."""

    RECORDED = "recorded"
    KNOWN = "known"  # it was delivered before
    COUNTED = "counted"  # the same as an earlier one, which counts it
    LIMITED = "limited"  # the sender writes too much at once; the newest message counts it
    EMPTY = "empty"  # there is no text, position or file that the mapping finds


class MessageReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one message; `id` is the message that has it, empty where there is none."""

    result: MessageResult
    id: str = ""


class MessagesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a document, in its order."""

    messages: tuple[MessageReceipt, ...] = ()


class MailboxesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The part of `/health` about mailboxes, by their accounts.

    `failing` are those that cannot be read, `paused` those that a person has paused. `is_file_valid` is false if
    messages.toml cannot be used; the settings before it stay in force.
    """

    failing: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    is_file_valid: bool = True
