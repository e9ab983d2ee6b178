"""Texts of messages, from values: their state, their files and how many wait."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tabuah.operations.messages.message import Message, MessageAttachment, waiting_messages
from tabuah.resources.localisation import _, format_age, format_moment, format_number, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.messages.alert_text import describe_alert_end
from tabuah.text.messages.answer_text import answered_already, describe_answers, last_answer_failed

MESSAGE_FIELDS: Mapping[str, str] = {
    "channel": "Channel",
    "account": "Gateway account",
    "sender": "Sender",
    "text": "Text",
    "position": "Position",
    "attachments": "Files",
    "incidents": "Incident",
    "events": "Parent event",
    "closed": "Closed",
    "repeats": "Repeated",
    "answers": "Answer",
    "state": "State",
}


def message_field_label(field: str) -> str:
    """Return the name of a field of a message."""
    return _(MESSAGE_FIELDS[field])


def describe_state(message: Message, numbers: Mapping[str, str], now: datetime) -> str:
    """Return what became of a message: its incidents and events, its end, its answers, or that it waits.

    An alert that is over says so.

    Args:
        message: the message.
        numbers: numbers of the known incidents and titles of the known parent events by id.
        now: the time (UTC), after which alerts expire.
    """
    incidents = ", ".join(numbers.get(each, each[:13]) for each in (*message.incidents, *message.events))
    closed = f"{_('closed')}: {code_label(message.closed.reason).lower()}" if message.closed is not None else ""
    end = message.alert_end(now)
    over = describe_alert_end(end) if end is not None else ""
    state = " · ".join(filter(None, (incidents, closed, over, describe_answers(message.answers))))
    if message.waits_at(now):
        return f"{_('waiting')} · {state}" if state else _("waiting")
    return state or _("written by a program")


def describe_closing(message: Message) -> str:
    """Return why, by whom and when the work on a message ended; empty while it is open."""
    closed = message.closed
    if closed is None:
        return ""
    return " · ".join(filter(None, (code_label(closed.reason), closed.note, closed.by, format_moment(closed.at))))


def reminder_before_answer(message: Message) -> str:
    """Return in lines what a person must know before the next answer: the end of the work, and earlier answers."""
    closed = (
        _("The message is closed: {closing}.").format(closing=describe_closing(message)) if message.closed else ""
    )
    return "\n".join(filter(None, (closed, last_answer_failed(message.answers), answered_already(message.answers))))


def describe_attachments(attachments: Sequence[MessageAttachment]) -> str:
    """Return the files that stayed in the other system: "video (200 MB), photo"."""
    return ", ".join(_describe_attachment(each) for each in attachments)


def _describe_attachment(attachment: MessageAttachment) -> str:
    label = code_label(attachment.kind).lower()
    if not attachment.size_bytes:
        return label
    size_mb = attachment.size_bytes / 1_000_000
    return f"{label} ({format_number(size_mb, digits=1 if size_mb < 10 else 0)} MB)"


def describe_repeats(message: Message) -> str:
    """Return how often the same came again; empty for never."""
    if not message.repeats:
        return ""
    return _("{n} times or more").format(n=format_number(message.repeats))


def describe_waiting(messages: Sequence[Message], now: datetime) -> str:
    """Return how many messages wait, and for how long the oldest one."""
    waiting = waiting_messages(messages, now)
    if not waiting:
        return _("No message waits.")
    text = ngettext(
        "{n} message waits, the oldest for {age}.", "{n} messages wait, the oldest for {age}.", len(waiting)
    )
    age = max(timedelta(), now - waiting[0].received_at)
    return text.format(n=format_number(len(waiting)), age=format_age(age))


def message_note_refused_text(limit: int) -> str:
    text = _("The note of a message has at most {n} characters in one line, and no hidden ones. Shorten it.")
    return text.format(n=format_number(limit))


def waiting_notice(count: int, age: timedelta) -> tuple[str, str]:
    """Return how many messages wait and the age of the oldest, short, and what to do about it."""
    text = ngettext("{n} message · {age}", "{n} messages · {age}", count)
    return text.format(n=format_number(count), age=format_age(age)), _("They wait for a person: Ctrl+Shift+M.")
