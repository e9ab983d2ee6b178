"""The declaration of messages."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key
from tabuah.operations.messages.alert import AlertClosure
from tabuah.operations.messages.answer_decisions import decide_answer, fold_answer
from tabuah.operations.messages.entry_bodies import (
    AlertEnded,
    AnswerDelivered,
    AnswerUndelivered,
    AnswerWithdrawn,
    MessageAnswered,
    MessageClosed,
    MessageEventLinked,
    MessageEventUnlinked,
    MessageLinked,
    MessageReceived,
    MessageReopened,
    MessageRepeated,
    MessageUnlinked,
)
from tabuah.operations.messages.message import MOST_EVENTS, MOST_INCIDENTS, Closing, ClosingReason, Message
from tabuah.operations.people.roles import CONTROL_ROOM, SERVER_ONLY
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_message(
    message: Message | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept a new message once, and changes of one that exists."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # older versions do not know messages
    match body:
        case MessageReceived():
            return ACCEPT if message is None else rejected("already_exists")
        case MessageLinked() if message is not None and body.incident not in message.incidents:
            return rejected("too_many_incidents") if len(message.incidents) >= MOST_INCIDENTS else ACCEPT
        case MessageEventLinked() if message is not None and body.event not in message.events:
            return rejected("too_many_events") if len(message.events) >= MOST_EVENTS else ACCEPT
        case MessageClosed() if body.reason is ClosingReason.OTHER and not body.note.strip():
            return rejected("closing_without_note")
        case AlertEnded() if message is not None and message.alert is None:
            return rejected("no_alert")
        case MessageAnswered() | AnswerWithdrawn() | AnswerDelivered() | AnswerUndelivered() if message is not None:
            return decide_answer(message, body)
    return decide_change(message)


def fold_message(message: Message | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Message | None:
    """Return the message after an accepted entry."""
    if isinstance(body, MessageReceived):
        return message or _received(entry, body)
    if message is None:
        return None
    if isinstance(body, MessageRepeated):
        return msgspec.structs.replace(message, repeats=max(message.repeats, body.count))
    if isinstance(body, AlertEnded):
        return _ended(message, entry, body)
    if isinstance(body, AnswerDelivered | AnswerUndelivered):
        return fold_answer(message, entry, body)
    return msgspec.structs.replace(_changed(message, entry, body), changed_at=entry.at)


def _changed(message: Message, entry: Entry, body: msgspec.Struct) -> Message:
    match body:
        case MessageLinked() if body.incident not in message.incidents:
            return msgspec.structs.replace(message, incidents=(*message.incidents, body.incident))
        case MessageUnlinked():
            left = tuple(each for each in message.incidents if each != body.incident)
            return msgspec.structs.replace(message, incidents=left)
        case MessageEventLinked() if body.event not in message.events:
            return msgspec.structs.replace(message, events=(*message.events, body.event))
        case MessageEventUnlinked():
            left = tuple(each for each in message.events if each != body.event)
            return msgspec.structs.replace(message, events=left)
        case MessageClosed():
            closed = Closing(reason=body.reason, note=body.note, by=entry.actor, at=entry.at)
            return msgspec.structs.replace(message, closed=closed)
        case MessageReopened():
            return msgspec.structs.replace(message, closed=None)
        case MessageAnswered() | AnswerWithdrawn():
            return fold_answer(message, entry, body)
    return message


def _ended(message: Message, entry: Entry, body: AlertEnded) -> Message:
    """Return an alert with its end; the first end counts."""
    if message.alert is None or message.alert_closure is not None:
        return message
    return msgspec.structs.replace(message, alert_closure=AlertClosure(end=body.end, by=body.by, at=entry.at))


def _received(entry: Entry, body: MessageReceived) -> Message:
    return Message(
        id=subject_key(entry.subject),
        channel=body.channel,
        account=body.account,
        received_entry=entry.id,
        sent_at=entry.happened_at,
        received_at=entry.at,
        changed_at=entry.at,
        automatic=body.automatic,
        cut=body.cut,
        position=body.position,
        attachments=body.attachments,
        obstacle=body.obstacle,
        alert=body.alert,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


MESSAGE: Final = SubjectType(
    name="message",
    state=Message,
    kinds=(
        EntryKind(name="message.received", body=MessageReceived, writers=SERVER_ONLY, creates=True),
        EntryKind(name="message.repeated", body=MessageRepeated, writers=SERVER_ONLY),
        EntryKind(name="message.alert_ended", body=AlertEnded, writers=SERVER_ONLY),
        EntryKind(name="message.linked", body=MessageLinked, writers=CONTROL_ROOM),
        EntryKind(name="message.unlinked", body=MessageUnlinked, writers=CONTROL_ROOM),
        EntryKind(name="message.event_linked", body=MessageEventLinked, writers=CONTROL_ROOM),
        EntryKind(name="message.event_unlinked", body=MessageEventUnlinked, writers=CONTROL_ROOM),
        EntryKind(name="message.closed", body=MessageClosed, writers=CONTROL_ROOM),
        EntryKind(name="message.reopened", body=MessageReopened, writers=CONTROL_ROOM),
        EntryKind(name="message.answered", body=MessageAnswered, writers=CONTROL_ROOM),
        EntryKind(name="message.answer_withdrawn", body=AnswerWithdrawn, writers=CONTROL_ROOM, reference="answer"),
        EntryKind(name="message.delivered", body=AnswerDelivered, writers=SERVER_ONLY, reference="answer"),
        EntryKind(name="message.undelivered", body=AnswerUndelivered, writers=SERVER_ONLY, reference="answer"),
    ),
    decide=decide_message,
    fold=fold_message,
    key=UUID_KEY,
)
