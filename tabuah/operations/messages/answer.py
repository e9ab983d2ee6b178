"""The answer to a message: its author, its state, and the reason of a failure."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tabuah.operations.bounds import IdText, StoredMoment, bounded

MOST_ANSWERS: Final = 20  # of one message
LONGEST_ANSWER: Final = 1_000  # characters


class AnswerObstacle(StrEnum):
    """The reason why a message cannot be answered with Tabuah."""

    NO_CHANNEL = "no_channel"  # its account names no answer channel
    NO_ADDRESS = "no_address"
    NO_REPLY = "no_reply"  # an address that nobody reads, such as noreply@
    AUTOMATIC = "automatic"  # a program wrote it: two programs could answer each other for ever
    ERASED = "erased"  # the address was erased


class AnswerState(StrEnum):
    """The state of an answer."""

    WAITING = "waiting"  # for the server
    SENT = "sent"  # the channel has accepted it
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # before it was sent
    EXERCISE = "exercise"  # an answer of an exercise is never sent


class AnswerFailure(StrEnum):
    """The reason why an answer was not sent."""

    NO_CHANNEL = "no_channel"
    NO_ADDRESS = "no_address"
    ERASED = "erased"  # address or text were erased before it was sent
    INVALID = "invalid"  # the text is empty, too long or has hidden characters
    REFUSED = "refused"  # by the gateway or the mail server, for good
    EXPIRED = "expired"  # it could not be sent in time
    SENDER_LIMIT = "sender_limit"  # this sender got as many answers as allowed


STANDING: Final = frozenset({AnswerState.WAITING, AnswerState.SENT, AnswerState.EXERCISE})


class MessageAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a message. Its text is a personal value of `entry`.

    Attributes:
        entry: id of the entry that a person wrote.
        channel: the channel through which it was sent.
        failure: why it was not sent.
        status: of the gateway or mail server, such as "SMTP 550".
        settled_at: when it was sent, failed or was withdrawn.
    """

    entry: IdText
    by: IdText
    at: StoredMoment
    state: AnswerState = AnswerState.WAITING
    channel: IdText = ""
    failure: AnswerFailure | None = None
    status: IdText = ""
    settled_at: StoredMoment | None = None

    @property
    def stands(self) -> bool:
        """Whether it counts as an answer: it was neither withdrawn nor failed."""
        return self.state in STANDING

    @property
    def is_unsent(self) -> bool:
        """Whether the journal has no result of it; until then it can be withdrawn."""
        return self.state in (AnswerState.WAITING, AnswerState.EXERCISE)


MessageAnswers = Annotated[tuple[MessageAnswer, ...], bounded(max_length=MOST_ANSWERS)]
