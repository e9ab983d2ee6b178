"""The maps of a data directory: imported boundaries and layers over the shipped map.

Everything that shows a map or names a place for a data directory starts with `load_maps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tabuah.gis.base_map import Basemap, LayerKind, MapLayer
from tabuah.gis.base_map_file import load_basemap
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.known_areas import NAGARI_CODE_LENGTH
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.style_file import shipped_style, style_of_directory
from tabuah.gis.official_map import official_boundaries, upgrade_official_map, with_official_boundaries
from tabuah.gis.places import Boundary
from tabuah.gis.regency_map import ROADS_NOTE
from tabuah.resources.localisation import _
from tabuah.storage.cache.map.map_files import (
    BASE_NAME,
    BASE_SOURCE_NAME,
    FOLDER,
    LAYERS_NAME,
    OFFICIAL_NAME,
    MapChange,
    change_maps,
    read_map,
)

_PARTS: Final = tuple(f" · {kind.value}" for kind in LayerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMaps:
    """The maps of a console; `problems` describes what could not be read."""

    basemap: Basemap
    imported: tuple[MapLayer, ...] = ()
    style: MapStyle = field(default_factory=shipped_style)
    problems: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # names of the imported layers that are not base map

    @property
    def is_official(self) -> bool:
        """Return whether official boundaries were imported."""
        return any(layer.name == "kecamatan" and not layer.approximate for layer in self.basemap.layers)

    def gazetteer(self) -> Gazetteer:
        """Return a gazetteer with the same boundaries; creating it takes about 0.1 s."""
        return Gazetteer(self.basemap, official_boundaries(self.basemap))


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
        basemap=_credited(_renewed(official, load_basemap(), problems), built),
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
    drawn = Basemap(layers=tuple(layers), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=(attribution,))
    with change_maps(directory) as change:
        kept = base_map_source(directory)
        if kept is None or not kept.samefile(source):
            change.put_copy(BASE_SOURCE_NAME, source)
        change.put(BASE_NAME, drawn)


def save_official_boundaries(directory: Path, boundaries: Sequence[Boundary], *, source: str) -> Basemap:
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


def put_official_boundaries(change: MapChange, boundaries: Sequence[Boundary], *, source: str) -> Basemap:
    """Like `save_official_boundaries`, as a part of a larger change."""
    before = change.read(OFFICIAL_NAME)
    known = () if before is None or _nagari_in(boundaries) else _nagari_in(official_boundaries(before))
    told = f"{source} · {before.attribution[0]}" if before and known else source
    basemap = with_official_boundaries(load_basemap(), (*boundaries, *known), source=told)
    change.put(OFFICIAL_NAME, basemap)
    return basemap


def put_layers(change: MapChange, name: str, layers: Sequence[MapLayer]) -> None:
    """Like `save_layers`, as a part of a larger change; without layers those of this name are removed."""
    kept = change.read(LAYERS_NAME)
    if kept is None and not layers:
        return
    others = [layer for layer in kept.layers if not _belongs_to(layer, name)] if kept else []
    empty = kept or Basemap(layers=(), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=())
    change.put(LAYERS_NAME, replace(empty, layers=(*others, *layers)))


def part_name(name: str, kind: str) -> str:
    """Return the name of one geometry kind's part of a mixed layer."""
    return f"{name} · {kind}"


def layer_of_part(name: str) -> str:
    """Return the layer that a drawn part belongs to: itself, unless the layer mixes geometry kinds."""
    return next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)


def _nagari_in(boundaries: Sequence[Boundary]) -> tuple[Boundary, ...]:
    return tuple(boundary for boundary in boundaries if len(boundary.code) == NAGARI_CODE_LENGTH)


def _renewed(official: Basemap | None, shipped: Basemap, problems: list[str]) -> Basemap:
    """Return the shipped map with the imported official areas, whatever map they were imported into."""
    if official is None:
        return shipped
    basemap, missing = upgrade_official_map(official, shipped)
    if missing:
        message = _("The imported boundaries are older than the map and lack {names}. Import newer ones.")
        problems.append(message.format(names=", ".join(missing)))
    return basemap


def _credited(basemap: Basemap, built: Basemap | None) -> Basemap:
    """Return the map with the built base map's attribution, and without the note on missing roads."""
    if built is None:
        return basemap
    has_roads = any(layer.name.startswith("roads_") for layer in built.layers)
    notes = tuple(note for note in basemap.notes if not (has_roads and note == ROADS_NOTE))
    return replace(basemap, attribution=(*built.attribution, *basemap.attribution), notes=notes)


def _belongs_to(layer: MapLayer, name: str) -> bool:
    return layer.name in (name, part_name(name, layer.kind.value))
