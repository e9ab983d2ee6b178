"""Texts of answers to messages, from values: their state, why one was not sent, why a message cannot be answered."""

from collections.abc import Mapping, Sequence
from typing import Final

from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import (
    MOST_ANSWERS,
    AnswerFailure,
    AnswerObstacle,
    AnswerState,
    MessageAnswer,
)
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.text.sync.verdict_reasons import describe_not_possible

_ANSWER_STATES: Final[Mapping[AnswerState, str]] = {
    AnswerState.WAITING: "waits for the server",
    AnswerState.SENT: "sent",
    AnswerState.FAILED: "not sent",
    AnswerState.WITHDRAWN: "withdrawn",
    AnswerState.EXERCISE: "exercise: is not sent",
}
_ANSWER_FAILURES: Final[Mapping[AnswerFailure, str]] = {
    AnswerFailure.NO_CHANNEL: "the account has no answer channel",
    AnswerFailure.NO_ADDRESS: "the sender has no address that can be used",
    AnswerFailure.ERASED: "address or text were erased",
    AnswerFailure.INVALID: "the text cannot be sent",
    AnswerFailure.REFUSED: "the channel refused it for good",
    AnswerFailure.EXPIRED: "it could not be sent in time",
    AnswerFailure.SENDER_LIMIT: "this sender got too many answers within an hour",
}


def describe_obstacle(obstacle: AnswerObstacle) -> str:
    """Return why a message cannot be answered, and what to do instead."""
    return describe_not_possible(NotPossible(f"answer_{obstacle}"))


def describe_refusal(obstacle: AnswerObstacle | None, answers: Sequence[MessageAnswer]) -> str:
    """Return why a message gets no further answer; empty if it may get one."""
    if obstacle is not None:
        return describe_obstacle(obstacle)
    return describe_not_possible(NotPossible("too_many_message_answers")) if len(answers) >= MOST_ANSWERS else ""


def describe_answer_state(answer: MessageAnswer) -> str:
    """Return the state of an answer: "not sent: the channel refused it for good (SMTP 550)"."""
    text = _(_ANSWER_STATES[answer.state])
    return f"{text}: {describe_failure(answer)}" if answer.failure is not None else text


def describe_failure(answer: MessageAnswer) -> str:
    """Return why an answer was not sent, with the status of the channel; empty if it did not fail."""
    if answer.failure is None:
        return ""
    text = _(_ANSWER_FAILURES[answer.failure])
    return f"{text} ({answer.status})" if answer.status else text


def describe_answer(answer: MessageAnswer, text: str | None) -> str:
    """Return an answer in one line: state, author, time and, if it may be read, its text."""
    line = " · ".join((describe_answer_state(answer), answer.by, format_moment(answer.at)))
    return f"{line}: {' '.join(text.split())}" if text else line


def describe_answers(answers: Sequence[MessageAnswer]) -> str:
    """Return the state of the answers to a message in a word or two: one was sent, one waits, or one failed."""
    states = {answer.state for answer in answers}
    if AnswerState.SENT in states:
        return _("answered")
    if states & {AnswerState.WAITING, AnswerState.EXERCISE}:
        return _("answer written")
    return _("answer not sent") if AnswerState.FAILED in states else ""


def last_answer_failed(answers: Sequence[MessageAnswer]) -> str:
    """Return that the last answer was not sent, and why; empty if it was not so."""
    if not answers or answers[-1].state is not AnswerState.FAILED:
        return ""
    return _("The last answer was not sent: {reason}.").format(reason=describe_failure(answers[-1]))


def answered_already(answers: Sequence[MessageAnswer]) -> str:
    """Return author, time and state of the last valid answer; empty if there is none."""
    standing = [answer for answer in answers if answer.stands]
    if not standing:
        return ""
    last = standing[-1]
    text = _("{name} has answered already at {time}: {state}.")
    return text.format(name=last.by, time=format_moment(last.at), state=describe_answer_state(last))


def describe_answerers(names: Sequence[str]) -> str:
    """Return who answers a message on other consoles just now; empty for nobody."""
    if not names:
        return ""
    text = ngettext("{names} is answering", "{names} are answering", len(names))
    return text.format(names=", ".join(names))
