"""The map files of a data directory: reading with error reports, and atomic changes of several files."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tabuah.gis.base_map import Basemap
from tabuah.gis.base_map_file import load_basemap, save_basemap
from tabuah.gis.errors import MapFileError
from tabuah.gis.tiles.archive import SUFFIXES
from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import DirectoryLock, prepare_directory
from tabuah.storage.cache.errors import DiskFull

FOLDER: Final = "map"
OFFICIAL_NAME: Final = "regency.npz"
LAYERS_NAME: Final = "layers.npz"
BASE_NAME: Final = "base.npz"
BASE_SOURCE_NAME: Final = "base.gpkg"
_STYLE_NAME: Final = "style.toml"
_TILES_FOLDER: Final = "tiles"
_WAIT_S: Final = 30.0

# Name, size, mtime and inode of each file. A file that replaces another has a different inode.
MapSignature = tuple[tuple[str, int, int, int], ...]


def read_map(path: Path, problems: list[str]) -> Basemap | None:
    """Read a map file; None if it is missing or damaged. A damaged one is added to `problems`."""
    if not path.exists():
        return None
    try:
        return load_basemap(path)
    except MapFileError:
        message = _("The imported map {path} is damaged and not shown. Import it again with: tabuah map import FILE")
        problems.append(message.format(path=path))
        return None


def map_signature(directory: Path) -> MapSignature:
    """Return a signature that changes with the maps of a data directory; computed without reading a map."""
    folder, tiles = directory / FOLDER, directory / _TILES_FOLDER
    own = [folder / name for name in (OFFICIAL_NAME, LAYERS_NAME, BASE_NAME, _STYLE_NAME)]
    return tuple(facts for path in (*own, *_tiles_in(tiles)) if (facts := _facts(path)) is not None)


class MapChange:
    """Prepared changes of map files; nothing changes before `commit`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, Path] = {}
        self._dropped: set[str] = set()

    def read(self, name: str) -> Basemap | None:
        """Return a map as it is before the change; a damaged one counts as missing and is overwritten."""
        return read_map(self._folder / name, [])

    def put(self, name: str, basemap: Basemap) -> None:
        """Write a map that replaces the current one at `commit`.

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
        """Copy a file that replaces the current one at `commit`.

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
        """Delete a map at `commit`."""
        self._dropped.add(name)

    def commit(self) -> None:
        """Apply all changes: renaming needs no disk space and is too quick to be interrupted."""
        try:
            for name, unfinished in self._written.items():
                unfinished.replace(self._folder / name)
            for name in self._dropped:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise DiskFull(self._folder) from error

    def abandon(self) -> None:
        """Discard all changes."""
        for unfinished in self._written.values():
            unfinished.unlink(missing_ok=True)


@contextmanager
def change_maps(directory: Path) -> Iterator[MapChange]:
    """Change map files; all changes are applied when the block ends without an error.

    Raises:
        DirectoryInUse: another process has been changing them for half a minute.
        DiskFull: a map could not be written; all are unchanged.
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
    """Return the lock that allows one process at a time to change the maps of a data directory."""
    prepare_directory(directory)
    (directory / FOLDER).mkdir(exist_ok=True)
    return DirectoryLock(directory, FOLDER, wait_s=_WAIT_S)


def _flush(path: Path) -> None:
    """Fsync a file before it gets its name: a power cut leaves the old file or the new one."""
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
