"""Small maps and markers for tests of the canvas: a square regency of 20 km around the origin of EPSG:3857."""

import numpy as np

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.content import IncidentMarkers, MarkerClass, StationMarkers

SIDE_M = 20_000.0


def square(west_m: float, south_m: float, side_m: float) -> np.ndarray:
    """Return a closed ring."""
    east_m, north_m = west_m + side_m, south_m + side_m
    return np.array(
        [(west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m), (west_m, south_m)], float
    )


def polygon_layer(name: str, rings: dict[str, np.ndarray], *, approximate: bool = False) -> MapLayer:
    """Return a layer with one ring a feature, labelled at its centre."""
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=np.concatenate(list(rings.values())),
        offsets=np.cumsum([0, *(len(ring) for ring in rings.values())]),
        feature_of_part=np.arange(len(rings), dtype=np.int32),
    )
    features = tuple(
        Feature(code=str(i), name=text, label_m=tuple(ring[:4].mean(axis=0)))
        for i, (text, ring) in enumerate(rings.items())
    )
    return MapLayer(name=name, kind=LayerKind.POLYGON, levels=(level,), features=features, approximate=approximate)


def point_layer(name: str, places: dict[str, tuple[float, float]]) -> MapLayer:
    """Return a layer of named points."""
    points = np.array(list(places.values()), float).reshape(-1, 2)
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=points,
        offsets=np.arange(len(points) + 1),
        feature_of_part=np.arange(len(points), dtype=np.int32),
    )
    features = tuple(Feature(code=str(i), name=text, label_m=at) for i, (text, at) in enumerate(places.items()))
    return MapLayer(name=name, kind=LayerKind.POINT, levels=(level,), features=features)


def small_base_map() -> BaseMap:
    """Return a regency with two approximate kecamatan, a lake in the upper right, and two towns."""
    half = SIDE_M / 2
    west, east = square(-half, -half, half), square(0, -half, half)
    return BaseMap(
        layers=(
            polygon_layer("regency", {"Kabupaten": square(-half, -half, SIDE_M)}),
            polygon_layer("kecamatan", {"Barat": west, "Timur": east}, approximate=True),
            polygon_layer("lakes", {"Danau": square(4000, 4000, 4000)}),
            point_layer("kecamatan_labels", {"Barat": (-5000, -5000), "Timur": (5000, -5000)}),
            point_layer("places", {"Kota Satu": (-6000, 6000), "Kota Dua": (-6000, 5400)}),
        ),
        bounds_m=(-half, -half, half, half),
        attribution=("contoh",),
        notes=("roads not imported yet",),
    )


def stations(places_m: list[tuple[float, float]], classes: list[MarkerClass]) -> StationMarkers:
    """Return stations s0, s1 … at positions in EPSG:3857 metres."""
    lon, lat = _degrees(places_m)
    ids = [f"s{i}" for i in range(len(places_m))]
    names = [f"Stasiun {i}" for i in range(len(places_m))]
    return StationMarkers(
        ids=ids,
        lon_deg=lon,
        lat_deg=lat,
        classes=np.array(classes, np.uint8),
        names=names,
        values=["3,42 m"] * len(ids),
        ages=["40 dtk"] * len(ids),
    )


def incidents(places_m: list[tuple[float, float]], classes: list[MarkerClass]) -> IncidentMarkers:
    """Return open incidents i0, i1 … at positions in EPSG:3857 metres, all with the letter B."""
    lon, lat = _degrees(places_m)
    count = len(places_m)
    return IncidentMarkers(
        ids=[f"i{i}" for i in range(count)],
        lon_deg=lon,
        lat_deg=lat,
        classes=np.array(classes, np.uint8),
        letter_of=np.zeros(count, np.uint8),
        closed=np.zeros(count, np.bool_),
        pending=np.zeros(count, np.bool_),
        letters=("B",),
    )


def _degrees(places_m: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    points = np.array(places_m, float).reshape(-1, 2)
    return from_mercator(points[:, 0], points[:, 1])
