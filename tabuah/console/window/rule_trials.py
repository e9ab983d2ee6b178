"""Trials of rules on the past, off the GUI thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.bulletin_history import try_on_bulletins
from tabuah.console.window.long_work import LongWork, OnError, OnProgress
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinTrial
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial
from tabuah.storage.cache.store import ConsoleStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a trial came to, over how many days, and where the readings came from."""

    rule: Rule
    trial: Trial
    days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOnBulletins:
    """What a trial of a rule about bulletins came to, over how many days."""

    trial: BulletinTrial
    days: int


class RuleTrials(LongWork):
    """One trial at a time."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(directory, parent, thread="tabuah-trials")

    def begin(
        self,
        rule: Rule,
        *,
        until: datetime,
        days: int,
        on_progress: OnProgress,
        on_done: Callable[[Tried], None],
        on_error: OnError,
    ) -> None:
        """Play the last days to a rule; a trial that runs is ended. All three are called on the GUI thread."""
        since = until - timedelta(days=days)

        def work(store: ConsoleStore, tell: OnProgress) -> Tried:
            from tabuah.console.rule_history import try_on_history  # noqa: PLC0415 - loads the HTTP client

            trial, source = try_on_history(rule, store, since=since, until=until, on_series=tell)
            return Tried(rule=rule, trial=trial, days=days, source=source)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)

    def begin_on_bulletins(
        self,
        rule: BulletinRule,
        *,
        until: datetime,
        days: int,
        on_progress: OnProgress,
        on_done: Callable[[TriedOnBulletins], None],
        on_error: OnError,
    ) -> None:
        """Play what was told in the last days to a rule, in the same way."""
        since = until - timedelta(days=days)

        def work(store: ConsoleStore, tell: OnProgress) -> TriedOnBulletins:
            trial = try_on_bulletins(rule, store, since=since, until=until, on_bulletin=tell)
            return TriedOnBulletins(trial=trial, days=days)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)
