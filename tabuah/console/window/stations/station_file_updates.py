"""Updates of the files on a station page: transfer states and thumbnails of photos."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from tabuah.console.window.shared.thumbnails import read_pictures
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.stations.station_file_items import files_view
from tabuah.operations.attachments.transfer import AttachmentState
from tabuah.operations.stations.files import StationFiles
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.attachments import BLOB_FOLDER, TransferCounts
from tabuah.widgets.stations.station_files_panel import StationFilesPanel


class StationFileUpdates(QObject):
    """Updates the files of the open page. States and thumbnails are read on a worker."""

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._block: StationFilesPanel | None = None
        self._station: Station | None = None
        self._states: Mapping[str, AttachmentState] = {}
        self._pictures: Mapping[str, QImage] = {}
        self._read_for: tuple[StationFiles, TransferCounts] | None = None

    @property
    def station(self) -> Station | None:
        """The current value of the station; None if no page is open."""
        known = self._station
        return None if known is None else self._context.state.snapshot.stations.get(known.code)

    def open(self, block: StationFilesPanel) -> None:
        self._block, self._read_for = block, None

    def close(self) -> None:
        self._block, self._station = None, None

    def show(self, station: Station) -> None:
        """Show the files of a station; read their states again if those may have changed."""
        if self._block is None:
            return
        if self._station is None or self._station.code != station.code:
            self._states, self._pictures, self._read_for = {}, {}, None
        self._station = station
        snapshot = self._context.state.snapshot
        if self._read_for != (station.files, snapshot.transfers):
            self._read_for = (station.files, snapshot.transfers)
            self._read(station.files)
        self._block.show_files(files_view(station, snapshot, self._states, self._pictures))

    def read_again(self) -> None:
        """Read the states again after a request for a file."""
        self._read_for = None

    def _read(self, files: StationFiles) -> None:
        attached = [file.attachment for file in files.kept]
        on_states, on_pictures = partial(self._on_states_read, files), partial(self._on_pictures_read, files)
        self._context.store.run(lambda store: store.attachments.states(attached), on_done=on_states)
        photos, blobs = [each for each in attached if each.is_photo], self._context.directory / BLOB_FOLDER
        if photos:
            self._context.work.run(lambda _context: read_pictures(blobs, photos), on_done=on_pictures)

    def _on_states_read(self, files: StationFiles, states: Mapping[str, AttachmentState]) -> None:
        if self._is_of(files):
            self._states = states
            self._show_again()

    def _on_pictures_read(self, files: StationFiles, pictures: Mapping[str, QImage]) -> None:
        if self._is_of(files):
            self._pictures = pictures
            self._show_again()

    def _is_of(self, files: StationFiles) -> bool:
        return self._read_for is not None and self._read_for[0] == files

    def _show_again(self) -> None:
        station = self.station
        if station is not None:
            self.show(station)
