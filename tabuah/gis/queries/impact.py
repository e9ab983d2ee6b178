"""Impact of an area: the people, schools, health posts, bridges and roads inside, with source, date and margin."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import area_m2
from tabuah.gis.queries.bridge_parts import number_bridges
from tabuah.gis.reference_systems import WGS84, home_utm, transformer

MARGIN_M: Final = 100.0  # borders of areas and positions on maps are rarely better than this
_TRACE: Final = 1e-4  # smaller shares are those of rounded borders
SETTLEMENT_M: Final = 500.0  # the houses of a settlement that is only a point lie within this distance of it


class ImpactKind(StrEnum):
    """What is counted in an area; roads are measured."""

    PEOPLE = "people"
    SCHOOLS = "schools"
    HEALTH = "health"
    BRIDGES = "bridges"
    ROADS = "roads"


class ImpactSource(msgspec.Struct, frozen=True, kw_only=True):
    """A map layer by name, and the day of its data where known."""

    name: str
    dated_on: date | None = None


class ImpactObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object of a layer (EPSG:4326); `people` is its population where known."""

    shape: BaseGeometry
    name: str = ""
    people: float | None = None


class ImpactLayer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The objects of one kind from one source, at least those near the area; `extent` is where it has data.

    Without an extent the layer is taken to have data everywhere.
    """

    kind: ImpactKind
    source: ImpactSource
    objects: tuple[ImpactObject, ...]
    extent: BaseGeometry | None = None


class ImpactFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One kind inside an area: a count, for roads metres.

    Attributes:
        kind: what is counted.
        amount: inside the area; None if it is not known, which is never the same as 0.
        low: if the area is smaller and everything lies farther out by the margin.
        high: the reverse.
        source: the layer that it is from; None if there is none.
        is_estimate: whether people were counted by the share of their area.
        unknown_share: the part of the area without data of the source, 0 to 1.
        without_number: settlements inside without a population.
        names: of the objects inside, by name.
    """

    kind: ImpactKind
    amount: float | None = None
    low: float | None = None
    high: float | None = None
    source: ImpactSource | None = None
    is_estimate: bool = False
    unknown_share: float = 0.0
    without_number: int = 0
    names: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a layer has a number."""
        return self.amount is not None


class AreaImpact(msgspec.Struct, frozen=True, kw_only=True):
    """The impact of an area; one figure of each kind, in the order of `ImpactKind`."""

    area_m2: float
    margin_m: float
    figures: tuple[ImpactFigure, ...]

    @property
    def is_known(self) -> bool:
        """Whether any figure is known."""
        return any(figure.is_known for figure in self.figures)

    def figure(self, kind: ImpactKind) -> ImpactFigure:
        return next(figure for figure in self.figures if figure.kind is kind)


def compute_impact(area: BaseGeometry, layers: Sequence[ImpactLayer], *, margin_m: float = MARGIN_M) -> AreaImpact:
    """Return the impact of an area.

    Of each kind the first layer that has it is used and no other: two layers of the same thing would count it
    twice. For people that is the first layer with a number inside the area.

    Args:
        area: valid polygons in EPSG:4326.
        layers: the layers, the best of each kind first. Lengths are planar in the UTM zone of the regency, with an
            error under 0.1 %.
        margin_m: by how much the border of the area may be wrong.
    """
    bounds = AreaBounds(area, margin_m)
    figures = []
    for kind in ImpactKind:
        own = [layer for layer in layers if layer.kind is kind]
        figures.append(_people(own, bounds) if kind is ImpactKind.PEOPLE else _objects(kind, own, bounds))
    return AreaImpact(area_m2=area_m2(area), margin_m=margin_m, figures=tuple(figures))


class AreaBounds:
    """An area in UTM metres, and the same area smaller and larger by the margin; prepared for many tests."""

    def __init__(self, area: BaseGeometry, margin_m: float) -> None:
        self._area_deg, self.area = area, _in_utm(area)
        self.inner, self.outer = self.area.buffer(-margin_m), self.area.buffer(margin_m)
        self.settled_inner = self.area.buffer(-SETTLEMENT_M)
        self.settled_outer = self.area.buffer(SETTLEMENT_M)
        for shape in (self.area, self.inner, self.outer):
            shapely.prepare(shape)

    def share_outside_extent(self, extent: BaseGeometry | None) -> float:
        """Return the part of the area outside an extent; both in degrees, because long edges are straight there."""
        return 0.0 if extent is None else _share_outside(self._area_deg, extent)

    def share_outside(self, covered: BaseGeometry) -> float:
        """Return the part of the area that areas in UTM metres leave out."""
        return _share_outside(self.area, covered)


def _share_outside(area: BaseGeometry, covered: BaseGeometry) -> float:
    share = shapely.difference(area, covered).area / area.area if area.area else 0.0
    return float(min(1.0, share)) if share > _TRACE else 0.0


def _in_utm(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape (EPSG:4326) in the UTM zone of the regency."""
    projected: BaseGeometry = shapely.transform(shape, _project)
    return projected


def margin_box(area: BaseGeometry, margin_m: float = MARGIN_M) -> tuple[float, float, float, float]:
    """Return the box (west, south, east, north) in degrees that has every object that can change the impact."""
    reach_m = max(margin_m, SETTLEMENT_M)
    west, south, east, north = _in_utm(area).buffer(reach_m).bounds
    corners = [(west, south), (west, north), (east, south), (east, north)]
    back = transformer(home_utm(), WGS84)
    lons, lats = zip(*(back.transform(*corner) for corner in corners), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _objects(kind: ImpactKind, layers: Sequence[ImpactLayer], bounds: AreaBounds) -> ImpactFigure:
    if not layers:
        return ImpactFigure(kind=kind)
    layer = layers[0]
    shapes = _shapes(layer.objects)
    measure = _measure_of(kind, layer.objects, shapes)
    inside = shapely.intersects(bounds.area, shapes)
    names = {each.name for each, is_in in zip(layer.objects, inside.tolist(), strict=True) if is_in and each.name}
    return ImpactFigure(
        kind=kind,
        amount=measure(bounds.area),
        low=measure(bounds.inner),
        high=measure(bounds.outer),
        source=layer.source,
        unknown_share=bounds.share_outside_extent(layer.extent),
        names=tuple(sorted(names)),
    )


def _measure_of(
    kind: ImpactKind, objects: Sequence[ImpactObject], shapes: NDArray[np.object_]
) -> Callable[[BaseGeometry], float]:
    """Return what measures a kind inside an area: metres of roads, whole bridges, else the number of objects."""
    if kind is ImpactKind.ROADS:
        return lambda area: _length(shapes, area)
    if kind is ImpactKind.BRIDGES:
        bridges = number_bridges(shapes, [each.name for each in objects])
        return lambda area: float(np.unique(bridges[shapely.intersects(area, shapes)]).size)
    return lambda area: _count(shapes, area)


def _count(shapes: NDArray[np.object_], area: BaseGeometry) -> float:
    return float(np.count_nonzero(shapely.intersects(area, shapes)))


def _length(shapes: NDArray[np.object_], area: BaseGeometry) -> float:
    near = shapes[shapely.intersects(area, shapes)]
    whole = shapely.contains_properly(area, near)
    return float(shapely.length(near[whole]).sum() + shapely.length(shapely.intersection(near[~whole], area)).sum())


def _people(layers: Iterable[ImpactLayer], bounds: AreaBounds) -> ImpactFigure:
    without_number = 0
    for layer in layers:
        figure = _people_of(layer, bounds)
        if figure.amount is not None:
            return figure
        without_number = max(without_number, figure.without_number)
    return ImpactFigure(kind=ImpactKind.PEOPLE, without_number=without_number)


def _people_of(layer: ImpactLayer, bounds: AreaBounds) -> ImpactFigure:
    known = [each for each in layer.objects if each.people is not None]
    shapes = _shapes(known)
    people = np.array([each.people for each in known], dtype=np.float64)
    areal = shapely.area(shapes) > 0
    inside = shapely.intersects(bounds.area, shapes)
    if not inside.any():
        return ImpactFigure(kind=ImpactKind.PEOPLE, without_number=_without_number(layer, bounds))
    shares = np.where(areal, 0.0, inside.astype(np.float64))
    cut = areal & inside
    shares[cut] = shapely.area(shapely.intersection(shapes[cut], bounds.area)) / shapely.area(shapes[cut])
    return ImpactFigure(
        kind=ImpactKind.PEOPLE,
        amount=float((shares * people).sum()),
        low=float(people[_surely_inside(shapes, areal, bounds)].sum()),
        high=float(people[_possibly_inside(shapes, areal, bounds)].sum()),
        source=layer.source,
        is_estimate=bool((cut & (shares < 1.0 - 1e-6)).any()),
        unknown_share=bounds.share_outside(shapely.union_all(shapes[cut])) if cut.any() else 0.0,
        without_number=_without_number(layer, bounds),
        names=tuple(sorted({each.name for each, is_in in zip(known, inside.tolist(), strict=True) if is_in})),
    )


def _surely_inside(shapes: NDArray[np.object_], areal: NDArray[np.bool_], bounds: AreaBounds) -> NDArray[np.bool_]:
    """Return which areas are whole inside, and which settlements are with all of their houses."""
    inside: NDArray[np.bool_] = np.where(
        areal, shapely.contains(bounds.inner, shapes), shapely.intersects(bounds.settled_inner, shapes)
    )
    return inside


def _possibly_inside(shapes: NDArray[np.object_], areal: NDArray[np.bool_], bounds: AreaBounds) -> NDArray[np.bool_]:
    """Return which areas touch the area, and which settlements may have houses in it."""
    inside: NDArray[np.bool_] = np.where(
        areal, shapely.intersects(bounds.outer, shapes), shapely.intersects(bounds.settled_outer, shapes)
    )
    return inside


def _without_number(layer: ImpactLayer, bounds: AreaBounds) -> int:
    silent = _shapes([each for each in layer.objects if each.people is None])
    return int(np.count_nonzero(shapely.intersects(bounds.area, silent)))


def _shapes(objects: Sequence[ImpactObject]) -> NDArray[np.object_]:
    shapes = np.empty(len(objects), dtype=object)
    shapes[:] = [each.shape for each in objects]
    projected: NDArray[np.object_] = shapely.transform(shapes, _project)
    return projected


def _project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(transformer(WGS84, home_utm()).transform(degrees[:, 0], degrees[:, 1]))
