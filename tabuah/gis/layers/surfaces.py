"""Computed surfaces: station values between stations, and the density of incidents."""

import re
from collections.abc import Sequence
from math import sqrt
from typing import Final

import msgspec
import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, MapLayer
from tabuah.gis.layers.interpolation import interpolate_stations, point_density
from tabuah.gis.layers.map_style import LayerSpec
from tabuah.gis.layers.value_grid import ValueGrid
from tabuah.gis.levels_of_detail import pack_level, unpack_polygons
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.localisation import _, format_number


def isolines(grid: ValueGrid, levels: Sequence[float]) -> dict[float, shapely.Geometry]:
    """Return the joined lines of each level in EPSG:3857; none through cells with an unknown corner."""
    import contourpy  # noqa: PLC0415 - only needed when isolines are drawn

    values = grid.values.astype(np.float64)
    generator = contourpy.contour_generator(
        grid.columns_m,
        grid.rows_m,
        np.ma.masked_invalid(values),
        corner_mask=False,  # a triangle of a cell with an unknown corner gets no line either
        line_type=contourpy.LineType.Separate,
    )
    return {level: shapely.line_merge(shapely.MultiLineString(generator.lines(level))) for level in levels}


MAX_CELLS: Final = 60_000  # in a grid: 250 m in the regency, a quarter of a second for 300 stations
_SHORTEST_M: Final = 1_500.0  # shorter lines are specks
_LABELLED_M: Final = 6_000.0
_SOURCE: Final = re.compile(r"values:([a-z0-9_]+)(?:/(\d+)h)?")


class ValueSource(msgspec.Struct, frozen=True, kw_only=True):
    """Values for a surface: the newest of a parameter, or its sum over the last `hours`."""

    parameter: str
    hours: int = 0


class Surface(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A computed surface: grid, isolines, edge of the station coverage, and number of points.

    Both line layers have the name of the surface; the edge is dashed, like everything uncertain.
    """

    name: str
    grid: ValueGrid
    lines: MapLayer
    edge: MapLayer
    points: int


def value_source(spec: LayerSpec) -> ValueSource | None:
    """Return which station values a layer needs, None for other sources."""
    match = _SOURCE.fullmatch(spec.source)
    return ValueSource(parameter=match[1], hours=int(match[2] or 0)) if match else None


def make_surface(
    spec: LayerSpec, base_map: BaseMap, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64], *,
    values: NDArray[np.float64] | None = None,
) -> Surface:  # fmt: skip
    """Compute the surface of a layer. Takes about a quarter of a second: not for the GUI thread.

    Args:
        spec: gives reach and classes.
        base_map: gives the area to cover.
        lon_deg: of the points, in degrees.
        lat_deg: of the points, in degrees.
        values: of stations, unknown ones as NaN; None for the density of the points.
    """
    west, south, east, north = base_map.bounds_m
    grid = ValueGrid.over(base_map.bounds_m, sqrt((east - west) * (north - south) / MAX_CELLS))
    places = np.column_stack(to_mercator(lon_deg, lat_deg)).reshape(-1, 2)
    if values is None:
        made = point_density(grid, places, reach_m=spec.reach_km * 1000)
    else:
        known = np.isfinite(values)
        places = places[known]
        made = interpolate_stations(grid, places, values[known], reach_m=spec.reach_km * 1000)
    outline = _outline(base_map)
    return Surface(
        name=spec.name,
        grid=made,
        lines=_lines(spec, made, outline),
        edge=_edge(spec, made, outline),
        points=len(places),
    )


def _outline(base_map: BaseMap) -> BaseGeometry:
    layer = next((layer for layer in base_map.layers if layer.name == "regency"), None)
    return shapely.box(*base_map.bounds_m) if layer is None else unpack_polygons(layer.levels[0], 1)[0]


def _lines(spec: LayerSpec, grid: ValueGrid, outline: BaseGeometry) -> MapLayer:
    """Return the borders between classes, with a value label where they are long enough."""
    breaks = spec.by_value.breaks if spec.by_value and spec.line else ()
    named = [
        (line, _value(spec, level) if line.length >= _LABELLED_M else "")
        for level, lines in isolines(grid, breaks).items()
        for line in _inside(lines, outline)
    ]
    return _line_layer(spec.name, named)


def _edge(spec: LayerSpec, grid: ValueGrid, outline: BaseGeometry) -> MapLayer:
    """Return the line beyond which no station is near; its longest piece is labelled."""
    if grid.inside_m is None or not np.isfinite(grid.inside_m).any():
        return _line_layer(spec.name, [], approximate=True)
    border = isolines(replace(grid, values=grid.inside_m), (0.0,))[0.0]
    pieces = sorted(_inside(border, outline), key=lambda piece: -piece.length)
    text = _("no station within {km} km").format(km=format_number(spec.reach_km))
    return _line_layer(spec.name, [(piece, "" if n else text) for n, piece in enumerate(pieces)], approximate=True)


def _inside(lines: BaseGeometry, outline: BaseGeometry) -> list[BaseGeometry]:
    """Return the lines inside the regency, without specks."""
    pieces = shapely.get_parts(shapely.line_merge(shapely.intersection(lines, outline)))
    return list(pieces[shapely.length(pieces) >= _SHORTEST_M])


def _line_layer(name: str, named: list[tuple[BaseGeometry, str]], *, approximate: bool = False) -> MapLayer:
    middles = [line.interpolate(0.5, normalized=True) for line, _text in named]
    features = tuple(
        Feature(code="", name=text, label_m=(middle.x, middle.y), rank=-round(line.length))
        for (line, text), middle in zip(named, middles, strict=True)
    )
    level = pack_level(np.array([line for line, _text in named], dtype=object), tolerance_m=0.0)
    return MapLayer(name=name, kind=LayerKind.LINE, levels=(level,), features=features, approximate=approximate)


def _value(spec: LayerSpec, level: float) -> str:
    unit = spec.by_value.unit if spec.by_value else ""
    return f"{format_number(level, digits=0 if level == round(level) else 1)} {unit}".strip()
