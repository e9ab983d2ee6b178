"""Trials of rules off the GUI thread: one at a time on a worker of its own, with progress, and ended when asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject

from tabuah.console.window.tasks import Mailbox, TaskRunner
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a trial came to, over how many days, and where the readings came from."""

    rule: Rule
    trial: Trial
    days: int
    source: str


class TrialEndedError(Exception):
    """Nobody waits for the trial any more."""


class RuleTrials(QObject):
    """Its worker begins with the first trial: it reads beside the window, and may take minutes."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._directory = directory
        self._mailbox = Mailbox(self)
        self._runner: TaskRunner[ConsoleStore] | None = None
        self._ended = Event()

    def run(
        self,
        rule: Rule,
        stations: Sequence[Station],
        *,
        until: datetime,
        days: int,
        on_progress: Callable[[int, int], None],
        on_done: Callable[[Tried], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Play the last days to a rule; a trial that runs is ended. All three are called on the GUI thread."""
        self.end()
        ended = self._ended = Event()

        def tell(done: int, of: int) -> None:
            if ended.is_set():
                raise TrialEndedError
            self._mailbox.post(lambda: None if ended.is_set() else on_progress(done, of))

        def work(store: ConsoleStore) -> Tried:
            return _try(store, rule, stations, since=until - timedelta(days=days), until=until, tell=tell, days=days)

        def done(tried: Tried) -> None:
            if not ended.is_set():
                on_done(tried)

        def failed(error: Exception) -> None:
            if not ended.is_set():
                on_error(error)

        try:
            self._worker().run(work, on_done=done, on_error=failed)
        except CacheError as error:  # the store could not be opened once more
            on_error(error)

    def end(self) -> None:
        """Let the trial that runs end soon; nobody is told of it any more."""
        self._ended.set()

    def close(self) -> None:
        """End the trial and its worker."""
        self.end()
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        self._mailbox.close()

    def _worker(self) -> TaskRunner[ConsoleStore]:
        if self._runner is None:
            directory = self._directory
            runner = TaskRunner(
                "tabuah-trials",
                self._mailbox,
                open_context=lambda: ConsoleStore(directory),
                close_context=ConsoleStore.close,
                on_error=lambda _error: None,
            )
            runner.start()
            self._runner = runner
        return self._runner


def _try(
    store: ConsoleStore,
    rule: Rule,
    stations: Sequence[Station],
    *,
    since: datetime,
    until: datetime,
    tell: Callable[[int, int], None],
    days: int,
) -> Tried:
    from tabuah.console.rule_history import try_on_history  # noqa: PLC0415 - loads the HTTP client
    from tabuah.console.series_source import open_series  # noqa: PLC0415 - loads the HTTP client

    with open_series(store) as source:
        trial = try_on_history(rule, stations, source, since=since, until=until, on_series=tell)
        return Tried(rule=rule, trial=trial, days=days, source=source.name)
