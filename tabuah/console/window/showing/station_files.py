"""Follows the files of the station whose page is open: where each stands, and small pictures of its photos."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from tabuah.console.window.history import read_pictures
from tabuah.console.window.presenting.station_files import files_view
from tabuah.console.window.workplace import Workplace
from tabuah.operations.stations.files import StationFiles
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.attachments import BLOB_FOLDER, AttachmentState, TransferCounts
from tabuah.widgets.stations.files_block import FilesBlock


class StationFilesShowing(QObject):
    """Keeps the files on a page right; what is read comes later, and only of what is shown then."""

    def __init__(self, place: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._at = place
        self._block: FilesBlock | None = None
        self._station: Station | None = None
        self._states: Mapping[str, AttachmentState] = {}
        self._pictures: Mapping[str, QImage] = {}
        self._read_for: tuple[StationFiles, TransferCounts] | None = None

    @property
    def station(self) -> Station | None:
        """The station as it is now; None where no page is open."""
        known = self._station
        return None if known is None else self._at.room.snapshot.stations.get(known.code)

    def open(self, block: FilesBlock) -> None:
        """A page was opened."""
        self._block, self._read_for = block, None

    def close(self) -> None:
        """It was closed."""
        self._block, self._station = None, None

    def show(self, station: Station) -> None:
        """Show the files of a station as they are now; where they stand is read again when that may have changed."""
        if self._block is None:
            return
        if self._station is None or self._station.code != station.code:
            self._states, self._pictures, self._read_for = {}, {}, None
        self._station = station
        snapshot = self._at.room.snapshot
        if self._read_for != (station.files, snapshot.transfers):
            self._read_for = (station.files, snapshot.transfers)
            self._read(station.files)
        self._block.show_files(files_view(station, snapshot, self._states, self._pictures))

    def read_again(self) -> None:
        """Something was asked for: where it stands is another matter now."""
        self._read_for = None

    def _read(self, files: StationFiles) -> None:
        attached = [file.attachment for file in files.kept]
        on_states, on_pictures = partial(self._on_states_read, files), partial(self._on_pictures_read, files)
        self._at.store.run(lambda store: store.attachments.states(attached), on_done=on_states)
        photos, blobs = [each for each in attached if each.is_photo], self._at.directory / BLOB_FOLDER
        if photos:
            self._at.work.run(lambda _context: read_pictures(blobs, photos), on_done=on_pictures)

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
