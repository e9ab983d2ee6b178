"""Messages of a rule trial at the server: the request, then one JSON message per line until the end."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD, ExerciseScope, exercise_scope
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleTrial

MEDIA_TYPE: Final = "application/x-ndjson"

_Moment = Annotated[datetime, Meta(tz=True)]


class TrialRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, in force or not, to run on the readings between two moments.

    `exercise_id` names one exercise instead of the real world; empty for drills of no named exercise.
    """

    rule: Rule
    since: _Moment = msgspec.field(name="from")
    until: _Moment = msgspec.field(name="to")
    exercise_id: str | None = None
    all_exercises: bool = False

    @property
    def scope(self) -> ExerciseScope:
        """Return the worlds whose stations it sees; by default the real one."""
        if self.all_exercises:
            return ALL_WORLDS
        return REAL_WORLD if self.exercise_id is None else exercise_scope(self.exercise_id)


def trial_request(rule: Rule, *, since: datetime, until: datetime, scope: ExerciseScope) -> TrialRequest:
    return TrialRequest(
        rule=rule, since=since, until=until, exercise_id=scope.exercise_id, all_exercises=scope.all_exercises
    )


class TrialProgress(msgspec.Struct, frozen=True, kw_only=True, tag="working"):
    """Number of series read so far, and in total; sent at least once a second."""

    done: int
    of: int


class TrialDone(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """The result of the trial."""

    trial: RuleTrial


class TrialFailed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The trial failed: a stable reason code, as in a problem document."""

    code: str
    detail: str = ""


TrialMessage = TrialProgress | TrialDone | TrialFailed

_DECODER: Final = msgspec.json.Decoder(TrialMessage)


def encode_trial_message(message: TrialMessage) -> bytes:
    """Encode a message as a line, for a pipe and for HTTP alike."""
    return msgspec.json.encode(message) + b"\n"


def decode_trial_message(line: bytes | str) -> TrialMessage:
    """Decode a line.

    Raises:
        msgspec.DecodeError: it is not a message.
    """
    message: TrialMessage = _DECODER.decode(line)
    return message
