"""Letting the server try a rule on its readings: a question whose answer says now and then how far it is."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial
from tabuah.resources.catalogue import _
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.trial_messages import TrialDone, TrialFailed, TrialRequest, TrialWorking, trial_message
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, StrangeAnswer, refusal_of

_UNAVAILABLE = 503


def try_at_server(
    client: ServerClient,
    rule: Rule,
    *,
    since: datetime,
    until: datetime,
    on_series: Callable[[int, int], None],
) -> Trial:
    """Play the server's readings between two moments to a rule, in force or not.

    Args:
        client: the line.
        rule: what is tried.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
        on_series: told how many series are read, of how many, at least once a second; what it raises ends the trial.

    Raises:
        Offline: the line is gone.
        Refused: the server does not try it, or it took too long or too much.
        StrangeAnswer: the answer is not what the protocol says.
    """
    with client.converse("/v1/rules/try", TrialRequest(rule=rule, since=since, until=until)) as lines:
        for line in lines:
            match _read(client, line):
                case TrialWorking(done=done, of=of):
                    on_series(done, max(of, 1))
                case TrialDone(trial=trial):
                    return trial
                case TrialFailed(code="stopping"):
                    raise Offline(client.url, _("it is being stopped"))
                case TrialFailed(code=code, detail=detail):
                    raise refusal_of(Problem(title="", status=_UNAVAILABLE, code=code, detail=detail))
    raise Offline(client.url, _("the line broke"))


def _read(client: ServerClient, line: str) -> TrialWorking | TrialDone | TrialFailed:
    try:
        return trial_message(line)
    except msgspec.DecodeError as error:
        raise StrangeAnswer(client.url, str(error)) from error
