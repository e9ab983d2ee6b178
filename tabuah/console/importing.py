"""Importing a map file: every feature into the cache, official boundaries into the map, other layers over it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import shapely

from tabuah.console.import_results import Imported
from tabuah.gis.basemap import LayerKind, MapLayer
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import (
    ImportProgress,
    ImportStage,
    OnDone,
    OnProgress,
    count_for_nobody,
    counting,
    tell_nobody,
)
from tabuah.gis.known_areas import KECAMATAN_CODE_LENGTH
from tabuah.gis.layer_import import ImportedLayer, read_layer
from tabuah.gis.official_map import with_official_boundaries
from tabuah.gis.outline import outline_of
from tabuah.gis.places import Boundary
from tabuah.resources.catalogue import _
from tabuah.storage.cache.imported_layers import imported_layers
from tabuah.storage.cache.map_files import OFFICIAL_NAME, changing_maps
from tabuah.storage.cache.maps import layer_of_part, part_name, put_layers, put_official

REGENCY_CODE: Final = "13.02"
# The official area and the approximate outline that is shipped share nine tenths; a layer of flood zones that
# carries the codes of kecamatan shares far less and must not become the border of anything.
LEAST_SHARED: Final = 0.75


def import_layer(
    directory: Path, file: Path, *, layer: str | None = None, on_progress: OnProgress = tell_nobody
) -> Imported:
    """Import one layer of a file into a data directory, in the place of an earlier one of the same name.

    Everything that takes time is done before anything is changed. What changes then is one transaction of the cache
    and the names of finished files, so that a process that is ended in the middle leaves what was there.

    Raises:
        LayerImportError: the file cannot be taken in; nothing was changed.
        CacheError: it could not be saved.
    """
    read = read_layer(file, layer, on_progress=on_progress)
    on_progress(ImportProgress(stage=ImportStage.DRAWING))
    boundaries, remark = _official_in(read)
    drawn = () if boundaries else drawable(read, on_level=counting(ImportStage.DRAWING, on_progress))
    on_saved = counting(ImportStage.SAVING, on_progress)
    on_saved(0, len(read.features))
    with changing_maps(directory) as change:
        if boundaries:
            put_official(change, boundaries, source=_("Boundaries: {file}").format(file=file.name))
        put_layers(change, read.name, drawn)
        with imported_layers(directory) as layers:
            facts = layers.keep(read, boundaries=bool(boundaries), on_saved=on_saved)
    return Imported(
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
    """Take an imported layer out of a data directory, all its parts; the file it came from is not touched.

    Args:
        directory: the data directory.
        drawn: the name of the layer, or of one of its parts.

    Raises:
        CacheError: it could not be saved.
    """
    name = layer_of_part(drawn)
    with changing_maps(directory) as change, imported_layers(directory) as layers:
        put_layers(change, name, ())
        layers.remove(name)


def remove_boundaries(directory: Path) -> None:
    """Go back from imported boundaries to the estimates that are shipped.

    Raises:
        CacheError: it could not be saved.
    """
    with changing_maps(directory) as change, imported_layers(directory) as layers:
        change.drop(OFFICIAL_NAME)
        layers.remove_boundaries()


def drawable(layer: ImportedLayer, *, on_level: OnDone = count_for_nobody) -> tuple[MapLayer, ...]:
    """The layer as the map draws it: one part for each kind of shapes."""
    if len(layer.kinds) == 1:
        return (layer.to_map_layer(on_level=on_level),)
    order = (LayerKind.POLYGON, LayerKind.LINE, LayerKind.POINT)
    return tuple(
        layer.to_map_layer(part_name(layer.name, kind.value), kind, on_level=on_level)
        for kind in order
        if kind in layer.kinds
    )


def _official_in(layer: ImportedLayer) -> tuple[tuple[Boundary, ...], tuple[str, ...]]:
    """The official boundaries that a layer brings, and why it brings none although it looks so."""
    try:
        boundaries = layer.boundaries(REGENCY_CODE)
    except LayerImportError:
        return (), ()
    basemap = load_basemap()
    try:
        with_official_boundaries(basemap, boundaries, source=layer.name)
    except LayerImportError as error:
        return (), (_("It is shown as a layer; the map keeps its estimated borders. {reason}").format(reason=error),)
    shapes = [boundary.shape for boundary in boundaries]
    if _shared_with(outline_of(basemap).shape, shapes) < LEAST_SHARED:
        return (), (_("It is shown as a layer: its areas do not cover the regency, so they are no boundaries."),)
    return boundaries, ()


def _shared_with(outline: shapely.Geometry, shapes: Sequence[shapely.Geometry]) -> float:
    """The share of the outline that the shapes cover; degrees are fine for a ratio near the equator."""
    covered = shapely.intersection(outline, shapely.union_all(shapes))
    return float(covered.area / outline.area)


def _kecamatan_count(boundaries: Sequence[Boundary]) -> int:
    return len({boundary.code[:KECAMATAN_CODE_LENGTH] for boundary in boundaries})
