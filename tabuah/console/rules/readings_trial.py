"""Trial runs of a rule on past readings, at the server or on the readings of this console."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tabuah.console.readings.series_source import LOCAL, SERVER, has_local_readings
from tabuah.console.rules.bulletin_trial import ignore_progress
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleTrial
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.rule_trial_messages import trial_request
from tabuah.storage.readings.rule_trial import try_rule_on_readings
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.rule_trial import try_rule_at_server
from tabuah.storage.sync.session import ConsoleSession, has_session

OnSeriesProgress = Callable[[int, int], None]  # series done, series in total


class ReadingsTrialResult(NamedTuple):
    """A trial and where it ran: `SERVER` or `LOCAL`."""

    trial: RuleTrial
    source: str


def run_readings_trial(
    rule: Rule,
    store: ConsoleStore,
    *,
    since: datetime,
    until: datetime,
    scope: ExerciseScope = REAL_WORLD,
    on_series: OnSeriesProgress = ignore_progress,
) -> ReadingsTrialResult:
    """Run a rule on the readings of a period: at the server if it is reachable, else locally.

    Args:
        rule: the rule, in force or not.
        store: the console's store; belongs to the calling thread.
        since: start of the period (UTC).
        until: end of the period (UTC).
        scope: the worlds whose stations are used.
        on_series: called with the progress; an exception from it ends the trial.

    Raises:
        SyncError, ReadingsError: the server cannot run it, or is unreachable and no readings are kept here.
    """
    if has_session(store.directory):
        try:
            with ConsoleSession(store).client as client:
                request = trial_request(rule, since=since, until=until, scope=scope)
                trial = try_rule_at_server(client, request, on_series=on_series)
                return ReadingsTrialResult(trial, SERVER)
        except Offline:
            if not has_local_readings(store.directory):
                raise
    elif not has_local_readings(store.directory):
        raise NotLoggedIn
    with ReadingsStore(store.directory / FILE_NAME) as kept:
        stations = scope.select(store.stations())
        trial = try_rule_on_readings(rule, stations, kept, since=since, until=until, on_series=on_series)
        return ReadingsTrialResult(trial, LOCAL)
