"""What the page of a station lacks, fetched from the server while it is open; without a line, that is said."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.link import LinkState
from tabuah.console.window.presenting.span_charts import LENGTHS
from tabuah.console.window.room import Room
from tabuah.console.window.series_filling import Filled, Grain, Wanted
from tabuah.console.window.series_fills import SeriesFills
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_number
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.sync.errors import SyncError
from tabuah.widgets.stations.span_chart import MONTH, WEEK, YEAR

_VALUES_FOR: Final = LENGTHS[WEEK]  # what the page itself needs: gaps and marks of the week
_Key = tuple[str, tuple[str, ...], Grain, timedelta]


class StationFilling(QObject):
    """Fetches each thing once while the page shows a station: the stream brings what comes later."""

    def __init__(self, room: Room, fills: SeriesFills, parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._fills = room, fills
        self._done: set[_Key] = set()
        self._running: _Key | None = None
        self._asked: tuple[Station, str, str] | None = None
        self._came = 0
        self.asides: Mapping[str, int] | None = None
        self.on_progress: Callable[[str, int, int], None] = lambda _told, _done, _of: None
        self._is_asked_for = False  # a person wants it although the line is spared
        self.on_rest: Callable[[str], None] = lambda _told: None
        self.on_offer: Callable[[str], None] = lambda _told: None
        self.on_filled: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Another station, or the same one anew: everything may be missing."""
        self._fills.end()
        self._done.clear()
        self._running, self._came, self.asides, self._is_asked_for = None, 0, None, False

    def want(self, station: Station, parameter: str, span: str) -> None:
        """See that the week of a station is here, and this parameter as far back as its chart goes."""
        self._asked = (station, parameter, span)
        if self._room.link.state is not LinkState.ONLINE:
            self.on_rest(_("No line to the server: what is shown is what is kept on this computer."))
            return
        key = next((key for key in self._keys(station, parameter, span) if key not in self._done), None)
        if key is None:
            self._fills.end()
            self._running = None
            self.on_rest(self._tell())
        elif self._room.snapshot.line.data_saver and not self._is_asked_for:
            self.on_offer(_("Data saver: nothing is fetched by itself. What is shown is what is kept here."))
        elif key != self._running:
            self._start(key)

    def fetch(self) -> None:
        """Fetch it also on a line that is spared, for as long as this station is looked at."""
        self._is_asked_for = True
        if self._asked is not None:
            self.want(*self._asked)

    def cancel(self) -> None:
        """Fetch no more of this; what came is kept."""
        self._fills.end()
        if self._running is not None:
            self._done.add(self._running)
            self._running = None
        self.on_rest(_("Not everything was fetched. What came is kept."))
        self.on_filled()

    def close(self) -> None:
        """End what is fetched."""
        self._fills.end()
        self._asked = self._running = None

    def _keys(self, station: Station, parameter: str, span: str) -> Iterator[_Key]:
        yield station.code, tuple(each.code for each in station.parameters), Grain.VALUES, _VALUES_FOR
        if span in (MONTH, YEAR):
            yield station.code, (parameter,), Grain.HOURS, LENGTHS[span]

    def _start(self, key: _Key) -> None:
        self._running = key
        code, parameters, grain, length = key
        until = self._room.now()
        wanted = Wanted(code, parameters, until - length, until, grain)
        self._fills.begin(
            wanted, on_progress=self._on_progress, on_done=lambda filled: self._on_done(key, filled),
            on_error=self._on_error,
        )  # fmt: skip

    def _on_progress(self, done: int, of: int) -> None:
        told = _("Fetching from the server what is not kept here …")
        self.on_progress(told, done, of)

    def _on_done(self, key: _Key, filled: Filled) -> None:
        self._done.add(key)
        self._running = None
        self._came += filled.came
        self.asides = filled.asides
        self.on_filled()
        if self._asked is not None:
            self.want(*self._asked)

    def _on_error(self, error: Exception) -> None:
        """What was to be expected is said here; the page shows what is kept."""
        if not isinstance(error, SyncError | ReadingsError):
            raise error
        self._running = None
        self.on_rest(_("Not everything could be fetched: {reason}").format(reason=error))

    def _tell(self) -> str:
        if not self._came:
            return _("Everything that the server has of this is here.")
        told = ngettext("{n} value came from the server.", "{n} values came from the server.", self._came)
        return told.format(n=format_number(self._came))
