"""Backfill for the open station page. Without a connection the page says so."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.stations.series_backfill import (
    BackfillGrain,
    BackfillRequest,
    BackfillResult,
    SeriesBackfill,
)
from tabuah.console.window.stations.series_chart import SPAN_LENGTHS
from tabuah.operations.stations.station import Station
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.sync.errors import SyncError
from tabuah.widgets.stations.span_chart import MONTH, WEEK, YEAR

_VALUES_FOR: Final = SPAN_LENGTHS[WEEK]  # what the page itself needs: gaps and marks of the week
_Key = tuple[str, tuple[str, ...], BackfillGrain, timedelta]


class StationBackfill(QObject):
    """Fetches each period once while the page shows a station; newer readings arrive live.

    Signals:
        progressed: a text, and the done and total number of requests.
        rested: nothing is being fetched; the text says why.
        offered: nothing is fetched without a request; the text says why.
        filled: new readings are stored.
    """

    progressed = Signal(str, int, int)
    rested = Signal(str)
    offered = Signal(str)
    filled = Signal()

    def __init__(self, state: ConsoleState, backfill_task: SeriesBackfill, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._backfill_task = state, backfill_task
        self._done: set[_Key] = set()
        self._running: _Key | None = None
        self._asked: tuple[Station, str, str] | None = None
        self._stored = 0
        self.quarantined: Mapping[str, int] | None = None
        self._is_asked_for = False  # requested by a person although the data saver is on

    def begin(self) -> None:
        """Reset for another station or a new visit."""
        self._backfill_task.cancel()
        self._done.clear()
        self._running, self._stored, self.quarantined, self._is_asked_for = None, 0, None, False

    def request(self, station: Station, parameter: str, span: str) -> None:
        """Fetch the week of a station, and this parameter for the period of its chart."""
        self._asked = (station, parameter, span)
        if self._state.link.state is not ConnectionState.ONLINE:
            self.rested.emit(_("No connection to the server: showing the readings stored on this computer."))
            return
        key = next((key for key in self._keys(station, parameter, span) if key not in self._done), None)
        if key is None:
            self._backfill_task.cancel()
            self._running = None
            self.rested.emit(self._tell())
        elif self._state.snapshot.connection_settings.data_saver and not self._is_asked_for:
            self.offered.emit(_("Data saver: no automatic fetching. Showing the readings stored here."))
        elif key != self._running:
            self._start(key)

    def fetch(self) -> None:
        """Fetch despite the data saver, as long as this station is shown."""
        self._is_asked_for = True
        if self._asked is not None:
            self.request(*self._asked)

    def cancel(self) -> None:
        """Cancel the backfill; stored readings are kept."""
        self._backfill_task.cancel()
        if self._running is not None:
            self._done.add(self._running)
            self._running = None
        self.rested.emit(_("Some readings were not fetched. Those received are stored."))
        self.filled.emit()

    def close(self) -> None:
        """Cancel, when the page closes."""
        self._backfill_task.cancel()
        self._asked = self._running = None

    def _keys(self, station: Station, parameter: str, span: str) -> Iterator[_Key]:
        yield station.code, tuple(each.code for each in station.parameters), BackfillGrain.VALUES, _VALUES_FOR
        if span in (MONTH, YEAR):
            yield station.code, (parameter,), BackfillGrain.HOURS, SPAN_LENGTHS[span]

    def _start(self, key: _Key) -> None:
        self._running = key
        code, parameters, grain, length = key
        until = self._state.now()
        wanted = BackfillRequest(code, parameters, until - length, until, grain)
        self._backfill_task.begin(
            wanted, on_progress=self._on_progress, on_done=lambda filled: self._on_done(key, filled),
            on_error=self._on_error,
        )  # fmt: skip

    def _on_progress(self, done: int, of: int) -> None:
        message = _("Fetching missing readings from the server …")
        self.progressed.emit(message, done, of)

    def _on_done(self, key: _Key, filled: BackfillResult) -> None:
        self._done.add(key)
        self._running = None
        self._stored += filled.stored
        self.quarantined = filled.quarantined
        self.filled.emit()
        if self._asked is not None:
            self.request(*self._asked)

    def _on_error(self, error: Exception) -> None:
        """Show an expected error in the page, which continues with stored readings."""
        if not isinstance(error, SyncError | ReadingsError):
            raise error
        self._running = None
        self.rested.emit(_("Some readings could not be fetched: {reason}").format(reason=error))

    def _tell(self) -> str:
        if not self._stored:
            return _("All readings of the server are stored here.")
        message = ngettext("{n} value fetched from the server.", "{n} values fetched from the server.", self._stored)
        return message.format(n=format_number(self._stored))
