"""What outlives one window: workers, room, readings, link and map; opened once for a data directory."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.forecast_desk import ForecastDesk
from tabuah.console.window.forgetting import Forgetting
from tabuah.console.window.live import Live
from tabuah.console.window.loading import LoadedMap, load_map
from tabuah.console.window.map_imports import MapImports
from tabuah.console.window.map_watch import MapWatch
from tabuah.console.window.places import Places
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Room
from tabuah.console.window.tasks import Mailbox, TaskRunner, plain_runner
from tabuah.storage.cache.directory import DirectoryLock, prepare_directory
from tabuah.storage.cache.errors import ReadOnlyForNow
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.cache.tile_files import forget_tiles
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

LOG_NAME: Final = "tabuah.log"

log = logging.getLogger(__name__)


class Services(QObject):
    """Opens everything, and closes it in the right order.

    Signals:
        map_loaded: the LoadedMap.
        failed: an error that nobody else answers for.
    """

    map_loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open a data directory.

        Raises:
            DirectoryInUse: another window is open on it.
            CacheError: it cannot be opened; the message says what is safe and what to do.
            ReadingsError: the readings cannot be opened.
        """
        super().__init__()
        self.directory = directory.expanduser().absolute()
        prepare_directory(self.directory)
        self._lock = DirectoryLock(self.directory, "window")
        self._lock.__enter__()
        self._started: list[TaskRunner[ConsoleStore] | TaskRunner[ReadingsStore] | TaskRunner[None]] = []
        self.mailbox = Mailbox(self)
        self.places = Places()
        self.map: LoadedMap | None = None
        self.imports = MapImports(self.directory, self)
        self.imports.came_in.connect(self.reload_map)
        self._map_watch = MapWatch(self.directory, self)
        self._map_watch.changed.connect(self.reload_map)
        try:
            self._open(clock)
        except BaseException:
            self._stop_workers()
            self._lock.__exit__(None, None, None)
            raise

    @property
    def log_file(self) -> Path:
        """Where errors are written."""
        return self.directory / LOG_NAME

    def start(self) -> None:
        """Read the room and the map, and look for the server."""
        self.reload_map()
        self._map_watch.start()
        self.readings.load()
        self.room.watch(then=self.live.start)
        self.forgetting.start()
        self.store.run(lambda store: store.is_read_only, on_done=self._on_writability_known)

    def close(self) -> None:
        """Finish what was asked for and give the directory back; everything was saved when it was done."""
        self.imports.close()
        self._map_watch.close()
        self.forgetting.close()
        self.room.close()
        self.live.close()
        self._stop_workers()
        self.mailbox.close()
        self._lock.__exit__(None, None, None)

    def reload_map(self) -> None:
        """Read the maps as they are now; who shows them is told."""
        self._map_watch.note()
        self.work.run(lambda _context: load_map(self.directory), on_done=self._on_map_loaded)

    def forget_tiles(self, name: str) -> None:
        """Miss a file of map tiles no longer."""
        self.work.run(lambda _context: forget_tiles(self.directory, name))

    def _open(self, clock: Callable[[], datetime]) -> None:
        directory = self.directory
        readings_file = directory / FILE_NAME
        self.store = self._store_runner("tabuah-cache")
        self.network = self._store_runner("tabuah-network")
        self._readings = TaskRunner(
            "tabuah-readings",
            self.mailbox,
            open_context=lambda: ReadingsStore(readings_file),
            close_context=ReadingsStore.close,
            on_error=self.failed.emit,
        )
        self.work = plain_runner("tabuah-work", self.mailbox, self.failed.emit)
        for runner in (self.store, self.network, self._readings, self.work):
            runner.start()
            self._started.append(runner)
        self.room = Room(self.store, clock=clock, parent=self)
        self.room.failed.connect(self.failed)
        self.readings = ReadingsDesk(self.room, self._readings, self.network, ignore=_note)
        self.forecasts = ForecastDesk(self.room, self.readings, self.network, ignore=_note)
        self.forgetting = Forgetting(directory, self.room, self._readings, self)
        self.forgetting.failed.connect(self.failed)
        self.live = Live(directory, self.room, self.readings, self.mailbox)

    def _store_runner(self, name: str) -> TaskRunner[ConsoleStore]:
        return TaskRunner(
            name,
            self.mailbox,
            open_context=lambda: ConsoleStore(self.directory),
            close_context=ConsoleStore.close,
            on_error=self.failed.emit,
        )

    def _stop_workers(self) -> None:
        for runner in reversed(self._started):
            runner.close()
        self._started.clear()

    def _on_writability_known(self, is_read_only: bool) -> None:
        if is_read_only:
            self.failed.emit(ReadOnlyForNow())

    def _on_map_loaded(self, loaded: LoadedMap) -> None:
        self.map = loaded
        self.places.gazetteer = loaded.gazetteer
        self.map_loaded.emit(loaded)


def _note(error: Exception) -> None:
    log.info("readings were not fetched: %s", error)
