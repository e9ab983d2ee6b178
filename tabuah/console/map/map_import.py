"""Import of map files: features into the cache, official boundaries into the map, other layers on top."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import shapely

from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import (
    ImportProgress,
    ImportStage,
    LayerImportResult,
    OnDone,
    OnProgress,
    ignore_count,
    ignore_progress,
    progress_counter,
)
from tabuah.gis.imported_layer import ImportedLayer
from tabuah.gis.known_areas import KECAMATAN_CODE_LENGTH
from tabuah.gis.layer_import import read_layer
from tabuah.gis.official_map import with_official_boundaries
from tabuah.gis.outline import outline_of
from tabuah.gis.places import Boundary
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.storage.cache.map.imported_layers import imported_layers
from tabuah.storage.cache.map.maps import (
    OFFICIAL_NAME,
    change_maps,
    layer_of_part,
    part_name,
    put_layers,
    put_official_boundaries,
)
from tabuah.text.map.map_import import describe_incomplete_cover, describe_kept_estimates

# The official area and the shipped approximate outline share nine tenths. A layer of flood zones with
# kecamatan codes shares far less and must not become a border.
MIN_SHARED_AREA: Final = 0.75


def import_layer(
    directory: Path, file: Path, *, layer: str | None = None, on_progress: OnProgress = ignore_progress
) -> LayerImportResult:
    """Import one layer of a file into a data directory, replacing a layer of the same name.

    All slow work is done before anything changes. The change itself is one transaction of the cache and
    the renaming of finished files, so a process killed in the middle leaves the old state.

    Raises:
        LayerImportError: the file cannot be imported; nothing was changed.
        CacheError: the layer could not be saved.
    """
    read = read_layer(file, layer, on_progress=on_progress)
    on_progress(ImportProgress(stage=ImportStage.DRAWING))
    boundaries, remark = _official_boundaries(read)
    drawn = () if boundaries else make_map_layers(read, on_level=progress_counter(ImportStage.DRAWING, on_progress))
    on_saved = progress_counter(ImportStage.SAVING, on_progress)
    on_saved(0, len(read.features))
    with change_maps(directory) as change:
        if boundaries:
            put_official_boundaries(change, boundaries, source=_("Boundaries: {file}").format(file=file.name))
        put_layers(change, read.name, drawn)
        with imported_layers(directory) as layers:
            facts = layers.keep(read, boundaries=bool(boundaries), on_saved=on_saved)
    return LayerImportResult(
        layer=read.name,
        table=facts.table,
        features=facts.features,
        kinds=tuple(kind.value for kind in read.kinds),
        repaired=read.repaired,
        official=bool(boundaries),
        kecamatan=_kecamatan_count(boundaries),
        nagari=sum(len(boundary.code) != KECAMATAN_CODE_LENGTH for boundary in boundaries),
        notes=(*read.notes, *remark),
    )


def remove_layer(directory: Path, drawn: str) -> None:
    """Remove an imported layer and all its parts; the source file is not touched.

    Args:
        directory: the data directory.
        drawn: the name of the layer, or of one of its parts.

    Raises:
        CacheError: the change could not be saved.
    """
    name = layer_of_part(drawn)
    with change_maps(directory) as change, imported_layers(directory) as layers:
        put_layers(change, name, ())
        layers.remove(name)


def remove_boundaries(directory: Path) -> None:
    """Remove imported boundaries and return to the shipped estimates.

    Raises:
        CacheError: the change could not be saved.
    """
    with change_maps(directory) as change, imported_layers(directory) as layers:
        change.drop(OFFICIAL_NAME)
        layers.remove_boundaries()


def make_map_layers(layer: ImportedLayer, *, on_level: OnDone = ignore_count) -> tuple[MapLayer, ...]:
    """Return the map layers of an import, one for each geometry kind."""
    if len(layer.kinds) == 1:
        return (layer.to_map_layer(on_level=on_level),)
    order = (LayerKind.POLYGON, LayerKind.LINE, LayerKind.POINT)
    return tuple(
        layer.to_map_layer(part_name(layer.name, kind.value), kind, on_level=on_level)
        for kind in order
        if kind in layer.kinds
    )


def _official_boundaries(layer: ImportedLayer) -> tuple[tuple[Boundary, ...], tuple[str, ...]]:
    """Return the official boundaries of a layer, and a note where it only resembles boundaries."""
    try:
        boundaries = layer.boundaries(current_regency().kemendagri_code)
    except LayerImportError:
        return (), ()
    base_map = load_base_map()
    try:
        with_official_boundaries(base_map, boundaries, source=layer.name)
    except LayerImportError as error:
        return (), (describe_kept_estimates(str(error)),)
    shapes = [boundary.shape for boundary in boundaries]
    if _shared_area(outline_of(base_map).shape, shapes) < MIN_SHARED_AREA:
        return (), (describe_incomplete_cover(),)
    return boundaries, ()


def _shared_area(outline: shapely.Geometry, shapes: Sequence[shapely.Geometry]) -> float:
    """Return the share of the outline that the shapes cover; degrees are precise enough near the equator."""
    covered = shapely.intersection(outline, shapely.union_all(shapes))
    return float(covered.area / outline.area)


def _kecamatan_count(boundaries: Sequence[Boundary]) -> int:
    return len({boundary.code[:KECAMATAN_CODE_LENGTH] for boundary in boundaries})
