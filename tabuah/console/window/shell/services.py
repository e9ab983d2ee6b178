"""Services that outlive one window.

Workers, console state, readings, connection and map of a data directory.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from tabuah.console.exercises.replay_file import ReplayFile
from tabuah.console.window.exercises.replay_task import ReplayTask
from tabuah.console.window.incidents.search_index_fill import SearchIndexFill
from tabuah.console.window.map.map_files import LoadedMap, MapFileWatcher, load_map
from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.map_imports import MapImports
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.places import Places
from tabuah.console.window.state.task_runner import GuiMailbox, TaskRunner, plain_runner
from tabuah.console.window.stations.console_forecasts import ConsoleForecasts
from tabuah.console.window.stations.pruning import ReadingsPruning
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.storage.cache.data_directory import DirectoryLock, prepare_directory
from tabuah.storage.cache.errors import ReadOnlyCache
from tabuah.storage.cache.map.tile_files import forget_tile_file
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

LOG_NAME: Final = "tabuah.log"

log = logging.getLogger(__name__)


class Services(QObject):
    """Opens all services and closes them in the right order.

    Signals:
        map_loaded: the LoadedMap.
        failed: an error without another handler.
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
        self.mailbox = GuiMailbox(self)
        self.places = Places()
        self.map: LoadedMap | None = None
        self.imports = MapImports(self.directory, self)
        self.imports.came_in.connect(self.reload_map)
        self.day_replay = ReplayTask(self.directory, self)
        self._map_watch = MapFileWatcher(self.directory, self)
        self._map_watch.changed.connect(self.reload_map)
        try:
            self._open(clock)
        except BaseException:
            self._stop_workers()
            self._lock.__exit__(None, None, None)
            raise

    @property
    def log_file(self) -> Path:
        return self.directory / LOG_NAME

    def start(self) -> None:
        """Load the state and the map, and connect to the server."""
        self.reload_map()
        self._map_watch.start()
        self.readings.load()
        self.state.watch(then=self.connection.start)
        self.pruning.start()
        self.search_index_fill.start()
        self.work.run(lambda _context: ReplayFile(self.directory).all(), on_done=self.day_replay.add_known)
        self.store.run(lambda store: store.is_read_only, on_done=self._on_writability_known)

    def close(self) -> None:
        """Finish pending tasks and release the directory. All work is saved already."""
        self.imports.close()
        self._map_watch.close()
        self.pruning.close()
        self.search_index_fill.close()
        self.day_replay.close()
        self.state.close()
        self.connection.close()
        self._stop_workers()
        self.mailbox.close()
        self._lock.__exit__(None, None, None)

    def reload_map(self) -> None:
        """Read the maps again; `map_loaded` follows."""
        self._map_watch.mark_read()
        self.work.run(lambda _context: load_map(self.directory), on_done=self._on_map_loaded)

    def forget_tiles(self, name: str) -> None:
        """Stop reporting a missing tile file."""
        self.work.run(lambda _context: forget_tile_file(self.directory, name))

    def _open(self, clock: Callable[[], datetime]) -> None:
        directory = self.directory
        readings_file = directory / FILE_NAME
        self.store = self._store_runner("tabuah-cache", clock)
        self.network = self._store_runner("tabuah-network", clock)
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
        self.state = ConsoleState(self.store, clock=clock, parent=self)
        self.state.failed.connect(self.failed)
        self.readings = ConsoleReadings(self.state, self._readings, self.network, ignore=_note, parent=self)
        self.forecasts = ConsoleForecasts(self.state, self.readings, self.network, ignore=_note)
        self.search_index_fill = SearchIndexFill(self.store, self)
        self.pruning = ReadingsPruning(directory, self.state, self._readings, self)
        self.pruning.failed.connect(self.failed)
        self.connection = ServerConnection(
            directory, self.state, self.readings, self.mailbox, clock=clock, on_error=self.failed.emit
        )

    def _store_runner(self, name: str, clock: Callable[[], datetime]) -> TaskRunner[ConsoleStore]:
        return TaskRunner(
            name,
            self.mailbox,
            open_context=lambda: ConsoleStore(self.directory, clock=clock),
            close_context=ConsoleStore.close,
            on_error=self.failed.emit,
        )

    def _stop_workers(self) -> None:
        for runner in reversed(self._started):
            runner.close()
        self._started.clear()

    def _on_writability_known(self, is_read_only: bool) -> None:
        if is_read_only:
            self.failed.emit(ReadOnlyCache())

    def _on_map_loaded(self, loaded: LoadedMap) -> None:
        self.map = loaded
        self.places.use_gazetteer(loaded.gazetteer)
        self.map_loaded.emit(loaded)


def _note(error: Exception) -> None:
    log.info("readings were not fetched: %s", error)
