"""Trying a rule on the past: readings or announcements are played to it, and what it would have raised is shown."""

from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.explaining import explain
from tabuah.console.window.presenting.bulletin_rule_items import bulletin_trial_result
from tabuah.console.window.presenting.rule_items import trial_result
from tabuah.console.window.rule_trials import RuleTrials, Tried, TriedOnBulletins
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.workplace import Workplace
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import subject_key, subject_kind
from tabuah.operations.rules.either import AnyRule
from tabuah.resources.catalogue import _
from tabuah.widgets.rules.trial_box import DAYS, TrialBox

BULLETIN_DAYS: Final = (7, 30, 365)  # what agencies announce is rarer than what stations send
_STATION_M: Final = 40.0  # metres a pixel when a place is looked at
_BULLETIN_M: Final = 120.0


class RuleTrying(QObject):
    """One trial at a time, in the box of the window that is open."""

    def __init__(self, place: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._at = place
        self._trials = RuleTrials(place.directory, self)
        self._box: TrialBox | None = None

    def follow(self, box: TrialBox) -> None:
        """Show trials in this box, until `leave`."""
        self._box = box
        box.cancelled.connect(self.end)
        box.place_requested.connect(self._on_place)

    def leave(self) -> None:
        """The box is gone."""
        self._trials.end()
        self._box = None

    def close(self) -> None:
        """Nothing is tried any more."""
        self._trials.close()

    def end(self) -> None:
        """End what runs, and forget what was tried."""
        self._trials.end()
        if self._box is not None:
            self._box.clear("")

    def show_family(self, *, about_bulletins: bool) -> None:
        """Offer lengths of the past that suit the rule."""
        if self._box is not None:
            self._box.show_spans(BULLETIN_DAYS if about_bulletins else DAYS)

    def begin(self, rule: AnyRule, days: int) -> None:
        """Play the last days to a rule."""
        if self._box is None:
            return
        until = self._at.room.now()
        if isinstance(rule, BulletinRule):
            self._on_bulletin_progress(0, 1)
            self._trials.begin_on_bulletins(
                rule,
                until=until,
                days=days,
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
            on_progress=self._box.show_progress,
            on_done=self._on_tried,
            on_error=self._on_failed,
        )

    def _on_bulletin_progress(self, done: int, of: int) -> None:
        if self._box is not None:
            self._box.show_progress(done, of, _("Playing what was announced to the rule …"))

    def _on_tried(self, tried: Tried) -> None:
        if self._box is not None:
            stations = self._at.room.snapshot.stations
            self._box.show_result(trial_result(tried.trial, stations, days=tried.days, source=tried.source))

    def _on_tried_on_bulletins(self, tried: TriedOnBulletins) -> None:
        if self._box is not None:
            snapshot = self._at.room.snapshot
            names = {rule.id: rule.name for rule in snapshot.bulletin_rules.values()}
            result = bulletin_trial_result(tried.trial, names, days=tried.days, synced_at=snapshot.last_sync_at)
            self._box.show_result(result)

    def _on_failed(self, error: Exception) -> None:
        if self._box is not None:
            told = explain(error, self._at.directory)
            self._box.show_failure(" ".join(part for part in (told.text, told.next_step) if part))

    def _on_place(self, about: str) -> None:
        snapshot = self._at.room.snapshot
        station = snapshot.stations.get(about)
        if station is not None:
            self._at.selection.choose_station(about)
            self._at.canvas.centre_on(station.lon_deg, station.lat_deg, _STATION_M)
        elif (where := _where_it_was(about, snapshot)) is not None:
            self._at.canvas.centre_on(*where, _BULLETIN_M)


def _where_it_was(subject: str, snapshot: RoomSnapshot) -> tuple[float, float] | None:
    """Longitude and latitude of a bulletin; None where nobody said where it is."""
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
