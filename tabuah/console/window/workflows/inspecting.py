"""Inspecting a station: its page follows the room, and the station that is chosen, while it is open."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.window.presenting.span_charts import asked_span, span_content
from tabuah.console.window.presenting.station_page import station_view
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part
from tabuah.console.window.series_fills import SeriesFills
from tabuah.console.window.station_filling import StationFilling
from tabuah.console.window.station_past import SeriesSpan, StationPast, read_past, read_span
from tabuah.console.window.workflows.station_filing import StationFiling
from tabuah.console.window.workplace import Workplace
from tabuah.gis.geodesy import distance_m
from tabuah.operations.rules.reach import stands_at
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.stations.station import Station
from tabuah.widgets.stations.station_dialog import LOCATE, MAINTAIN, TYPE_IN, StationDialog
from tabuah.widgets.theme.appearance import Appearance

_REACH_PX: Final = 14.0
_METRES_A_DEGREE: Final = 110_000.0  # of latitude, a little less than it is anywhere: nothing near is missed
_PARTS: Final = frozenset(
    {
        Part.STATIONS,
        Part.READINGS,
        Part.ALARMS,
        Part.MAINTENANCE,
        Part.RULES,
        Part.LINK,
        Part.ATTACHMENTS,
        Part.PERSON,
    }
)
_SHOW_AFTER_MS: Final = 1_000  # readings come many times a second
_READ_EVERY_MS: Final = 30_000  # what is kept, and the ages


class Inspecting(QObject):
    """Opens the page of the station that is chosen; reading happens on the worker of the readings."""

    def __init__(
        self,
        place: Workplace,
        window: QWidget,
        appearance: Appearance,
        readings: ReadingsDesk,
        *,
        act: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._at, self._window, self._appearance, self._readings = place, window, appearance, readings
        self._act = act
        self.reason_of: Callable[[str], str] = lambda _action: ""
        self._dialog: StationDialog | None = None
        self._code = ""
        self._past: StationPast | None = None
        self._rules: tuple[Rule, ...] = ()
        self._fills = SeriesFills(place.directory, self)
        self._filling = StationFilling(place.room, self._fills, self)
        self._filling.on_filled = self._read
        self.filing = StationFiling(place, appearance, self)
        self._show_due, self._read_due = QTimer(self), QTimer(self)
        self._show_due.setSingleShot(True)
        self._show_due.setInterval(_SHOW_AFTER_MS)
        self._show_due.timeout.connect(self._show)
        self._read_due.setInterval(_READ_EVERY_MS)
        self._read_due.timeout.connect(self._read)
        place.room.changed.connect(self._on_room_changed)
        place.selection.station_changed.connect(self._on_station_changed)

    @property
    def dialog(self) -> StationDialog | None:
        """The page, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the page of the station that is chosen, or bring it to the front."""
        if self._at.selection.station not in self._at.room.snapshot.stations:
            return
        if self._dialog is None:
            self._dialog = self._open()
            self._dialog.show()
            self._read_due.start()
        self._turn_to(self._at.selection.station)
        self._dialog.raise_()
        self._dialog.activateWindow()

    def station_at(self, lon_deg: float, lat_deg: float) -> Station | None:
        """The station under a place of the map, as large as its symbol is there."""
        reach_m = _REACH_PX * self._at.canvas.view.metres_per_px
        away_m = {
            station.code: distance_m(lon_deg, lat_deg, station.lon_deg, station.lat_deg)
            for station in self._at.room.snapshot.stations.values()
            if abs(station.lat_deg - lat_deg) * _METRES_A_DEGREE <= reach_m
        }
        nearest = min(away_m, key=away_m.__getitem__, default="")
        return self._at.room.snapshot.stations[nearest] if nearest and away_m[nearest] <= reach_m else None

    def begin_at(self, code: str) -> None:
        """Choose a station and open its page."""
        self._at.selection.choose_station(code)
        self.begin()

    def close(self) -> None:
        """The page goes; nothing is followed any more."""
        self._at.room.changed.disconnect(self._on_room_changed)
        self._at.selection.station_changed.disconnect(self._on_station_changed)
        if self._dialog is not None:
            self._dialog.close()
        self._fills.close()

    @property
    def _station(self) -> Station | None:
        return self._at.room.snapshot.stations.get(self._code)

    def _open(self) -> StationDialog:
        dialog = StationDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.parameter_chosen.connect(self._on_chart_chosen)
        dialog.chart.span_chosen.connect(self._on_chart_chosen)
        dialog.chart.cancelled.connect(self._filling.cancel)
        self._filling.on_progress, self._filling.on_rest = dialog.chart.show_progress, dialog.chart.show_rest
        dialog.chart.fetch_requested.connect(self._filling.fetch)
        self._filling.on_offer = partial(dialog.chart.show_rest, may_fetch=True)
        dialog.action_requested.connect(self._on_action_requested)
        self.filing.open(dialog)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _turn_to(self, code: str) -> None:
        if code != self._code:
            self._code, self._past = code, None
        self._filling.begin()
        self._find_rules()
        self._show()
        self._read()
        self._fill()

    def _fill(self) -> None:
        dialog, station = self._dialog, self._station
        if dialog is not None and station is not None:
            self._filling.want(station, dialog.drawn, dialog.chart.span)

    def _find_rules(self) -> None:
        station, snapshot = self._station, self._at.room.snapshot
        around = Surroundings(snapshot.stations.values())
        found = [rule for rule in snapshot.rules.values() if station and stands_at(rule, station, around)]
        self._rules = tuple(sorted(found, key=lambda rule: (rule.severity.rank, rule.name)))

    def _show(self) -> None:
        dialog, station, room = self._dialog, self._station, self._at.room
        if dialog is None or station is None:
            return
        past = self._past if self._past is not None and self._past.code == station.code else None
        dialog.show_view(
            station_view(
                station,
                room.snapshot,
                room.latest,
                past=past,
                rules=self._rules,
                asides=self._filling.asides,
                now=room.now(),
            )
        )
        self.filing.show(station)
        dialog.show_reasons({code: self.reason_of(code) for code in (TYPE_IN, MAINTAIN)})

    def _read(self) -> None:
        station, now = self._station, self._at.room.now()
        if station is not None:
            self._readings.ask(lambda store: read_past(store, station, now), self._on_past_read)
            self._read_span()

    def _on_past_read(self, past: StationPast) -> None:
        if past.code == self._code:
            self._past = past
            self._show()

    def _on_chart_chosen(self, _chosen: str) -> None:
        self._read_span()
        self._fill()

    def _read_span(self) -> None:
        dialog, station = self._dialog, self._station
        if dialog is None or station is None or not dialog.drawn:
            return
        span = dialog.chart.span
        asked = asked_span(station, dialog.drawn, span, self._at.room.now())
        self._readings.ask(lambda store: read_span(store, asked), lambda read: self._on_span_read(read, span))

    def _on_span_read(self, read: SeriesSpan, span: str) -> None:
        dialog = self._dialog
        if dialog is None or (read.station.code, read.parameter) != (self._code, dialog.drawn):
            return
        if span == dialog.chart.span:
            forecast = self._past.forecast if self._past is not None else None
            windows = self._at.room.snapshot.maintenance.values()
            dialog.chart.show_content(span_content(read, span, forecast=forecast, works=windows))

    def _on_action_requested(self, code: str) -> None:
        station = self._station
        if station is None:
            return
        if code == LOCATE:
            self._locate(station)
            return
        self._at.selection.choose_station(station.code)
        self._window.raise_()
        self._window.activateWindow()
        self._act(code)

    def _locate(self, station: Station) -> None:
        """The map is in the main window, which is seen when this one has gone."""
        if self._dialog is not None:
            self._dialog.close()
        self._at.show_station(station)

    def _on_station_changed(self, code: str) -> None:
        if self._dialog is not None and code in self._at.room.snapshot.stations:
            self._turn_to(code)

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        if self._dialog is None or not parts & _PARTS:
            return
        if parts & {Part.STATIONS, Part.RULES}:
            self._find_rules()
        if Part.LINK in parts:
            self._fill()
        if not self._show_due.isActive():
            self._show_due.start()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
        self.filing.close()
        self._filling.close()
        self._show_due.stop()
        self._read_due.stop()
