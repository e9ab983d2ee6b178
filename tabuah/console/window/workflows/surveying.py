"""Surveying the stations: the window with the list of all of them follows the room while it is open."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.window.presenting.station_items import kind_choices, station_items
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part
from tabuah.console.window.station_days import StationDays
from tabuah.console.window.workplace import Workplace
from tabuah.widgets.stations.station_item import StationItem
from tabuah.widgets.stations.stations_dialog import StationsDialog
from tabuah.widgets.theme.appearance import Appearance

_PARTS: Final = frozenset({Part.STATIONS, Part.READINGS, Part.ALARMS, Part.MAINTENANCE})
_SHOW_AFTER_MS: Final = 1_000  # readings come many times a second
_AGES_MS: Final = 5_000  # values grow old also when nothing comes


class Surveying(QObject):
    """Opens the list of stations; afterwards its rows are made, and their lines read, on workers."""

    def __init__(
        self,
        place: Workplace,
        window: QWidget,
        appearance: Appearance,
        readings: ReadingsDesk,
        *,
        open_page: Callable[[str], None],
    ) -> None:
        """Open the page of a station by `open_page`."""
        super().__init__(window)
        self._at, self._window, self._appearance, self._open_page = place, window, appearance, open_page
        self._dialog: StationsDialog | None = None
        self._days = StationDays(place.room, readings)
        self._days.on_read, self._days.on_error = self._on_days_read, place.teller.error
        self._is_making = False
        self._show_due, self._ages_due = QTimer(self), QTimer(self)
        self._show_due.setSingleShot(True)
        self._show_due.setInterval(_SHOW_AFTER_MS)
        self._ages_due.setInterval(_AGES_MS)
        for timer in (self._show_due, self._ages_due):
            timer.timeout.connect(self._refresh)
        place.room.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> StationsDialog | None:
        """The window, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the list, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            room = self._at.room
            self._dialog.show_stations(station_items(room.snapshot, room.latest, room.now()))
            self._dialog.list.show_first()
            self._dialog.show()
            self._ages_due.start()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def close(self) -> None:
        """The window goes; nothing is followed any more."""
        self._at.room.changed.disconnect(self._on_room_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> StationsDialog:
        dialog = StationsDialog(self._appearance, kind_choices(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.opened.connect(self._open_page)
        dialog.locate_requested.connect(self._on_locate_requested)
        dialog.list.sight_changed.connect(self._on_sight_changed)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _refresh(self) -> None:
        """Two thousand rows take longer than a frame, so they are made beside the window while it is scrolled."""
        if self._is_making:
            self._show_due.start()
            return
        self._is_making = True
        snapshot, latest, now = self._at.room.snapshot, self._at.room.latest, self._at.room.now()
        self._at.work.run(
            lambda _context: station_items(snapshot, latest, now), on_done=self._on_made, on_error=self._on_failed
        )

    def _on_made(self, items: tuple[StationItem, ...]) -> None:
        self._is_making = False
        if self._dialog is not None:
            self._dialog.show_stations(items)

    def _on_failed(self, error: Exception) -> None:
        self._is_making = False
        self._at.teller.error(error)

    def _on_sight_changed(self) -> None:
        if self._dialog is not None:
            self._days.want(self._dialog.list.in_sight)

    def _on_days_read(self) -> None:
        if self._dialog is not None:
            self._dialog.list.show_days(self._days.days)

    def _on_locate_requested(self, code: str) -> None:
        """The map is in the main window, which is seen when this one has gone."""
        station = self._at.room.snapshot.stations.get(code)
        if station is None or self._dialog is None:
            return
        self._dialog.close()
        self._at.show_station(station)
        self._window.activateWindow()
        self._at.canvas.setFocus()

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        if self._dialog is not None and parts & _PARTS and not self._show_due.isActive():
            self._show_due.start()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
        self._show_due.stop()
        self._ages_due.stop()
        self._days.close()
