"""Raster tile files in `<data>/tiles`: those present, and those that were present and are missing."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from tabuah.gis.errors import TileArchiveError
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.tiles.archive import SUFFIXES
from tabuah.gis.tiles.tile_reader import open_tiles
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import DiskFull

FOLDER: Final = "tiles"
KNOWN_NAME: Final = "tiles.json"  # in the map folder
_SOURCE: Final = "tiles:"

log = logging.getLogger(__name__)


class TileFile(msgspec.Struct, frozen=True, kw_only=True):
    """A tile layer: its name, the path where its file is or should be, and the file's own metadata."""

    name: str
    path: Path
    title: str
    attribution: str = ""


def list_tile_files(directory: Path, style: MapStyle) -> tuple[TileFile, ...]:
    """Return all tile layers of a data directory: files in its folder, and those named by the style.

    A file that has disappeared stays in the list, so that a map can report it as missing.
    """
    styled = {
        layer.name: directory / FOLDER / layer.source.removeprefix(_SOURCE)
        for layer in style.layer
        if layer.source.startswith(_SOURCE)
    }
    taken = {path.resolve() for path in styled.values()}
    found = [path for path in _files_in(directory / FOLDER) if path.resolve() not in taken]
    names = sorted({*_known(directory), *(path.name for path in found)})
    _remember(directory, names)
    paths = styled | {name: directory / FOLDER / name for name in names}
    return tuple(
        _described(name, path) for name, path in paths.items() if name in styled or path.resolve() not in taken
    )


def forget_tile_file(directory: Path, name: str) -> None:
    """Remove a missing file from the list; a file in the folder is found again.

    Raises:
        DiskFull: the list could not be written.
    """
    _write(directory, [each for each in _known(directory) if each != name])


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    except OSError:
        return []


def _described(name: str, path: Path) -> TileFile:
    try:
        archive = open_tiles(path)
    except (TileArchiveError, OSError):  # the map reports the error where the layer is shown
        return TileFile(name=name, path=path, title=Path(name).stem)
    try:
        return TileFile(name=name, path=path, title=archive.facts.title, attribution=archive.facts.attribution)
    finally:
        archive.close()


def _known(directory: Path) -> list[str]:
    try:
        names = read_private(directory / "map" / KNOWN_NAME, list[str])
    except (OSError, msgspec.DecodeError):
        return []
    return [name for name in names if Path(name).name == name and Path(name).suffix.lower() in SUFFIXES]


def _remember(directory: Path, names: list[str]) -> None:
    """Save the list; if it cannot be written, a file that disappears later is just not reported."""
    if names == _known(directory):
        return
    try:
        _write(directory, names)
    except DiskFull as error:
        log.warning("the list of tile files was not kept: %s", error)


def _write(directory: Path, names: list[str]) -> None:
    try:
        (directory / "map").mkdir(exist_ok=True)
    except OSError as error:
        raise DiskFull(directory) from error
    write_private(directory / "map" / KNOWN_NAME, msgspec.json.encode(names))
