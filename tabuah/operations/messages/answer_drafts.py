"""Drafts of the entries of answers."""

from collections.abc import Mapping

import msgspec

from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import (
    LONGEST_ANSWER,
    MOST_ANSWERS,
    AnswerFailure,
    AnswerObstacle,
    MessageAnswer,
)
from tabuah.operations.messages.entry_bodies import (
    AnswerDelivered,
    AnswerUndelivered,
    AnswerWithdrawn,
    MessageAnswered,
)
from tabuah.operations.messages.inbound_message import plain_lines
from tabuah.operations.messages.message import Message
from tabuah.operations.personal_values import commitment_to


def find_obstacle(message: Message, personal: Mapping[str, str]) -> AnswerObstacle | None:
    """Return why a message cannot be answered; None if it can.

    Args:
        message: the message.
        personal: its personal values that are here; a person who may answer reads all that are not erased.
    """
    if message.answer_obstacle is None and "address" not in personal:
        return AnswerObstacle.ERASED
    return message.answer_obstacle


def answer_message(message: Message, text: str, personal: Mapping[str, str], *, salt: str) -> Draft:
    """Answer the sender of a message.

    Args:
        message: the message.
        text: the answer; hidden characters and trailing spaces go.
        personal: the personal values of the message.
        salt: a random salt of the personal value.

    Raises:
        NotPossible: the message cannot be answered, has as many answers as it may, or the text is empty or too long.
    """
    text = plain_lines(text)
    if (obstacle := find_obstacle(message, personal)) is not None:
        raise _refusal(obstacle)
    if len(message.answers) >= MOST_ANSWERS:
        raise NotPossible("too_many_message_answers")
    if not text:
        raise NotPossible("answer_empty")
    if len(text) > LONGEST_ANSWER:
        raise NotPossible("answer_too_long", n=LONGEST_ANSWER)
    value = PersonalValue(field="text", salt=salt, value=text)
    return _draft(message, "message.answered", MessageAnswered(text=commitment_to(text, salt)), (value,))


def _refusal(obstacle: AnswerObstacle) -> NotPossible:
    match obstacle:
        case AnswerObstacle.NO_CHANNEL:
            return NotPossible("answer_no_channel")
        case AnswerObstacle.NO_ADDRESS:
            return NotPossible("answer_no_address")
        case AnswerObstacle.NO_REPLY:
            return NotPossible("answer_no_reply")
        case AnswerObstacle.ERASED:
            return NotPossible("answer_erased")
    return NotPossible("answer_automatic")


def withdraw_answer(message: Message, answer: MessageAnswer) -> Draft:
    """Withdraw an answer that was not sent.

    Raises:
        NotPossible: it was sent, failed or was withdrawn already.
    """
    if not answer.is_unsent:
        raise NotPossible("answer_not_waiting")
    return _draft(message, "message.answer_withdrawn", AnswerWithdrawn(answer=answer.entry))


def note_delivery(message: Message, answer: MessageAnswer, channel: str) -> Draft:
    """Record that a channel has accepted an answer."""
    return _draft(message, "message.delivered", AnswerDelivered(answer=answer.entry, channel=channel))


def note_failure(
    message: Message, answer: MessageAnswer, failure: AnswerFailure, *, channel: str = "", status: str = ""
) -> Draft:
    """Record that an answer was not sent."""
    body = AnswerUndelivered(answer=answer.entry, failure=failure, channel=channel, status=status)
    return _draft(message, "message.undelivered", body)


def _draft(message: Message, kind: str, body: msgspec.Struct, personal: tuple[PersonalValue, ...] = ()) -> Draft:
    return Draft(
        subject=subject_of("message", message.id),
        kind=kind,
        body=encode_body(body),
        exercise=message.exercise,
        exercise_id=message.exercise_id,
        personal=personal,
    )
