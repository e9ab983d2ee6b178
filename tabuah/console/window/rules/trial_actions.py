"""Rule trials on past readings or bulletins, run on a worker, and their results."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.rules.bulletin_trial import run_bulletin_trial
from tabuah.console.window.rules.bulletin_rule_items import bulletin_trial_result
from tabuah.console.window.rules.rule_items import trial_result
from tabuah.console.window.shared.error_toasts import error_message
from tabuah.console.window.shared.long_task import LongTask, OnError, OnProgress
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.bulletins.rule_trial import BulletinTrial
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_key, subject_kind
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import RuleTrial
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.rules.trial_box import DAYS, TrialPanel


class ReadingsTrialOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial on readings, its length in days and the source of the readings."""

    rule: Rule
    trial: RuleTrial
    days: int
    source: str


class BulletinTrialOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial on bulletins and its length in days."""

    trial: BulletinTrial
    days: int


class RuleTrials(LongTask):
    """Runs one trial at a time."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(directory, parent, thread="tabuah-trials")

    def begin(
        self,
        rule: Rule,
        *,
        until: datetime,
        days: int,
        scope: ExerciseScope,
        on_progress: OnProgress,
        on_done: Callable[[ReadingsTrialOutcome], None],
        on_error: OnError,
    ) -> None:
        """Run a rule on the readings of the last days.

        A running trial is cancelled. Callbacks run on the GUI thread.
        """
        since = until - timedelta(days=days)

        def work(store: ConsoleStore, tell: OnProgress) -> ReadingsTrialOutcome:
            from tabuah.console.rules.readings_trial import run_readings_trial  # noqa: PLC0415 - loads the HTTP client

            trial, source = run_readings_trial(rule, store, since=since, until=until, scope=scope, on_series=tell)
            return ReadingsTrialOutcome(rule=rule, trial=trial, days=days, source=source)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)

    def begin_on_bulletins(
        self,
        rule: BulletinRule,
        *,
        until: datetime,
        days: int,
        scope: ExerciseScope,
        on_progress: OnProgress,
        on_done: Callable[[BulletinTrialOutcome], None],
        on_error: OnError,
    ) -> None:
        """Run a rule on the bulletins of the last days, in the same way."""
        since = until - timedelta(days=days)

        def work(store: ConsoleStore, tell: OnProgress) -> BulletinTrialOutcome:
            trial = run_bulletin_trial(rule, store, since=since, until=until, scope=scope, on_bulletin=tell)
            return BulletinTrialOutcome(trial=trial, days=days)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)


BULLETIN_DAYS: Final = (7, 30, 365)  # bulletins are rarer than readings
_STATION_M: Final = 40.0  # metres a pixel when the map shows a place
_BULLETIN_M: Final = 120.0


class TrialActions(QObject):
    """Runs one trial at a time for the open rules window."""

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._trials = RuleTrials(context.directory, self)
        self._box: TrialPanel | None = None

    def attach(self, box: TrialPanel) -> None:
        """Show trials in this box, until `detach`."""
        self._box = box
        box.cancelled.connect(self.cancel)
        box.place_requested.connect(self._on_place)

    def detach(self) -> None:
        self._trials.cancel()
        self._box = None

    def close(self) -> None:
        self._trials.close()

    def cancel(self) -> None:
        """Cancel the trial and clear its result."""
        self._trials.cancel()
        if self._box is not None:
            self._box.clear("")

    def show_family(self, *, about_bulletins: bool) -> None:
        """Offer trial lengths that suit the family of the rule."""
        if self._box is not None:
            self._box.show_spans(BULLETIN_DAYS if about_bulletins else DAYS)

    def begin(self, rule: AnyRule, days: int) -> None:
        """Run a rule on the last days."""
        if self._box is None:
            return
        until = self._context.state.now()
        if isinstance(rule, BulletinRule):
            self._on_bulletin_progress(0, 1)
            self._trials.begin_on_bulletins(
                rule,
                until=until,
                days=days,
                scope=self._context.state.scope,
                on_progress=self._on_bulletin_progress,
                on_done=self._on_tried_on_bulletins,
                on_error=self._on_failed,
            )
            return
        self._box.show_progress(0, 1)
        self._trials.begin(
            rule,
            until=until,
            days=days,
            scope=self._context.state.scope,
            on_progress=self._box.show_progress,
            on_done=self._on_tried,
            on_error=self._on_failed,
        )

    def _on_bulletin_progress(self, done: int, of: int) -> None:
        if self._box is not None:
            self._box.show_progress(done, of, _("Running the rule on past bulletins …"))

    def _on_tried(self, tried: ReadingsTrialOutcome) -> None:
        if self._box is not None:
            stations = self._context.state.snapshot.stations
            now = self._context.state.now()
            result = trial_result(tried.trial, stations, days=tried.days, until=now, source=tried.source)
            self._box.show_result(result)

    def _on_tried_on_bulletins(self, tried: BulletinTrialOutcome) -> None:
        if self._box is not None:
            snapshot = self._context.state.snapshot
            names = {rule.id: rule.name for rule in snapshot.bulletin_rules.values()}
            result = bulletin_trial_result(tried.trial, names, days=tried.days, synced_at=snapshot.last_sync_at)
            self._box.show_result(result)

    def _on_failed(self, error: Exception) -> None:
        if self._box is not None:
            message = error_message(error, self._context.directory)
            self._box.show_failure(" ".join(part for part in (message.text, message.next_step) if part))

    def _on_place(self, about: str) -> None:
        snapshot = self._context.state.snapshot
        station = snapshot.stations.get(about)
        if station is not None:
            self._context.selection.choose_station(about)
            self._context.canvas.centre_on(station.lon_deg, station.lat_deg, _STATION_M)
        elif (where := _where_it_was(about, snapshot)) is not None:
            self._context.canvas.centre_on(*where, _BULLETIN_M)


def _where_it_was(subject: str, snapshot: ConsoleSnapshot) -> tuple[float, float] | None:
    """Return longitude and latitude of a bulletin; None if it has no position."""
    key = subject_key(subject)
    match subject_kind(subject):
        case "earthquake" if key in snapshot.earthquakes:
            latest = snapshot.earthquakes[key].latest
            return latest.lon_deg, latest.lat_deg
        case "warning" if key in snapshot.warnings:
            return next((ring[0] for ring in snapshot.warnings[key].issued.rings), None)
        case "volcano" if key in snapshot.volcanoes:
            volcano = snapshot.volcanoes[key]
            if volcano.lon_deg is not None and volcano.lat_deg is not None:
                return volcano.lon_deg, volcano.lat_deg
    return None
