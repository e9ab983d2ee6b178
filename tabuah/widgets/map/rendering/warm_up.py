"""Warm-up: uses every Qt type of the workers once in the GUI thread, before a second thread uses it.

PySide6 6.11 creates nested enums and flags at their first use without a lock. Two threads that
first use `QPainter.RenderHint` at the same time crash the process (15 of 20 starts with a switch
interval of 20 µs, none of 40 after the warm-up; covered by a test). Remove this module when
PySide guards it.
"""

from functools import cache

import numpy as np

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.widgets.map.content import (
    AffectedArea,
    IncidentMarkers,
    MapContent,
    MarkerClass,
    StationMarkers,
    UnitMarkers,
)
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.viewport import Viewport

_AREAS = ("land", "regency", "kecamatan", "lakes")
_POINTS = ("nagari", "places", "volcanoes")


@cache
def warm_up() -> None:
    """Paint a picture of a few pixels that uses every type; do nothing the second time."""
    content = MapContent(
        base_map=_base_map(),
        stations=_stations(),
        incidents=_incidents(),
        units=_units(),
        areas=(AffectedArea(rings=(_TRIANGLE * 1e-3,)),),
        watermark="x",
        data_age="0",
    )
    render_view_image(content, _VIEW)


@cache
def warm_up_ranges() -> None:
    """Paint range rings in the same way, before the first ones are given to a worker.

    They are apart because their outlines load PROJ, which took a twentieth of a start.
    """
    rings = RangeRings(lon_deg=0.0, lat_deg=0.0, radii_m=(300.0,), sector_deg=(0.0, 90.0))
    render_view_image(MapContent(ranges=(rings,)), _VIEW)


_VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=10, width_px=160, height_px=120)
_TRIANGLE = np.array([(0, 0), (400, 0), (0, 400), (0, 0)], dtype=np.float64)


def _base_map() -> BaseMap:
    areas = [_layer(name, LayerKind.POLYGON, approximate=name == "kecamatan") for name in _AREAS]
    points = [_layer(name, LayerKind.POINT) for name in _POINTS]
    layers = (*areas, _layer("rivers", LayerKind.LINE), *points)
    return BaseMap(layers=layers, bounds_m=(0, 0, 400, 400), attribution=("",))


def _layer(name: str, kind: LayerKind, *, approximate: bool = False) -> MapLayer:
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=_TRIANGLE,
        offsets=np.array([0, len(_TRIANGLE)]),
        feature_of_part=np.zeros(1, dtype=np.int32),
    )
    feature = Feature(code="", name="x", label_m=(0.0, 0.0), note="x")
    return MapLayer(name=name, kind=kind, levels=(level,), features=(feature,), approximate=approximate)


def _units() -> UnitMarkers:
    return UnitMarkers(
        ids=["u"],
        lon_deg=np.zeros(1),
        lat_deg=np.zeros(1),
        busy=np.ones(1, dtype=np.bool_),
        heading_deg=np.zeros(1),
        trails=(_TRIANGLE * 1e-5,),
    )


def _stations() -> StationMarkers:
    count = len(MarkerClass)
    return StationMarkers(
        ids=[""] * count, lon_deg=np.zeros(count), lat_deg=np.zeros(count), classes=np.arange(count, dtype=np.uint8)
    )


def _incidents() -> IncidentMarkers:
    return IncidentMarkers(
        ids=["", ""],
        lon_deg=np.zeros(2),
        lat_deg=np.zeros(2),
        classes=np.zeros(2, dtype=np.uint8),
        letter_of=np.zeros(2, dtype=np.uint8),
        closed=np.array([False, True]),
        pending=np.array([True, False]),
        letters=("x",),
    )
