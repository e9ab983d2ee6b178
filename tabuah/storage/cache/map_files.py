"""The files of a data directory's map: read with what is wrong told, and changed together, all of them or none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tabuah.gis.basemap import Basemap
from tabuah.gis.basemap_file import load_basemap, save_basemap
from tabuah.gis.errors import MapFileError
from tabuah.gis.tiles.archive import SUFFIXES
from tabuah.resources.catalogue import _
from tabuah.storage.cache.directory import DirectoryLock, prepare_directory
from tabuah.storage.cache.errors import DiskFull

FOLDER: Final = "map"
OFFICIAL_NAME: Final = "regency.npz"
LAYERS_NAME: Final = "layers.npz"
BASE_NAME: Final = "base.npz"
BASE_SOURCE_NAME: Final = "base.gpkg"
_STYLE_NAME: Final = "style.toml"
_TILES_FOLDER: Final = "tiles"
_WAIT_S: Final = 30.0

# Name, size, time and number of each file. A file that takes the place of another has another number.
MapSignature = tuple[tuple[str, int, int, int], ...]


def read_map(path: Path, problems: list[str]) -> Basemap | None:
    """A map file; None where it is not there, or where it is damaged, which `problems` says then."""
    if not path.exists():
        return None
    try:
        return load_basemap(path)
    except MapFileError:
        message = _("The imported map {path} is damaged and not shown. Import it again with: tabuah map import FILE")
        problems.append(message.format(path=path))
        return None


def map_signature(directory: Path) -> MapSignature:
    """What tells that the maps of a data directory are others than before, without reading them."""
    folder, tiles = directory / FOLDER, directory / _TILES_FOLDER
    own = [folder / name for name in (OFFICIAL_NAME, LAYERS_NAME, BASE_NAME, _STYLE_NAME)]
    return tuple(facts for path in (*own, *_tiles_in(tiles)) if (facts := _facts(path)) is not None)


class MapChange:
    """What shall become of the map files; nothing has changed before `commit`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, Path] = {}
        self._dropped: set[str] = set()

    def read(self, name: str) -> Basemap | None:
        """A map as it is before the change; a damaged one is none, and is overwritten."""
        return read_map(self._folder / name, [])

    def put(self, name: str, basemap: Basemap) -> None:
        """Write a map that takes its place once everything else has worked, too.

        Raises:
            DiskFull: it could not be written.
        """
        unfinished = self._folder / f"{name}.new"
        self._written[name] = unfinished
        try:
            save_basemap(basemap, unfinished)
            _flush(unfinished)
        except OSError as error:
            raise DiskFull(self._folder / name) from error

    def put_copy(self, name: str, source: Path) -> None:
        """Copy a file that takes its place likewise.

        Raises:
            DiskFull: it could not be copied.
        """
        unfinished = self._folder / f"{name}.new"
        self._written[name] = unfinished
        try:
            shutil.copyfile(source, unfinished)
            _flush(unfinished)
        except OSError as error:
            raise DiskFull(self._folder / name) from error

    def drop(self, name: str) -> None:
        """Take a map away."""
        self._dropped.add(name)

    def commit(self) -> None:
        """Let it be so: renaming needs no room on the disk and takes no time in which a process may end."""
        try:
            for name, unfinished in self._written.items():
                unfinished.replace(self._folder / name)
            for name in self._dropped:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise DiskFull(self._folder) from error

    def abandon(self) -> None:
        """Leave everything as it was."""
        for unfinished in self._written.values():
            unfinished.unlink(missing_ok=True)


@contextmanager
def changing_maps(directory: Path) -> Iterator[MapChange]:
    """Change map files; when the block ends without an error all changes are made.

    Raises:
        DirectoryInUse: another process has been changing them for half a minute.
        DiskFull: a map could not be written; all are as they were.
    """
    with map_lock(directory):
        change = MapChange(directory / FOLDER)
        try:
            yield change
        except BaseException:
            change.abandon()
            raise
        change.commit()


def map_lock(directory: Path) -> DirectoryLock:
    """Lets one process at a time change the maps of a data directory."""
    prepare_directory(directory)
    (directory / FOLDER).mkdir(exist_ok=True)
    return DirectoryLock(directory, FOLDER, wait_s=_WAIT_S)


def _flush(path: Path) -> None:
    """Have it on the disk before its name says that it is there: a power cut leaves the old file or the new one."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _tiles_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError:
        return []


def _facts(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (path.name, found.st_size, found.st_mtime_ns, found.st_ino)
