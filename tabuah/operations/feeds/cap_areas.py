"""The areas of a CAP message: rings written "lat,lon lat,lon …", closed, on Earth and in Indonesia."""

from typing import Final
from xml.etree.ElementTree import Element

from tabuah.operations.feeds.cap_values import CapArea, CapCircle
from tabuah.operations.feeds.elements import children, text_of, texts_of
from tabuah.operations.feeds.errors import UnusableItem
from tabuah.operations.feeds.positions import Position, in_indonesia, read_bounded, read_lat_lon
from tabuah.operations.feeds.remarks import Remark

MAX_POINTS: Final = 50_000


def read_areas(info: Element, notes: list[Remark]) -> tuple[CapArea, ...]:
    """All areas of an info block; what is left out or repaired is added to `notes`."""
    return tuple(_area(area, notes) for area in children(info, "area"))


def read_ring(text: str) -> tuple[tuple[Position, ...], bool]:
    """One closed ring from CAP's text, and whether it had to be closed.

    Raises:
        UnusableItem: fewer than three corners, a point that is none, swapped or outside Indonesia.
    """
    words = text.split()
    if len(words) > MAX_POINTS:
        raise UnusableItem("it has {count} points", count=len(words))
    ring = [read_lat_lon(word, "polygon") for word in words]
    if len(set(ring)) < 3:
        raise UnusableItem("it has fewer than three corners")
    _check_in_indonesia(ring)
    if ring[0] == ring[-1]:
        return tuple(ring), False
    return (*ring, ring[0]), True


def _area(area: Element, notes: list[Remark]) -> CapArea:
    description = text_of(area, "areaDesc", notes=notes)
    polygons: list[tuple[Position, ...]] = []
    for number, text in enumerate(texts_of(area, "polygon"), start=1):
        try:
            ring, was_open = read_ring(text)
        except UnusableItem as reason:
            notes.append(
                Remark(
                    "Polygon {number} of {area} is left out: {reason}",
                    number=number,
                    area=description,
                    reason=reason.remark,
                )
            )
            continue
        polygons.append(ring)
        if was_open:
            notes.append(
                Remark(
                    "Polygon {number} of {area} was not closed and has been closed", number=number, area=description
                )
            )
    circles = tuple(circle for text in texts_of(area, "circle") if (circle := _circle(text, description, notes)))
    if not polygons and not circles:
        notes.append(Remark("{area} has no usable outline; only its name is known", area=description or "area"))
    return CapArea(area_desc=description, polygons=tuple(polygons), circles=circles)


def _circle(text: str, description: str, notes: list[Remark]) -> CapCircle | None:
    try:
        words = text.split()
        if len(words) != 2:
            raise UnusableItem("it is not a centre and a radius")
        centre = read_lat_lon(words[0], "circle")
        _check_in_indonesia([centre])
        return CapCircle(centre, read_bounded(words[1], "radius", lowest=0, highest=5000))
    except UnusableItem as reason:
        notes.append(Remark("A circle of {area} is left out: {reason}", area=description, reason=reason.remark))
        return None


def _check_in_indonesia(points: list[Position]) -> None:
    for point in points:
        if in_indonesia(point):
            continue
        if in_indonesia(Position(point.lat_deg, point.lon_deg)):
            raise UnusableItem("latitude and longitude look swapped")
        raise UnusableItem("{lat}, {lon} lies outside Indonesia", lat=point.lat_deg, lon=point.lon_deg)
