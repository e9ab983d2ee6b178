"""Rule trials at the server, with progress while it runs."""

from collections.abc import Callable

import msgspec

from tabuah.operations.rules.rule_trial import RuleTrial
from tabuah.resources.localisation import _
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.rule_trial_messages import (
    TrialDone,
    TrialFailed,
    TrialProgress,
    TrialRequest,
    decode_trial_message,
)
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, UnexpectedAnswer, error_from_problem

_UNAVAILABLE = 503


def try_rule_at_server(
    client: ServerClient, request: TrialRequest, *, on_series: Callable[[int, int], None]
) -> RuleTrial:
    """Run a rule, in force or not, on the server's readings between two moments.

    Args:
        client: the server.
        request: the rule, the period and the worlds.
        on_series: called at least once a second with the number of series read and the total; an
            exception from it ends the trial.

    Raises:
        Offline: the connection is lost.
        RequestRefused: the server refuses, or the trial took too long or too much memory.
        UnexpectedAnswer: the answer violates the protocol.
    """
    with client.stream_lines("/v1/rules/try", request) as lines:
        for line in lines:
            match _read(client, line):
                case TrialProgress(done=done, of=of):
                    on_series(done, max(of, 1))
                case TrialDone(trial=trial):
                    return trial
                case TrialFailed(code="stopping"):
                    raise Offline(client.url, _("it is being stopped"))
                case TrialFailed(code=code, detail=detail):
                    raise error_from_problem(Problem(title="", status=_UNAVAILABLE, code=code, detail=detail))
    raise Offline(client.url, _("the connection was lost"))


def _read(client: ServerClient, line: str) -> TrialProgress | TrialDone | TrialFailed:
    try:
        return decode_trial_message(line)
    except msgspec.DecodeError as error:
        raise UnexpectedAnswer(client.url, str(error)) from error
