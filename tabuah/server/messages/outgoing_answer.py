"""An answer as a channel sends it, made from the personal values that are not erased."""

from typing import Final, NamedTuple

from tabuah.operations.messages.answer import LONGEST_ANSWER, AnswerFailure, MessageAnswer
from tabuah.operations.messages.inbound_message import plain_line, plain_lines
from tabuah.operations.messages.message import Message
from tabuah.operations.messages.reply_address import OWN_KEY, email_address, message_id
from tabuah.operations.notices.channels import NoticeChannel, SmtpChannel
from tabuah.server.database.personal_values import personal_value_of
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.message_sender import NoticeMessage

_LONGEST_TITLE: Final = 150


class OutgoingAnswer(NamedTuple):
    """An answer that can be sent, and the name of its channel."""

    channel: str
    message: NoticeMessage


def prepare_answer(
    journal: ServerJournal, message: Message, answer: MessageAnswer, channel: NoticeChannel | None
) -> OutgoingAnswer | AnswerFailure:
    """Return an answer as its channel sends it, or the reason why it cannot be sent."""
    if channel is None:
        return AnswerFailure.NO_CHANNEL
    text = _value(journal, answer.entry, "text")
    address = _value(journal, message.received_entry, "address")
    if text is None or address is None:
        return AnswerFailure.ERASED
    if not text or len(text) > LONGEST_ANSWER or plain_lines(text) != text:
        return AnswerFailure.INVALID
    reply_to = _value(journal, message.received_entry, "reply_to") or ""
    if isinstance(channel, SmtpChannel):
        address, reply_to = email_address(address), message_id(reply_to)
    if not address:
        return AnswerFailure.NO_ADDRESS
    received = _value(journal, message.received_entry, "text") or ""
    outgoing = NoticeMessage(
        key=f"{OWN_KEY}{answer.entry}",
        address=address,
        name=_value(journal, message.received_entry, "sender") or "",
        title=_title(received),
        text=text,
        sent_at=answer.at,
        reply_to=reply_to,
        is_answer=True,
    )
    return OutgoingAnswer(channel.name, outgoing)


def _title(received: str) -> str:
    """Return the subject of an e-mail: that of the message, which is the first line of its text."""
    line = plain_line(received.partition("\n")[0], _LONGEST_TITLE)
    return line if line.casefold().startswith("re:") else f"Re: {line}".strip()


def _value(journal: ServerJournal, entry: str, field: str) -> str | None:
    return journal.read(lambda connection: personal_value_of(connection, entry, field))
