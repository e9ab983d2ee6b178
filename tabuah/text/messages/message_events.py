"""Events of messages and their answers, as lines of a timeline."""

from tabuah.operations.entries import Entry
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.messages.entry_bodies import AlertEnded, AnswerUndelivered
from tabuah.operations.messages.message import Message
from tabuah.text.code_labels import code_label
from tabuah.text.messages.alert_text import describe_alert_end, published_headline
from tabuah.text.messages.answer_text import describe_failure
from tabuah.text.sync.entry_summary import describe_entry

_LONGEST_TEXT = 240  # characters of an answer in one line


def describe_message_event(entry: Entry, message: Message) -> str:
    """Return an entry of a message in one line, without personal values: "Answer to a message sent (WhatsApp)"."""
    text = f"{describe_entry(entry)} ({code_label(message.channel)})"
    remark = _remark(entry, message)
    return f"{text}: {remark}" if remark else text


def describe_answer_event(line: str, text: str) -> str:
    """Return the line of an answer with its text, for a person who may read it."""
    words = " ".join(text.split())
    shown = words if len(words) <= _LONGEST_TEXT else f"{words[: _LONGEST_TEXT - 1].rstrip()}…"
    return f"{line}: “{shown}”"


def _remark(entry: Entry, message: Message) -> str:
    """Return the headline of a public alert, why an answer was not sent, or why an alert is over; else empty."""
    if entry.kind == "message.received":
        return published_headline(message.alert)
    if entry.kind not in ("message.undelivered", "message.alert_ended"):
        return ""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    if isinstance(body, AlertEnded):
        return describe_alert_end(body.end)
    answer = message.answer(body.answer) if isinstance(body, AnswerUndelivered) else None
    return describe_failure(answer) if answer is not None else ""
