"""Map query: markers and features at a place or inside an area, grouped by layer."""

from collections.abc import Iterable
from typing import Final

import msgspec
import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray

from tabuah.gis.base_map import DETAIL, Feature
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.content import (
    AREA,
    CLOSED_INCIDENTS,
    INCIDENTS,
    UNITS,
    IncidentMarkers,
    MapContent,
    MarkerKind,
    Markers,
    StationMarkers,
)
from tabuah.widgets.map.overlay.hit_test import is_shown
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.layer_shapes import LayerShapes
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport

REACH_PX: Final = 12.0
MAX_LISTED: Final = 200  # per layer; the rest is only counted
FEATURE: Final = "feature"


class ResultItem(msgspec.Struct, frozen=True, kw_only=True):
    """A marker or feature: `kind` is the marker kind or "feature", `id` the marker id or feature code."""

    kind: str
    id: str
    title: str
    detail: str = ""
    place_m: Place = (0.0, 0.0)
    level: int = -1  # the `MarkerClass` of a marker that has one
    layer: str = ""
    feature: Feature | None = None


class ResultGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Results of one layer. `count` may exceed the listed items; `approximate` marks estimated borders."""

    layer: str
    items: tuple[ResultItem, ...]
    count: int
    approximate: bool = False


class QueryResult(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a query at a place or inside an area, topmost layer first."""

    groups: tuple[ResultGroup, ...] = ()
    place_m: Place | None = None  # the queried place; None for an area
    area: bool = False
    # ids of all markers, listed or not
    chosen: dict[MarkerKind, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def ids(self, kind: MarkerKind) -> tuple[str, ...]:
        return self.chosen.get(kind, ())


def query_at(
    picture: MapPicture | None, content: MapContent, view: Viewport, *, place_m: Place, layer_index: LayerIndex
) -> QueryResult:
    """Return everything at a place in all visible layers."""
    reach_m = REACH_PX * view.metres_per_px
    numbers: dict[MarkerKind, NDArray[np.int64]] = {}
    if picture is not None:
        for kind, placed in picture.placed.items():
            numbers[kind] = placed.near(*place_m, reach_m)
        numbers[MarkerKind.INCIDENT] = _with_cluster(picture, view, place_m, numbers)
    groups = [*_marker_groups(picture, numbers), *_area_groups(content, place_m)]
    for shapes in layer_index.visible(content, view.metres_per_px):
        groups += _feature_group(shapes, shapes.at(place_m, reach_m))
    return QueryResult(groups=tuple(groups), place_m=place_m, chosen=_ids(picture, numbers))


def query_inside(
    picture: MapPicture | None,
    content: MapContent,
    view: Viewport,
    *,
    area_m: shapely.Polygon,
    layer_index: LayerIndex,
) -> QueryResult:
    """Return the markers in an area (EPSG:3857) and the features that are completely inside it."""
    shapely.prepare(area_m)
    numbers: dict[MarkerKind, NDArray[np.int64]] = {}
    for kind, placed in (picture.placed if picture is not None else {}).items():
        origin_x, origin_y = placed.origin_m
        inside = shapely.contains_xy(area_m, placed.dx_m + origin_x, placed.dy_m + origin_y)
        numbers[kind] = np.flatnonzero(inside)
    groups = list(_marker_groups(picture, numbers))
    for shapes in layer_index.visible(content, view.metres_per_px):
        groups += _feature_group(shapes, shapes.inside(area_m))
    return QueryResult(groups=tuple(groups), area=True, chosen=_ids(picture, numbers))


def merge_results(before: QueryResult, more: QueryResult) -> QueryResult:
    """Return the union of two results."""
    groups = {group.layer: group for group in before.groups}
    for group in more.groups:
        known = groups.get(group.layer)
        groups[group.layer] = group if known is None else _joined(known, group)
    kinds = dict.fromkeys((*before.chosen, *more.chosen))
    chosen = {kind: tuple(dict.fromkeys((*before.ids(kind), *more.ids(kind)))) for kind in kinds}
    return QueryResult(groups=tuple(groups.values()), area=True, chosen=chosen)


def _joined(one: ResultGroup, other: ResultGroup) -> ResultGroup:
    items = {(item.kind, item.id, item.title): item for item in (*one.items, *other.items)}
    twice = len(one.items) + len(other.items) - len(items)
    listed = sorted(items.values(), key=lambda item: -item.level)[:MAX_LISTED]
    return replace(one, items=tuple(listed), count=one.count + other.count - twice)


def marker_layer(markers: Markers, index: int) -> str:
    """Return the layer under which a marker is listed."""
    if isinstance(markers, IncidentMarkers):
        return CLOSED_INCIDENTS if bool(markers.closed[index]) else INCIDENTS
    return "stations" if isinstance(markers, StationMarkers) else UNITS


def _with_cluster(
    picture: MapPicture, view: Viewport, place_m: Place, numbers: dict[MarkerKind, NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the incidents at the place, and all members of a cluster whose sign is there."""
    alone = [
        index
        for index in numbers.get(MarkerKind.INCIDENT, np.zeros(0, np.int64)).tolist()
        if picture.clusters.place_of(index) is None
    ]
    cluster = picture.clusters.near(*place_m, REACH_PX * view.metres_per_px)
    members = picture.clusters.members(cluster).tolist() if cluster is not None else []
    return np.array(list(dict.fromkeys([*alone, *members])), dtype=np.int64)


def _marker_groups(picture: MapPicture | None, numbers: dict[MarkerKind, NDArray[np.int64]]) -> Iterable[ResultGroup]:
    if picture is None:
        return
    content = picture.frame.content
    for kind in (MarkerKind.UNIT, MarkerKind.INCIDENT, MarkerKind.STATION):
        markers = content.markers(kind)
        by_layer: dict[str, list[int]] = {}
        for index in numbers.get(kind, np.zeros(0, np.int64)).tolist():
            if is_shown(content, kind, index):
                by_layer.setdefault(marker_layer(markers, index), []).append(index)
        for layer, indices in by_layer.items():
            listed = _worst_first(markers, indices)[:MAX_LISTED]
            items = tuple(_marker_item(picture, kind, index, layer) for index in listed)
            yield ResultGroup(layer=layer, items=items, count=len(indices))


def _marker_item(picture: MapPicture, kind: MarkerKind, index: int, layer: str) -> ResultItem:
    markers = picture.frame.content.markers(kind)
    title, value, age = markers.details(index)
    return ResultItem(
        kind=kind.value,
        id=markers.ids[index],
        title=title,
        detail=" · ".join(text for text in (value, age) if text),
        place_m=picture.placed[kind].position_m(index),
        level=_level(markers, index),
        layer=layer,
    )


def _worst_first(markers: Markers, indices: list[int]) -> list[int]:
    return sorted(indices, key=lambda index: -_level(markers, index))


def _level(markers: Markers, index: int) -> int:
    return int(markers.classes[index]) if isinstance(markers, IncidentMarkers | StationMarkers) else -1


def _area_groups(content: MapContent, place_m: Place) -> Iterable[ResultGroup]:
    """Yield the affected area, if it is shown and contains the place."""
    point = shapely.Point(from_mercator(*place_m))
    for area in content.areas if content.shows(AREA) else ():
        if shapely.Polygon(area.rings[0], [ring for ring in area.rings[1:] if len(ring) > 3]).contains(point):
            item = ResultItem(kind=AREA, id="", title="", place_m=place_m, level=int(area.marker_class), layer=AREA)
            yield ResultGroup(layer=AREA, items=(item,), count=1)


def _feature_group(shapes: LayerShapes, features: list[Feature]) -> list[ResultGroup]:
    """Return the features that have a name; features without one are background or label points."""
    name = shapes.layer.name
    named = sorted({(each.name, each.code): each for each in features if each.name}.values(), key=lambda f: f.name)
    items = tuple(
        ResultItem(
            kind=FEATURE,
            id=each.code,
            title=each.name,
            detail=each.note or str(each.attributes.get(DETAIL, "")),
            place_m=each.label_m,
            layer=name,
            feature=each,
        )
        for each in named[:MAX_LISTED]
    )
    estimated = shapes.layer.approximate
    return [ResultGroup(layer=name, items=items, count=len(named), approximate=estimated)] if named else []


def _ids(
    picture: MapPicture | None, numbers: dict[MarkerKind, NDArray[np.int64]]
) -> dict[MarkerKind, tuple[str, ...]]:
    if picture is None:
        return {}
    content = picture.frame.content
    return {
        kind: tuple(content.markers(kind).ids[index] for index in found.tolist() if is_shown(content, kind, index))
        for kind, found in numbers.items()
    }
