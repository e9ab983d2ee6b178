"""The station page: follows the console state and the selected station while it is open."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.stations.series_backfill import SeriesBackfill, StationBackfill
from tabuah.console.window.stations.station_charts import requested_span, series_chart_content
from tabuah.console.window.stations.station_file_actions import StationFileActions
from tabuah.console.window.stations.station_history import (
    SeriesSpan,
    StationEvents,
    StationHistory,
    read_series_span,
    read_station_events,
    read_station_history,
)
from tabuah.console.window.stations.station_page_view import station_view
from tabuah.gis.geodesy import distance_m
from tabuah.operations.rules.coverage import watches_station
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.widgets.stations.station_page_dialog import CHANGES, LOCATE, StationPageDialog
from tabuah.widgets.theme.appearance import Appearance

_REACH_PX: Final = 14.0
_METRES_A_DEGREE: Final = 110_000.0  # of latitude; slightly less than anywhere, so that nothing near is missed
_PARTS: Final = frozenset(
    {
        StatePart.STATIONS,
        StatePart.READINGS,
        StatePart.ALARMS,
        StatePart.MAINTENANCE,
        StatePart.RULES,
        StatePart.LINK,
        StatePart.ATTACHMENTS,
        StatePart.PERSON,
        StatePart.PENDING,
    }
)
_SHOW_AFTER_MS: Final = 1_000  # readings arrive many times a second
_READ_EVERY_MS: Final = 30_000  # stored readings and displayed ages


class StationPage(QObject):
    """Opens the page of the selected station. Stored readings are read on their worker."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        readings: ConsoleReadings,
        *,
        files: StationFileActions,
        forms: Mapping[str, Callable[[], None]],
        reason_of: Callable[[str], str],
    ) -> None:
        """Open one of `forms` of the main window by its action; `reason_of` says why an action is unavailable."""
        super().__init__(window)
        self._context, self._window, self._appearance, self._readings = context, window, appearance, readings
        self._forms, self._reason_of = forms, reason_of
        self._dialog: StationPageDialog | None = None
        self._code = ""
        self._past: StationHistory | None = None
        self._events: StationEvents | None = None
        self._rules: tuple[Rule, ...] = ()
        self._backfill_task = SeriesBackfill(context.directory, self)
        self._backfill = StationBackfill(context.state, self._backfill_task, self)
        self._backfill.filled.connect(self._read)
        self._backfill.progressed.connect(self._on_backfill_progressed)
        self._backfill.rested.connect(self._on_backfill_rested)
        self._backfill.offered.connect(self._on_backfill_offered)
        self.file_actions = files
        self._show_due, self._read_due = QTimer(self), QTimer(self)
        self._show_due.setSingleShot(True)
        self._show_due.setInterval(_SHOW_AFTER_MS)
        self._show_due.timeout.connect(self._show)
        self._read_due.setInterval(_READ_EVERY_MS)
        self._read_due.timeout.connect(self._read)
        context.state.changed.connect(self._on_room_changed)
        context.selection.station_changed.connect(self._on_station_changed)

    @property
    def dialog(self) -> StationPageDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the page of the selected station, or bring it to the front."""
        if self._context.selection.station not in self._context.state.snapshot.stations:
            return
        if self._dialog is None:
            self._dialog = self._open()
            self._dialog.show()
            self._read_due.start()
        self._turn_to(self._context.selection.station)
        bring_to_front(self._dialog, self._context.notifier)

    def station_at(self, lon_deg: float, lat_deg: float) -> Station | None:
        """Return the station under a map position, within the size of its symbol."""
        reach_m = _REACH_PX * self._context.canvas.view.metres_per_px
        away_m = {
            station.code: distance_m(lon_deg, lat_deg, station.lon_deg, station.lat_deg)
            for station in self._context.state.snapshot.stations.values()
            if abs(station.lat_deg - lat_deg) * _METRES_A_DEGREE <= reach_m
        }
        nearest = min(away_m, key=away_m.__getitem__, default="")
        return self._context.state.snapshot.stations[nearest] if nearest and away_m[nearest] <= reach_m else None

    def begin_at(self, code: str) -> None:
        """Select a station and open its page."""
        self._context.selection.choose_station(code)
        self.begin()

    def close(self) -> None:
        """Close the page and stop following."""
        self._context.state.changed.disconnect(self._on_room_changed)
        self._context.selection.station_changed.disconnect(self._on_station_changed)
        if self._dialog is not None:
            self._dialog.close()
        self._backfill_task.close()

    @property
    def _station(self) -> Station | None:
        return self._context.state.snapshot.stations.get(self._code)

    def _open(self) -> StationPageDialog:
        dialog = StationPageDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.parameter_chosen.connect(self._on_chart_chosen)
        dialog.chart.span_chosen.connect(self._on_chart_chosen)
        dialog.chart.cancelled.connect(self._backfill.cancel)
        dialog.chart.fetch_requested.connect(self._backfill.fetch)
        dialog.action_requested.connect(self._on_action_requested)
        self.file_actions.open(dialog)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _turn_to(self, code: str) -> None:
        if code != self._code:
            self._code, self._past, self._events = code, None, None
        self._backfill.begin()
        self._find_rules()
        self._show()
        self._read()
        self._read_events()
        self._fill()

    def _fill(self) -> None:
        dialog, station = self._dialog, self._station
        if dialog is not None and station is not None:
            self._backfill.request(station, dialog.drawn, dialog.chart.span)

    def _find_rules(self) -> None:
        station, snapshot = self._station, self._context.state.snapshot
        around = NearbyStations(snapshot.stations.values())
        found = [rule for rule in snapshot.rules.values() if station and watches_station(rule, station, around)]
        self._rules = tuple(sorted(found, key=lambda rule: (rule.severity.rank, rule.name)))

    def _show(self) -> None:
        dialog, station, state = self._dialog, self._station, self._context.state
        if dialog is None or station is None:
            return
        past = self._past if self._past is not None and self._past.code == station.code else None
        dialog.show_view(
            station_view(
                station,
                state.snapshot,
                state.latest,
                past=past,
                rules=self._rules,
                quarantined=self._backfill.quarantined,
                history=self._events,
                now=state.now(),
            )
        )
        self.file_actions.show(station)
        dialog.show_reasons({code: self._reason_of(code) for code in self._forms})

    def _read(self) -> None:
        station, now = self._station, self._context.state.now()
        if station is not None:
            self._readings.query(lambda store: read_station_history(store, station, now), self._on_past_read)
            self._read_span()

    def _read_events(self) -> None:
        station = self._station
        if station is not None:
            self._context.store.run(lambda store: read_station_events(store, station), on_done=self._on_events_read)

    def _on_events_read(self, events: StationEvents) -> None:
        if events.code == self._code:
            self._events = events
            self._show()

    def _on_past_read(self, past: StationHistory) -> None:
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
        asked = requested_span(station, dialog.drawn, span, self._context.state.now())
        self._readings.query(
            lambda store: read_series_span(store, asked), lambda read: self._on_span_read(read, span)
        )

    def _on_span_read(self, read: SeriesSpan, span: str) -> None:
        dialog = self._dialog
        if dialog is None or (read.station.code, read.parameter) != (self._code, dialog.drawn):
            return
        if span == dialog.chart.span:
            forecast = self._past.forecast if self._past is not None else None
            snapshot = self._context.state.snapshot
            content = series_chart_content(
                read, span, forecast=forecast, works=snapshot.maintenance.values(), exercises=snapshot.exercises
            )
            dialog.chart.show_content(content)

    def _on_action_requested(self, code: str) -> None:
        station = self._station
        if station is None:
            return
        if code == LOCATE:
            self._locate(station)
            return
        self._context.selection.choose_station(station.code)
        if code in CHANGES and self._dialog is not None:
            self._dialog.close()  # it covers the form, the map and the question
        self._window.raise_()
        self._window.activateWindow()
        self._forms[code]()

    def _on_backfill_progressed(self, message: str, done: int, of: int) -> None:
        if self._dialog is not None:
            self._dialog.chart.show_progress(message, done, of)

    def _on_backfill_rested(self, message: str) -> None:
        if self._dialog is not None:
            self._dialog.chart.show_note(message)

    def _on_backfill_offered(self, message: str) -> None:
        if self._dialog is not None:
            self._dialog.chart.show_note(message, may_fetch=True)

    def _locate(self, station: Station) -> None:
        """Close the page, which covers the map, and show the station."""
        if self._dialog is not None:
            self._dialog.close()
        self._context.show_station(station)

    def _on_station_changed(self, code: str) -> None:
        if self._dialog is not None and code in self._context.state.snapshot.stations:
            self._turn_to(code)

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None or not parts & _PARTS:
            return
        if parts & {StatePart.STATIONS, StatePart.RULES}:
            self._find_rules()
        if parts & {StatePart.STATIONS, StatePart.PENDING}:
            self._read_events()
        if StatePart.LINK in parts:
            self._fill()
        if not self._show_due.isActive():
            self._show_due.start()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
        self.file_actions.close()
        self._backfill.close()
        self._show_due.stop()
        self._read_due.stop()
