"""Addresses for answers, and marks of addresses and messages of programs."""

import re
from typing import Final

from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import MessageChannel

OWN_KEY: Final = "tabuah-"  # begins the Message-ID of each answer
_EMAIL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_IN_BRACKETS: Final = re.compile(r"<([^<>]*)>\s*\Z")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")
_OWN_ID: Final = re.compile(rf"<?{OWN_KEY}[0-9A-Za-z-]{{8,80}}@")
# RFC 5321 and RFC 2142: programs of mail servers. They report that a mail did not arrive.
_MAIL_PROGRAMS: Final = frozenset({"mailer-daemon", "postmaster"})
_UNREAD: Final = re.compile(r"(no|donot|do-not|do_not)[-_.]?reply([-_.+].*)?|bounces?([-_.+].*)?")


def email_address(text: str) -> str:
    """Return the one plain address in a text such as `Yanti <yanti@example.org>`; empty if there is none."""
    in_brackets = _IN_BRACKETS.search(text)
    found = in_brackets[1] if in_brackets is not None else text.strip()
    return found if _EMAIL.fullmatch(found) else ""


def message_id(text: str) -> str:
    """Return the Message-ID of an e-mail in angle brackets; empty if it is not valid in a header."""
    word = text.strip()
    word = word if word.startswith("<") else f"<{word}>"
    return word if _MESSAGE_ID.fullmatch(word) else ""


def is_of_program(message: InboundMessage) -> bool:
    """Return whether a program wrote an e-mail: a mail server, or Tabuah itself, whose mail came back."""
    if message.channel is not MessageChannel.EMAIL:
        return False
    return is_mail_program(message.address) or _OWN_ID.match(message.external_id.strip()) is not None


def is_mail_program(address: str) -> bool:
    """Return whether an e-mail address is that of a mail server, such as `mailer-daemon`."""
    return _local_part(address) in _MAIL_PROGRAMS


def obstacle_of(message: InboundMessage, *, has_channel: bool) -> AnswerObstacle | None:
    """Return why a message that comes in cannot be answered; None if it can.

    Args:
        message: the message.
        has_channel: whether its account has an answer channel.
    """
    if not has_channel:
        return AnswerObstacle.NO_CHANNEL
    if message.channel is not MessageChannel.EMAIL:
        return None if message.address else AnswerObstacle.NO_ADDRESS
    if not email_address(message.address):
        return AnswerObstacle.NO_ADDRESS
    return AnswerObstacle.NO_REPLY if _UNREAD.fullmatch(_local_part(message.address)) else None


def _local_part(address: str) -> str:
    return email_address(address).partition("@")[0].casefold()
