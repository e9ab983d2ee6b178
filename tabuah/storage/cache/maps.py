"""The maps of a data directory: official boundaries and other layers that were imported, else the shipped map.

Whoever shows a map or names a place for a data directory begins with `load_maps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tabuah.gis.basemap import Basemap, LayerKind, MapLayer
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.known_areas import NAGARI_CODE_LENGTH
from tabuah.gis.layers.specification import MapStyle
from tabuah.gis.layers.style_file import shipped_style, style_of_directory
from tabuah.gis.official_map import official_boundaries, renewed, with_official_boundaries
from tabuah.gis.places import Boundary
from tabuah.gis.regency_map import ROADS_NOTE
from tabuah.resources.catalogue import _
from tabuah.storage.cache.map_files import (
    BASE_NAME,
    BASE_SOURCE_NAME,
    FOLDER,
    LAYERS_NAME,
    OFFICIAL_NAME,
    MapChange,
    changing_maps,
    read_map,
)

_PARTS: Final = tuple(f" · {kind.value}" for kind in LayerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMaps:
    """What a console draws and names places by; `problems` say what could not be read, in words."""

    basemap: Basemap
    imported: tuple[MapLayer, ...] = ()
    style: MapStyle = field(default_factory=shipped_style)
    problems: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # names of the imported layers that are no base map

    @property
    def is_official(self) -> bool:
        """Whether official boundaries were imported."""
        return any(layer.name == "kecamatan" and not layer.approximate for layer in self.basemap.layers)

    def gazetteer(self) -> Gazetteer:
        """A gazetteer that answers by the same boundaries; takes about a tenth of a second to make."""
        return Gazetteer(self.basemap, official_boundaries(self.basemap))


def load_maps(directory: Path) -> DirectoryMaps:
    """The maps of a data directory; it need not exist. A damaged import is told, and the shipped map stands in."""
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
    """The GeoPackage of the base map in use, for what the drawing leaves out; None where none was built."""
    path = directory / FOLDER / BASE_SOURCE_NAME
    return path if path.exists() else None


def keep_base_map(directory: Path, source: Path, layers: Sequence[MapLayer], *, attribution: str) -> None:
    """Draw a base map that was built from now on, in the place of an earlier one.

    Args:
        directory: the data directory.
        source: the GeoPackage it was read from; a copy stays with the data unless it lies there already.
        layers: as they are drawn.
        attribution: must be shown with the map.

    Raises:
        DiskFull: it could not be saved.
    """
    drawn = Basemap(layers=tuple(layers), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=(attribution,))
    with changing_maps(directory) as change:
        kept = base_map_source(directory)
        if kept is None or not kept.samefile(source):
            change.put_copy(BASE_SOURCE_NAME, source)
        change.put(BASE_NAME, drawn)


def keep_official(directory: Path, boundaries: Sequence[Boundary], *, source: str) -> Basemap:
    """Put official boundaries in the place of estimates, from now on.

    Args:
        directory: the data directory.
        boundaries: of all kecamatan, or of all nagari, or both; nagari that are known already stay with kecamatan.
        source: is named in the attribution.

    Raises:
        LayerImportError: a kecamatan is missing; nothing was changed.
        DiskFull: it could not be saved.
    """
    with changing_maps(directory) as change:
        return put_official(change, boundaries, source=source)


def keep_layers(directory: Path, name: str, layers: Sequence[MapLayer]) -> None:
    """Draw imported layers from now on; those that were imported under the same name before give way.

    Raises:
        DiskFull: they could not be saved.
    """
    with changing_maps(directory) as change:
        put_layers(change, name, layers)


def put_official(change: MapChange, boundaries: Sequence[Boundary], *, source: str) -> Basemap:
    """`keep_official` as a part of a larger change."""
    before = change.read(OFFICIAL_NAME)
    known = () if before is None or _nagari_in(boundaries) else _nagari_in(official_boundaries(before))
    told = f"{source} · {before.attribution[0]}" if before and known else source
    basemap = with_official_boundaries(load_basemap(), (*boundaries, *known), source=told)
    change.put(OFFICIAL_NAME, basemap)
    return basemap


def put_layers(change: MapChange, name: str, layers: Sequence[MapLayer]) -> None:
    """`keep_layers` as a part of a larger change; without layers those of this name are drawn no more."""
    kept = change.read(LAYERS_NAME)
    if kept is None and not layers:
        return
    others = [layer for layer in kept.layers if not _belongs_to(layer, name)] if kept else []
    empty = kept or Basemap(layers=(), bounds_m=(0.0, 0.0, 0.0, 0.0), attribution=())
    change.put(LAYERS_NAME, replace(empty, layers=(*others, *layers)))


def part_name(name: str, kind: str) -> str:
    """The name of one kind of shapes of a layer that mixes them."""
    return f"{name} · {kind}"


def layer_of_part(name: str) -> str:
    """The layer that a drawn part belongs to: itself, unless the layer mixes kinds of shapes."""
    return next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)


def _nagari_in(boundaries: Sequence[Boundary]) -> tuple[Boundary, ...]:
    return tuple(boundary for boundary in boundaries if len(boundary.code) == NAGARI_CODE_LENGTH)


def _renewed(official: Basemap | None, shipped: Basemap, problems: list[str]) -> Basemap:
    """The shipped map with the official areas that were imported, however old the map was that they came into."""
    if official is None:
        return shipped
    basemap, missing = renewed(official, shipped)
    if missing:
        message = _("The imported boundaries are older than the map and lack {names}. Import newer ones.")
        problems.append(message.format(names=", ".join(missing)))
    return basemap


def _credited(basemap: Basemap, built: Basemap | None) -> Basemap:
    """The map with the sources of what was built, and without the note on roads once there are some."""
    if built is None:
        return basemap
    has_roads = any(layer.name.startswith("roads_") for layer in built.layers)
    notes = tuple(note for note in basemap.notes if not (has_roads and note == ROADS_NOTE))
    return replace(basemap, attribution=(*built.attribution, *basemap.attribution), notes=notes)


def _belongs_to(layer: MapLayer, name: str) -> bool:
    return layer.name in (name, part_name(name, layer.kind.value))
