"""Drafts of the entries of messages."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.messages.alert import MOST_REFERENCES, AlertEnd
from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.entry_bodies import (
    AlertEnded,
    MessageClosed,
    MessageEventLinked,
    MessageEventUnlinked,
    MessageLinked,
    MessageReceived,
    MessageReopened,
    MessageRepeated,
    MessageUnlinked,
)
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import MOST_EVENTS, MOST_INCIDENTS, ClosingReason, Message
from tabuah.operations.personal_values import commitment_to

_REAL: Final = SubjectWorld()
PERSONAL_FIELDS: Final = ("text", "sender", "address", "reply_to")


def receive_message(
    message_id: str,
    incoming: InboundMessage,
    *,
    account: str,
    salts: tuple[str, str, str, str],
    obstacle: AnswerObstacle | None = None,
    earlier: Sequence[str] = (),
    world: SubjectWorld = _REAL,
) -> Draft:
    """Record a message that came in. An alert that is not real belongs to the drills of no named exercise.

    Args:
        message_id: the key of the subject.
        incoming: the message.
        account: the gateway account that delivered it.
        salts: random salts of the personal values, in the order of `PERSONAL_FIELDS`.
        obstacle: why it cannot be answered.
        earlier: the messages of the alerts that an alert names.
        world: the world of its source.
    """
    alert = incoming.alert
    if alert is not None:
        alert = msgspec.structs.replace(alert, earlier=tuple(dict.fromkeys(earlier))[:MOST_REFERENCES])
    personal = tuple(
        PersonalValue(field=name, salt=salt, value=value)
        for name, salt in zip(PERSONAL_FIELDS, salts, strict=True)
        if (value := getattr(incoming, name))
    )
    body = MessageReceived(
        channel=incoming.channel,
        account=account,
        automatic=incoming.automatic,
        cut=incoming.cut,
        position=incoming.position,
        attachments=incoming.attachments,
        obstacle=obstacle,
        alert=alert,
        **{each.field: commitment_to(each.value, each.salt) for each in personal},
    )
    return Draft(
        subject=subject_of("message", message_id),
        kind="message.received",
        body=encode_body(body),
        occurred_at=incoming.sent_at,
        exercise=world.exercise or (alert is not None and alert.is_exercise),
        exercise_id=world.exercise_id,
        personal=personal,
    )


def end_alert(message_id: str, by: str, end: AlertEnd, *, world: SubjectWorld = _REAL) -> Draft:
    """Record that a later alert, whose message is `by`, updated or cancelled the alert of a message."""
    return Draft(
        subject=subject_of("message", message_id),
        kind="message.alert_ended",
        body=encode_body(AlertEnded(by=by, end=end)),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )


def count_repeats(message: Message, count: int) -> Draft:
    """Record how often the same came again."""
    return _draft(message, "message.repeated", MessageRepeated(count=count))


def link_message(message: Message, incident_id: str) -> Draft:
    """State that a message is about an incident.

    Raises:
        NotPossible: it is linked to this incident already, or to as many as it may be.
    """
    if incident_id in message.incidents:
        raise NotPossible("nothing_changed")
    if len(message.incidents) >= MOST_INCIDENTS:
        raise NotPossible("too_many_incidents")
    return _draft(message, "message.linked", MessageLinked(incident=incident_id))


def unlink_message(message: Message, incident_id: str) -> Draft:
    """State that a message is not about an incident.

    Raises:
        NotPossible: it is not linked to this incident.
    """
    if incident_id not in message.incidents:
        raise NotPossible("nothing_changed")
    return _draft(message, "message.unlinked", MessageUnlinked(incident=incident_id))


def link_event(message: Message, event_id: str) -> Draft:
    """State that a message is about a parent event.

    Raises:
        NotPossible: it is linked to this event already, or to as many as it may be.
    """
    if event_id in message.events:
        raise NotPossible("nothing_changed")
    if len(message.events) >= MOST_EVENTS:
        raise NotPossible("too_many_events")
    return _draft(message, "message.event_linked", MessageEventLinked(event=event_id))


def unlink_event(message: Message, event_id: str) -> Draft:
    """State that a message is not about a parent event.

    Raises:
        NotPossible: it is not linked to this event.
    """
    if event_id not in message.events:
        raise NotPossible("nothing_changed")
    return _draft(message, "message.event_unlinked", MessageEventUnlinked(event=event_id))


def close_message(message: Message, reason: ClosingReason, *, note: str = "") -> Draft:
    """End the work on a message.

    Raises:
        NotPossible: it is closed for this reason already, or the reason `other` has no note.
    """
    note = note.strip()
    if reason is ClosingReason.OTHER and not note:
        raise NotPossible("closing_without_note")
    if message.closed is not None and (message.closed.reason, message.closed.note) == (reason, note):
        raise NotPossible("nothing_changed")
    return _draft(message, "message.closed", MessageClosed(reason=reason, note=note))


def reopen_message(message: Message) -> Draft:
    """Begin the work on a closed message again.

    Raises:
        NotPossible: it is open.
    """
    if message.closed is None:
        raise NotPossible("nothing_changed")
    return _draft(message, "message.reopened", MessageReopened())


def _draft(message: Message, kind: str, body: msgspec.Struct) -> Draft:
    return Draft(
        subject=subject_of("message", message.id),
        kind=kind,
        body=encode_body(body),
        exercise=message.exercise,
        exercise_id=message.exercise_id,
    )
