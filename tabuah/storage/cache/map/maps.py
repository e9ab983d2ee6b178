"""The maps of a data directory: its files, and imported boundaries and layers over the shipped map.

Everything that shows a map or names a place for a data directory starts with `load_maps`.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.gis.base_map import BaseMap, LayerKind, MapLayer
from tabuah.gis.base_map_file import load_base_map, write_base_map
from tabuah.gis.errors import MapFileError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.known_areas import NAGARI_CODE_LENGTH
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.style_file import shipped_style, style_of_directory
from tabuah.gis.official_map import official_boundaries, upgrade_official_map, with_official_boundaries
from tabuah.gis.places import Boundary
from tabuah.gis.regency_map import ROADS_NOTE
from tabuah.gis.tiles.archive import SUFFIXES
from tabuah.resources.localisation import _
from tabuah.resources.regency import regency_map_file
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
FileSignature = tuple[str, int, int, int]
MapSignature = tuple[FileSignature, ...]


def read_map(path: Path, problems: list[str]) -> BaseMap | None:
    """Read a map file; None if it is missing or damaged. A damaged one is added to `problems`."""
    if not path.exists():
        return None
    try:
        return load_base_map(path)
    except MapFileError:
        message = _("The imported map {path} is damaged and not shown. Import it again with: tabuah map import FILE")
        problems.append(message.format(path=path))
        return None


def map_signature(directory: Path) -> MapSignature:
    """Return a signature that changes with the maps of a data directory; computed without reading a map."""
    folder, tiles = directory / FOLDER, directory / _TILES_FOLDER
    own = [folder / name for name in (OFFICIAL_NAME, LAYERS_NAME, BASE_NAME, _STYLE_NAME)]
    if (regency := regency_map_file()) is not None:  # a log-in may bring the map of another regency
        own.append(regency)
    return tuple(facts for path in (*own, *_tiles_in(tiles)) if (facts := file_signature(path)) is not None)


class MapChange:
    """Prepared changes of map files; nothing changes before `commit`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, Path] = {}
        self._dropped: set[str] = set()

    def read(self, name: str) -> BaseMap | None:
        """Return a map as it is before the change; a damaged one counts as missing and is overwritten."""
        return read_map(self._folder / name, [])

    def put(self, name: str, base_map: BaseMap) -> None:
        """Write a map that replaces the current one at `commit`.

        Raises:
            DiskFull: it could not be written.
        """
        unfinished = self._folder / f"{name}.new"
        self._written[name] = unfinished
        try:
            write_base_map(base_map, unfinished)
            flush_file(unfinished)
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
            flush_file(unfinished)
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


def flush_file(path: Path) -> None:
    """Fsync a file before it gets its name: a power cut leaves the old file or the new one."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _tiles_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError:
        return []


def file_signature(path: Path) -> FileSignature | None:
    """Return the signature of a file; None without it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (path.name, found.st_size, found.st_mtime_ns, found.st_ino)


_PARTS: Final = tuple(f" · {kind.value}" for kind in LayerKind)


class DirectoryMaps(msgspec.Struct, frozen=True, kw_only=True):
    """The maps of a console; `problems` describes the unreadable files."""

    base_map: BaseMap
    imported: tuple[MapLayer, ...] = ()
    style: MapStyle = msgspec.field(default_factory=shipped_style)
    problems: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # names of the imported layers that are not base map

    @property
    def is_official(self) -> bool:
        """Return whether official boundaries were imported."""
        return any(layer.name == "kecamatan" and not layer.approximate for layer in self.base_map.layers)

    def gazetteer(self) -> Gazetteer:
        """Return a gazetteer with the same boundaries; creating it takes about 0.1 s."""
        return Gazetteer(self.base_map, official_boundaries(self.base_map))


def load_maps(directory: Path) -> DirectoryMaps:
    """Load the maps of a data directory, which need not exist.

    A damaged import is reported in `problems`, and the shipped map replaces it.
    """
    problems: list[str] = []
    official = read_map(directory / FOLDER / OFFICIAL_NAME, problems)
    layers = read_map(directory / FOLDER / LAYERS_NAME, problems)
    built = read_map(directory / FOLDER / BASE_NAME, problems)
    style, problem = style_of_directory(directory)
    problems += [problem] if problem else []
    return DirectoryMaps(
        base_map=_credited(_renewed(official, load_base_map(), problems), built),
        imported=(*(built.layers if built else ()), *(layers.layers if layers else ())),
        style=style,
        problems=tuple(problems),
        own=tuple(layer.name for layer in layers.layers) if layers else (),
    )


def base_map_source(directory: Path) -> Path | None:
    """Return the GeoPackage of the current base map, with details that the map does not draw; or None."""
    path = directory / FOLDER / BASE_SOURCE_NAME
    return path if path.exists() else None


def save_base_map(directory: Path, source: Path, layers: Sequence[MapLayer], *, attribution: str) -> None:
    """Save a base map, replacing an earlier one.

    Args:
        directory: the data directory.
        source: the GeoPackage it was read from; copied to the data directory unless it is there.
        layers: the layers as drawn.
        attribution: text that must be shown with the map.

    Raises:
        DiskFull: it could not be saved.
    """
    drawn = BaseMap(layers=tuple(layers), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=(attribution,))
    with change_maps(directory) as change:
        kept = base_map_source(directory)
        if kept is None or not kept.samefile(source):
            change.put_copy(BASE_SOURCE_NAME, source)
        change.put(BASE_NAME, drawn)


def save_official_boundaries(directory: Path, boundaries: Sequence[Boundary], *, source: str) -> BaseMap:
    """Save official boundaries, replacing estimates.

    Args:
        directory: the data directory.
        boundaries: of all kecamatan, of all nagari, or both; new kecamatan keep the known nagari.
        source: named in the attribution.

    Raises:
        LayerImportError: a kecamatan is missing; nothing was changed.
        DiskFull: they could not be saved.
    """
    with change_maps(directory) as change:
        return put_official_boundaries(change, boundaries, source=source)


def save_layers(directory: Path, name: str, layers: Sequence[MapLayer]) -> None:
    """Save imported layers, replacing those imported under the same name.

    Raises:
        DiskFull: they could not be saved.
    """
    with change_maps(directory) as change:
        put_layers(change, name, layers)


def put_official_boundaries(change: MapChange, boundaries: Sequence[Boundary], *, source: str) -> BaseMap:
    """Like `save_official_boundaries`, as a part of a larger change."""
    before = change.read(OFFICIAL_NAME)
    known = () if before is None or _nagari_in(boundaries) else _nagari_in(official_boundaries(before))
    text = f"{source} · {before.attribution[0]}" if before and known else source
    base_map = with_official_boundaries(load_base_map(), (*boundaries, *known), source=text)
    change.put(OFFICIAL_NAME, base_map)
    return base_map


def put_layers(change: MapChange, name: str, layers: Sequence[MapLayer]) -> None:
    """Like `save_layers`, as a part of a larger change; without layers those of this name are removed."""
    kept = change.read(LAYERS_NAME)
    if kept is None and not layers:
        return
    others = [layer for layer in kept.layers if not _belongs_to(layer, name)] if kept else []
    empty = kept or BaseMap(layers=(), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=())
    change.put(LAYERS_NAME, replace(empty, layers=(*others, *layers)))


def part_name(name: str, kind: str) -> str:
    """Return the name of one geometry kind's part of a mixed layer."""
    return f"{name} · {kind}"


def layer_of_part(name: str) -> str:
    """Return the layer that a drawn part belongs to: itself, unless the layer mixes geometry kinds."""
    return next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)


def _nagari_in(boundaries: Sequence[Boundary]) -> tuple[Boundary, ...]:
    return tuple(boundary for boundary in boundaries if len(boundary.code) == NAGARI_CODE_LENGTH)


def _renewed(official: BaseMap | None, shipped: BaseMap, problems: list[str]) -> BaseMap:
    """Return the shipped map with the imported official areas, whatever map they were imported into."""
    if official is None:
        return shipped
    base_map, missing = upgrade_official_map(official, shipped)
    if missing:
        message = _("The imported boundaries are older than the map and lack {names}. Import newer ones.")
        problems.append(message.format(names=", ".join(missing)))
    return base_map


def _credited(base_map: BaseMap, built: BaseMap | None) -> BaseMap:
    """Return the map with the built base map's attribution, and without the note on missing roads."""
    if built is None:
        return base_map
    has_roads = any(layer.name.startswith("roads_") for layer in built.layers)
    notes = tuple(note for note in base_map.notes if not (has_roads and note == ROADS_NOTE))
    return replace(base_map, attribution=(*built.attribution, *base_map.attribution), notes=notes)


def _belongs_to(layer: MapLayer, name: str) -> bool:
    return layer.name in (name, part_name(name, layer.kind.value))
