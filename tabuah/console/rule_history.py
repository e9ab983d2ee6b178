"""The past that a rule is tried on: the server's readings, played by itself, or those that are kept here."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tabuah.console.series_source import LOCAL, SERVER, is_kept
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.rule_trials import try_on_readings
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.session import ConsoleSession, has_session
from tabuah.storage.sync.trials import try_at_server

OnSeries = Callable[[int, int], None]  # how many series are read, of how many


class TriedOnHistory(NamedTuple):
    """What a trial came to, and who has played it: `SERVER` or `LOCAL`."""

    trial: Trial
    source: str


def tell_nobody(_done: int, _of: int) -> None:
    """Nobody waits for it."""


def try_on_history(
    rule: Rule,
    store: ConsoleStore,
    *,
    since: datetime,
    until: datetime,
    on_series: OnSeries = tell_nobody,
) -> TriedOnHistory:
    """Play the readings between two moments to a rule: at the server where there is a line, else here.

    Args:
        rule: whether in force or not.
        store: the console's; belongs to the thread that calls.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
        on_series: told how far it is; what it raises ends the trial.

    Raises:
        SyncError, ReadingsError: it cannot be tried at the server, or there is no line and nothing is kept here.
    """
    if has_session(store.directory):
        try:
            with ConsoleSession(store).client as client:
                trial = try_at_server(client, rule, since=since, until=until, on_series=on_series)
                return TriedOnHistory(trial, SERVER)
        except Offline:
            if not is_kept(store.directory):
                raise
    elif not is_kept(store.directory):
        raise NotLoggedIn
    with ReadingsStore(store.directory / FILE_NAME) as kept:
        trial = try_on_readings(rule, store.stations(), kept, since=since, until=until, on_series=on_series)
        return TriedOnHistory(trial, LOCAL)
