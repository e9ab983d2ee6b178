"""Drawable layers of a built base map: roads by class, water, buildings at close scale, places."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from shapely import Point

from tabuah.gis.base_map import Feature, LayerKind, MapLayer
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.osm.base_map_file import StoredObject, read_objects
from tabuah.gis.osm.tag_classes import BaseMapTable
from tabuah.gis.place_names import name_key
from tabuah.gis.reference_systems import from_mercator
from tabuah.gis.regency_map import SAME_PLACE_DEG

# layer, classes, ground size of a pixel in metres beyond which it is clutter
ROAD_LAYERS: Final = (
    ("roads_path", frozenset({"track", "path"}), 10.0),
    ("roads_local", frozenset({"local", "service"}), 30.0),
    ("roads_secondary", frozenset({"secondary", "tertiary"}), 130.0),
    ("roads_main", frozenset({"motorway", "trunk", "primary"}), 700.0),
)
_STREAMS: Final = frozenset({"stream", "drain", "canal"})
_BUILDINGS_TO_M: Final = 4.0
_STREAMS_TO_M: Final = 30.0
_FACILITIES_TO_M: Final = 25.0
_PLACES_TO_M: Final = 600.0
_PLACE_RANKS: Final = {"city": 0, "town": 1, "village": 3, "suburb": 4}
_FACILITY_RANKS: Final = {
    "hospital": 0,
    "puskesmas": 1,
    "assembly_point": 2,
    "police": 3,
    "fire_station": 3,
    "bridge": 4,
}


def base_map_layers(path: Path, *, named: Sequence[Feature] = ()) -> tuple[MapLayer, ...]:
    """Return the drawable layers of a base map from bottom to top; empty tables give none.

    Args:
        path: the base map.
        named: features already labelled, such as nagari; a settlement of that name near it is left out.

    Raises:
        MapBuildError: the file is damaged.
    """
    rivers, roads = read_objects(path, BaseMapTable.RIVERS), read_objects(path, BaseMapTable.ROADS)
    layers = [
        _lines("streams", [r for r in rivers if r.kind in _STREAMS], _STREAMS_TO_M),
        _lines("rivers", [r for r in rivers if r.kind not in _STREAMS]),
        _layer("lakes", LayerKind.POLYGON, read_objects(path, BaseMapTable.LAKES)),
        _layer(
            "buildings",
            LayerKind.POLYGON,
            _without_names(read_objects(path, BaseMapTable.BUILDINGS)),
            _BUILDINGS_TO_M,
        ),
        *(_lines(name, [r for r in roads if r.kind in kinds], to_m) for name, kinds, to_m in ROAD_LAYERS),
        _layer("facilities", LayerKind.POINT, read_objects(path, BaseMapTable.FACILITIES), _FACILITIES_TO_M),
        _layer(
            "places",
            LayerKind.POINT,
            _unlabelled_places(read_objects(path, BaseMapTable.PLACES), named),
            _PLACES_TO_M,
        ),
    ]
    return tuple(layer for layer in layers if layer is not None)


def _unlabelled_places(places: Iterable[StoredObject], named: Sequence[Feature]) -> list[StoredObject]:
    known: dict[str, list[tuple[float, float]]] = {}
    for feature in named:
        known.setdefault(name_key(feature.name), []).append(from_mercator(*feature.label_m))
    return [
        place
        for place in places
        if not any(place.shape.distance(Point(at)) < SAME_PLACE_DEG for at in known.get(name_key(place.name), ()))
    ]


def _lines(name: str, objects: Sequence[StoredObject], to_m: float = float("inf")) -> MapLayer | None:
    return _layer(name, LayerKind.LINE, objects, to_m)


def _layer(
    name: str, kind: LayerKind, objects: Iterable[StoredObject], to_m: float = float("inf")
) -> MapLayer | None:
    shapes = [
        NamedShape(
            shape=found.shape,
            code=found.osm,
            name=found.name,
            rank=_rank(found),
            note=found.ref,
            attributes={"class": found.kind},
        )
        for found in objects
    ]
    return make_layer(name, kind, shapes, max_scale_m=to_m) if shapes else None


def _rank(found: StoredObject) -> int:
    return _PLACE_RANKS.get(found.kind, _FACILITY_RANKS.get(found.kind, 5))


def _without_names(objects: Iterable[StoredObject]) -> Iterable[StoredObject]:
    """Return buildings without names: important ones are facilities and labelled there."""
    return (StoredObject(kind=o.kind, name="", shape=o.shape, osm="") for o in objects)
