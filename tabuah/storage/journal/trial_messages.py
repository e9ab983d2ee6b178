"""What is said of a trial of a rule at the server: the question, and one JSON line a message until it is over."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial

MEDIA_TYPE: Final = "application/x-ndjson"

_Moment = Annotated[datetime, Meta(tz=True)]


class TrialRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Which rule, in force or not, is to be played the readings between two moments."""

    rule: Rule
    since: _Moment = msgspec.field(name="from")
    until: _Moment = msgspec.field(name="to")


class TrialWorking(msgspec.Struct, frozen=True, kw_only=True, tag="working"):
    """How many series are read, of how many; said at least once a second."""

    done: int
    of: int


class TrialDone(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """What it came to."""

    trial: Trial


class TrialFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """It came to nothing: the stable code of the reason, as a problem document has it."""

    code: str
    detail: str = ""


TrialMessage = TrialWorking | TrialDone | TrialFailed

_DECODER: Final = msgspec.json.Decoder(TrialMessage)


def trial_line(message: TrialMessage) -> bytes:
    """A message as it goes over a pipe and over the line."""
    return msgspec.json.encode(message) + b"\n"


def trial_message(line: bytes | str) -> TrialMessage:
    """The message of a line.

    Raises:
        msgspec.DecodeError: it is none.
    """
    message: TrialMessage = _DECODER.decode(line)
    return message
