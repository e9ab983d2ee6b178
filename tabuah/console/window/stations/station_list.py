"""The station list.

Follows the console state while it is open, with sparklines of the visible stations.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.stations.station_items import kind_choices, station_items
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.store import ReadingsStore
from tabuah.widgets.charts.series import Series
from tabuah.widgets.stations.station_item import SparklineData, StationItem
from tabuah.widgets.stations.station_list_dialog import StationListDialog
from tabuah.widgets.theme.appearance import Appearance

_PARTS: Final = frozenset({StatePart.STATIONS, StatePart.READINGS, StatePart.ALARMS, StatePart.MAINTENANCE})
_SHOW_AFTER_MS: Final = 1_000  # readings arrive many times a second
_AGES_MS: Final = 5_000  # ages change even without new readings


class StationListActions(QObject):
    """Opens the station list. Rows and sparklines are computed on workers."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        readings: ConsoleReadings,
        *,
        open_page: Callable[[str], None],
    ) -> None:
        """Use `open_page` to open the page of a station."""
        super().__init__(window)
        self._context, self._window, self._appearance, self._open_page = context, window, appearance, open_page
        self._dialog: StationListDialog | None = None
        self._days = StationSparklines(
            context.state, readings, on_read=self._on_days_read, on_error=context.notifier.error
        )
        self._is_making = False
        self._show_due, self._ages_due = QTimer(self), QTimer(self)
        self._show_due.setSingleShot(True)
        self._show_due.setInterval(_SHOW_AFTER_MS)
        self._ages_due.setInterval(_AGES_MS)
        for timer in (self._show_due, self._ages_due):
            timer.timeout.connect(self._refresh)
        context.state.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> StationListDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the list, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            state = self._context.state
            self._dialog.show_stations(station_items(state.snapshot, state.latest, state.now()))
            self._dialog.list.select_first()
            self._dialog.show()
            self._ages_due.start()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the list and stop following."""
        self._context.state.changed.disconnect(self._on_room_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> StationListDialog:
        dialog = StationListDialog(self._appearance, kind_choices(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.opened.connect(self._open_page)
        dialog.locate_requested.connect(self._on_locate_requested)
        dialog.list.visible_rows_changed.connect(self._on_sight_changed)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _refresh(self) -> None:
        """Compute the rows on a worker: two thousand rows take longer than a frame and would stop scrolling."""
        if self._is_making:
            self._show_due.start()
            return
        self._is_making = True
        snapshot, latest, now = self._context.state.snapshot, self._context.state.latest, self._context.state.now()
        self._context.work.run(
            lambda _context: station_items(snapshot, latest, now), on_done=self._on_made, on_error=self._on_failed
        )

    def _on_made(self, items: tuple[StationItem, ...]) -> None:
        self._is_making = False
        if self._dialog is not None:
            self._dialog.show_stations(items)

    def _on_failed(self, error: Exception) -> None:
        self._is_making = False
        self._context.notifier.error(error)

    def _on_sight_changed(self) -> None:
        if self._dialog is not None:
            self._days.request(self._dialog.list.visible_ids)

    def _on_days_read(self) -> None:
        if self._dialog is not None:
            self._dialog.list.show_days(self._days.days)

    def _on_locate_requested(self, code: str) -> None:
        """Close the list, which covers the map, and show the station."""
        station = self._context.state.snapshot.stations.get(code)
        if station is None or self._dialog is None:
            return
        self._dialog.close()
        self._context.show_station(station)
        self._window.activateWindow()
        self._context.canvas.setFocus()

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS and not self._show_due.isActive():
            self._show_due.start()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
        self._show_due.stop()
        self._ages_due.stop()
        self._days.close()


_DAY: Final = timedelta(days=1)
_READ_AGAIN: Final = timedelta(seconds=20)  # a pixel of such a line is nine minutes
_AT_ONCE: Final = 8  # so that the first row is ready before the last one is read


class StationSparklines:
    """Day readings of visible stations, cached for their sparklines.

    Lives on the GUI thread. One query runs at a time; stations that scrolled out of sight are skipped.
    """

    def __init__(
        self,
        state: ConsoleState,
        readings: ConsoleReadings,
        *,
        on_read: Callable[[], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._state, self._readings, self._on_days, self._on_error = state, readings, on_read, on_error
        self._wanted: tuple[str, ...] = ()
        self._read_at: dict[str, datetime] = {}
        self._is_reading = self._has_failed = False
        self.days: dict[str, SparklineData] = {}

    def request(self, codes: Iterable[str]) -> None:
        """Read these stations in order, and drop earlier requests."""
        self._wanted = tuple(codes)
        self._read_next()

    def close(self) -> None:
        """Drop all requests; cached days become stale."""
        self._wanted = ()
        self.days, self._read_at = {}, {}

    def _read_next(self) -> None:
        now, known = self._state.now(), self._state.snapshot.stations
        due = [known[code] for code in self._wanted if code in known and self._is_due(code, now)][:_AT_ONCE]
        if due and not self._is_reading:
            self._is_reading = True
            self._readings.query(
                lambda store: _read_days(store, due, now),
                lambda days: self._on_read(days, now),
                on_error=self._on_failed,
            )

    def _is_due(self, code: str, now: datetime) -> bool:
        return code not in self._read_at or now - self._read_at[code] >= _READ_AGAIN

    def _on_read(self, days: Mapping[str, SparklineData], asked_at: datetime) -> None:
        self._is_reading = self._has_failed = False
        if not self._wanted:
            return
        self.days.update(days)
        self._read_at.update(dict.fromkeys(days, asked_at))
        self._on_days()
        self._read_next()

    def _on_failed(self, error: Exception) -> None:
        """Report a failure once until a query succeeds; the next request tries again."""
        self._is_reading, self._wanted = False, ()
        if not self._has_failed:
            self._has_failed = True
            self._on_error(error)


def _read_days(store: ReadingsStore, stations: Iterable[Station], now: datetime) -> dict[str, SparklineData]:
    return {station.code: _read_day(store, station, now) for station in stations}


def _read_day(store: ReadingsStore, station: Station, now: datetime) -> SparklineData:
    main, since = station.main_parameter, now - _DAY
    span_s = (since.timestamp(), now.timestamp())
    if main is None:
        return SparklineData(span_s=span_s)
    kept = store.time_series(station.code, main.code, since, now)
    series = Series(times_s=kept.times_s, values=kept.values, interval_s=main.expected_interval_s)
    return SparklineData(series=series, span_s=span_s)
