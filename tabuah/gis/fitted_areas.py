"""Makes one coverage of kecamatan, neighbours and Singkarak, whose sources do not quite fit each other."""

from pathlib import Path
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.map_layers import NamedShape, only_polygons
from tabuah.gis.map_sources import SourceFeature, read_shapes

WATER_IN_NEIGHBOURS: Final = "Danau (badan air)"  # Singkarak, which the outline's own source cuts out of the land
GAP_DEG: Final = 0.006  # the outlines were simplified one by one and gape by up to some 600 m
SHORE_DEG: Final = 0.003  # along Singkarak they gape more; up to 330 m from the water the gap is lake
SLIVER_DEG2: Final = 5e-5  # 0.6 km²: what is left of such a gap and smaller is lake too
SCRAP_DEG2: Final = 3e-4  # 3.7 km²: smaller detached parts of a cell are artefacts of a bent shore
RANK_FAR: Final = 2


def fitted_areas(folder: Path) -> tuple[list[NamedShape], list[NamedShape], BaseGeometry]:
    """Kecamatan, neighbours and Singkarak with their edges made one, so that no sliver shows between them."""
    kecamatan = read_shapes(folder / "kecamatan_voronoi_approx.geojson")
    around = read_shapes(folder / "neighbours_geoboundaries.geojson")
    water_number = next(n for n, feature in enumerate(around) if feature.name == WATER_IN_NEIGHBOURS)
    beyond = _with_shore([f.shape for f in kecamatan], [f.shape for f in around], water_number)
    fitted = shapely.coverage_clean(
        np.asarray([*(f.shape for f in kecamatan), *beyond], dtype=object),
        gap_width=GAP_DEG,
        merge_strategy="min_index",
    )
    shapes = [only_polygons(shape) for shape in fitted]
    cells = _without_scraps(shapes[: len(kecamatan)])
    inside = [_kecamatan(feature, shape) for feature, shape in zip(kecamatan, cells, strict=True)]
    outside = list(zip(around, shapes[len(kecamatan) :], strict=True))
    water = outside.pop(water_number)[1]
    return inside, [_neighbour(feature, shape) for feature, shape in outside], water


def _with_shore(inside: list[BaseGeometry], beyond: list[BaseGeometry], water: int) -> list[BaseGeometry]:
    """Close the gaps along the lake: what is near the water becomes water, the rest the bordering neighbour's."""
    beyond = [only_polygons(shapely.make_valid(shape)) for shape in beyond]
    whole = shapely.union_all([*inside, *beyond])
    holes = shapely.polygons([ring for part in shapely.get_parts(whole) for ring in part.interiors])
    for hole in holes[shapely.intersects(holes, beyond[water])]:
        shore = beyond[water].buffer(SHORE_DEG)
        dry = [p for p in shapely.get_parts(hole.difference(shore)) if p.area > SLIVER_DEG2]
        borders = [0.0 if n == water else hole.intersection(s).length for n, s in enumerate(beyond)]
        owner = int(np.argmax(borders))
        beyond[water] = only_polygons(shapely.union_all([beyond[water], hole.difference(shapely.union_all(dry))]))
        beyond[owner] = only_polygons(shapely.union_all([beyond[owner], *dry]))
    return beyond


def _without_scraps(cells: list[BaseGeometry]) -> list[BaseGeometry]:
    """Give small detached parts of a Voronoi cell (land beyond a lake or an enclave) to the cell they border on."""
    kept = [_large_parts(cell) for cell in cells]
    for cell in cells:
        for scrap in shapely.get_parts(cell):
            if not any(scrap.within(part) for parts in kept for part in parts):
                borders = [sum(scrap.intersection(part).length for part in parts) for parts in kept]
                kept[int(np.argmax(borders))].append(scrap)
    return [only_polygons(shapely.coverage_union_all(parts)) for parts in kept]


def _large_parts(cell: BaseGeometry) -> list[BaseGeometry]:
    parts = list(shapely.get_parts(cell))
    return [part for part in parts if part.area >= SCRAP_DEG2] or parts


def _kecamatan(feature: SourceFeature, shape: BaseGeometry) -> NamedShape:
    return NamedShape(shape=shape, code=feature.properties["code"], name=feature.name)


def _neighbour(feature: SourceFeature, shape: BaseGeometry) -> NamedShape:
    return NamedShape(shape=shape, name=feature.name, rank=0 if feature.properties["touches"] else RANK_FAR)
