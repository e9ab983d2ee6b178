"""The incoming message: what a mapping read from a document of a gateway, with bounded, plain values."""

import re
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.hidden_characters import HIDDEN_CHARACTERS
from tabuah.operations.messages.alert import MessageAlert
from tabuah.operations.messages.message import MessageAttachment, MessageChannel, MessagePosition

LONGEST_TEXT: Final = 4_000  # characters, as long as the longest message of WhatsApp and Telegram
LONGEST_SENDER: Final = 200
LONGEST_ADDRESS: Final = 320  # the longest e-mail address
LONGEST_ID: Final = 500
_BLANK_LINES: Final = re.compile(r"\n{3,}")


class InboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is not recorded yet.

    Attributes:
        external_id: its id in the other system; empty where it has none.
        sender: name and number as people read them.
        address: where an answer goes: a number, a chat, an e-mail address.
        reply_to: the id by which an answer names it in the other system, such as the Message-ID of an e-mail.
        sent_at: when it was written; None if unknown or impossible.
        cut: characters of the text that were left out.
        alert: the alert that it is, without its earlier alerts; None for other messages.
        earlier: the ids of the alerts that it updates or cancels, in the form of `external_id`.
    """

    channel: MessageChannel
    external_id: str = ""
    sender: str = ""
    address: str = ""
    reply_to: str = ""
    text: str = ""
    sent_at: datetime | None = None
    position: MessagePosition | None = None
    attachments: tuple[MessageAttachment, ...] = ()
    automatic: bool = False
    cut: int = 0
    alert: MessageAlert | None = None
    earlier: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to answer: no text, no position, no file and no alert."""
        return not (self.text or self.position or self.attachments or self.alert)


def plain_line(text: str, longest: int) -> str:
    """Return a text in one line without hidden characters, cut to `longest`."""
    return " ".join(remove_hidden(text).split())[:longest]


def plain_lines(text: str) -> str:
    """Return a text without hidden characters, trailing spaces and long gaps."""
    lines = (line.rstrip() for line in remove_hidden(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def remove_hidden(text: str) -> str:
    """Return a text whose hidden characters, and halves of characters, are gone; line breaks are line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return HIDDEN_CHARACTERS.sub("", text).encode("utf-8", "ignore").decode()
