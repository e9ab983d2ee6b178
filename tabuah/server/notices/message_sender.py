"""Sending of one message through a channel.

DeliveryFailed   the channel did not accept the message; `permanent` if it never will
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Protocol

import msgspec

from tabuah.resources.fault_isolation import DATA_FAULTS, record_fault
from tabuah.resources.localisation import _
from tabuah.server.notices.notice_queue import Delivery
from tabuah.text.notices.notice_text import with_link

# Errors of one message, or bugs. Those of the queue or the journal are `ServerError` and pass.
SENDING_FAULTS: Final = (*DATA_FAULTS, RuntimeError)


class DeliveryFailed(Exception):
    """The channel did not accept a message.

    `permanent` means that another attempt would fail in the same way; `retry_after_s` is the pause that the other
    side asked for. `summary` is the message without the words of the other side, which often name the recipient: it
    may be logged.
    """

    def __init__(self, summary: str, words: str = "", *, permanent: bool = False, retry_after_s: float = 0.0) -> None:
        self.summary, self.permanent, self.retry_after_s = summary, permanent, retry_after_s
        super().__init__(f"{summary} {words}".strip())


class NoticeMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as a channel sends it; `key` is the same at each attempt.

    Attributes:
        reply_to: id of the message that it answers in the other system; of an e-mail a valid Message-ID.
        is_answer: whether a person wrote it as an answer.
    """

    key: str
    address: str
    name: str
    title: str
    text: str
    sent_at: datetime
    reply_to: str = ""
    is_answer: bool = False


class MessageSender(Protocol):
    """Sends messages of one channel; belongs to one thread, except `abort`."""

    def send(self, message: NoticeMessage) -> str:
        """Send a message and return the receipt.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        ...

    def abort(self) -> None:
        """End a transfer that runs; called from another thread."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


@contextmanager
def faults_as_failures(kind: str, name: str) -> Iterator[None]:
    """Raise `DeliveryFailed` for a fault of one message, which must not hold up the others; log and count it.

    Args:
        kind: the kind of the message, for the log and the counts.
        name: its key, without personal data.
    """
    try:
        yield
    except SENDING_FAULTS as error:
        record_fault(kind, name, error)
        raise DeliveryFailed(_("a fault of the program ({error})").format(error=type(error).__name__)) from error


def message_of(delivery: Delivery, link: str = "") -> NoticeMessage:
    """Return the message of a delivery, with the link by which the contact confirms it."""
    return NoticeMessage(
        key=delivery.key,
        address=delivery.address,
        name=delivery.contact_name,
        title=delivery.title,
        text=with_link(delivery.text, link) if link else delivery.text,
        sent_at=delivery.created_at,
    )
