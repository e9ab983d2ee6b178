"""Decision and fold of the entries of answers."""

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.messages.answer import MOST_ANSWERS, AnswerState, MessageAnswer
from tabuah.operations.messages.entry_bodies import (
    AnswerDelivered,
    AnswerUndelivered,
    AnswerWithdrawn,
    MessageAnswered,
)
from tabuah.operations.messages.message import Message

AnswerBody = MessageAnswered | AnswerWithdrawn | AnswerDelivered | AnswerUndelivered


def decide_answer(message: Message, body: AnswerBody) -> Decision:
    """Accept answers to people, and withdrawals of answers that were not sent."""
    if isinstance(body, MessageAnswered):
        if message.is_of_program:
            return rejected("answer_automatic")
        return ACCEPT if len(message.answers) < MOST_ANSWERS else rejected("too_many_message_answers")
    answer = message.answer(body.answer)
    if answer is None:
        return rejected("unknown_answer")
    if isinstance(body, AnswerWithdrawn) and not answer.is_unsent:
        return rejected("answer_not_waiting")
    return ACCEPT


def fold_answer(message: Message, entry: Entry, body: AnswerBody) -> Message:
    """Return the message after an accepted entry about an answer."""
    if isinstance(body, MessageAnswered):
        state = AnswerState.EXERCISE if entry.exercise else AnswerState.WAITING
        if message.answer(entry.id) is not None or len(message.answers) >= MOST_ANSWERS:
            return message
        answer = MessageAnswer(entry=entry.id, by=entry.actor, at=entry.at, state=state)
        return msgspec.structs.replace(message, answers=(*message.answers, answer))
    answers = tuple(
        _settled(answer, entry, body) if answer.entry == body.answer else answer for answer in message.answers
    )
    return msgspec.structs.replace(message, answers=answers)


def _settled(
    answer: MessageAnswer, entry: Entry, body: AnswerWithdrawn | AnswerDelivered | AnswerUndelivered
) -> MessageAnswer:
    """Return an answer with its result. A sent answer stays sent, even if its withdrawal is before the receipt."""
    if answer.state is AnswerState.SENT:
        return answer
    match body:
        case AnswerDelivered():
            return msgspec.structs.replace(
                answer, state=AnswerState.SENT, channel=body.channel, settled_at=entry.at, failure=None, status=""
            )
        case AnswerUndelivered() if answer.state is AnswerState.WAITING:
            return msgspec.structs.replace(
                answer,
                state=AnswerState.FAILED,
                channel=body.channel,
                failure=body.failure,
                status=body.status,
                settled_at=entry.at,
            )
        case AnswerWithdrawn() if answer.is_unsent:
            return msgspec.structs.replace(answer, state=AnswerState.WITHDRAWN, settled_at=entry.at)
    return answer
