"""Stations that are being registered or imported, and the schematic river between them."""

from collections.abc import Sequence
from math import atan2, cos, hypot, pi, sin
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.theme.appearance import TextStyle, level_colour, text_font, with_alpha
from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Level

_SHAPE_PX: Final = 13.0
_STRONG_PX: Final = 18.0
_ARROW_PX: Final = 9.0
_ARROW_ANGLE: Final = pi / 7
_MOST_LABELS: Final = 40  # more would cover the map
_MOST_SYMBOLS: Final = 300  # more would take longer than a frame
_DOT_PX: Final = 6.0
_MARGIN_SHARE: Final = 0.2
_LEAST_SPAN_M: Final = 2_400.0


class PlannedStation(msgspec.Struct, frozen=True, kw_only=True):
    """A station at a position in degrees (EPSG:4326); `level` says whether it can be registered."""

    code: str
    lon_deg: float
    lat_deg: float
    label: str = ""
    level: Level = Level.INFORMATION
    strong: bool = False


class RiverLink(msgspec.Struct, frozen=True, kw_only=True):
    """The way of the water between two gauges, in degrees; a straight line because the river is not surveyed."""

    from_deg: tuple[float, float]
    to_deg: tuple[float, float]
    label: str = ""


class PlannedStations:
    """Paints the planned stations; empty if none is planned."""

    def __init__(self) -> None:
        self.stations: tuple[PlannedStation, ...] = ()
        self.links: tuple[RiverLink, ...] = ()
        self.strong = ""  # code of the highlighted station
        self._places_m: dict[Level, list[tuple[float, float]]] = {}

    def show(self, stations: Sequence[PlannedStation], links: Sequence[RiverLink]) -> None:
        self.stations, self.links, self.strong = tuple(stations), tuple(links), ""
        self._places_m = {}
        for station in self.stations:
            place_m = to_mercator(station.lon_deg, station.lat_deg)
            self._places_m.setdefault(station.level, []).append((float(place_m[0]), float(place_m[1])))

    def bounds_m(self) -> Bounds | None:
        """Return the extent of all stations with a margin; None without stations."""
        if not self.stations:
            return None
        xs, ys = zip(*(to_mercator(each.lon_deg, each.lat_deg) for each in self.stations), strict=True)
        half = max(max(xs) - min(xs), max(ys) - min(ys), _LEAST_SPAN_M) * (0.5 + _MARGIN_SHARE)
        x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        return (x - half, y - half, x + half, y + half)

    def paint(self, painter: QPainter, palette: Palette, view: Viewport, text_scale: float) -> None:
        """Paint the river, then the stations, the highlighted one last."""
        if not self.stations:
            return
        for link in self.links:
            _paint_link(painter, link, palette, view, text_scale)
        if len(self.stations) > _MOST_SYMBOLS:
            self._paint_dots(painter, palette, view)
            shown = [each for each in self.stations if self._is_strong(each)]
        else:
            shown = sorted(self.stations, key=self._is_strong)
        names = len(self.stations) <= _MOST_LABELS
        for station in shown:
            strong = self._is_strong(station)
            _paint_station(painter, station, palette, view, text_scale, strong=strong, named=names or strong)

    def _paint_dots(self, painter: QPainter, palette: Palette, view: Viewport) -> None:
        """Paint many stations as dots, the worst level last."""
        for level in sorted(self._places_m, key=lambda each: each.rank, reverse=True):
            dots = QPolygonF([QPointF(*view.to_screen(*place)) for place in self._places_m[level]])
            pen = QPen(QColor(level_colour(palette, level)), _DOT_PX)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(dots)

    def _is_strong(self, station: PlannedStation) -> bool:
        return station.strong or (bool(self.strong) and station.code == self.strong)


def _screen(view: Viewport, position_deg: tuple[float, float]) -> QPointF:
    return QPointF(*view.to_screen(*to_mercator(*position_deg)))


def _paint_link(painter: QPainter, link: RiverLink, palette: Palette, view: Viewport, text_scale: float) -> None:
    start, end = _screen(view, link.from_deg), _screen(view, link.to_deg)
    if hypot(end.x() - start.x(), end.y() - start.y()) < 2 * _ARROW_PX:
        return
    colour = QColor(palette.river)
    for pen in (QPen(QColor(palette.label_halo), 5.0), QPen(colour, 2.6, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawLine(start, end)
    _paint_arrow(painter, start, end, colour)
    if link.label:
        _paint_plate(painter, (start + end) / 2, link.label, palette, text_scale, centred=True)


def _paint_arrow(painter: QPainter, start: QPointF, end: QPointF, colour: QColor) -> None:
    """Paint an arrow head at the middle of a line, in the direction of the water."""
    angle = atan2(end.y() - start.y(), end.x() - start.x())
    tip = start + (end - start) * 0.66
    turned = (angle + _ARROW_ANGLE, angle - _ARROW_ANGLE)
    sides = [tip - QPointF(cos(each), sin(each)) * 1.6 * _ARROW_PX for each in turned]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, *sides]))


def _paint_station(
    painter: QPainter,
    station: PlannedStation,
    palette: Palette,
    view: Viewport,
    text_scale: float,
    *,
    strong: bool,
    named: bool,
) -> None:
    at = _screen(view, (station.lon_deg, station.lat_deg))
    side = (_STRONG_PX if strong else _SHAPE_PX) * text_scale
    painter.setPen(QPen(QColor(level_colour(palette, station.level)), 2.2 if strong else 1.4))
    painter.setBrush(with_alpha(palette.panel, 0.92))
    painter.drawEllipse(at, side * 0.85, side * 0.85)
    paint_level(painter, QRectF(at.x() - side / 2, at.y() - side / 2, side, side), station.level, palette)
    if named and station.label:
        beside = QPointF(at.x() + side + 4, at.y())
        _paint_plate(painter, beside, station.label, palette, text_scale, centred=False)


def _paint_plate(
    painter: QPainter, at: QPointF, text: str, palette: Palette, text_scale: float, *, centred: bool
) -> None:
    font = text_font(TextStyle.SMALL, text_scale)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 4
    plate = QRectF(at.x() - (width / 2 if centred else 0), at.y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(palette.panel, 0.9))
    painter.drawRoundedRect(plate, 5, 5)
    painter.setFont(font)
    painter.setPen(QColor(palette.text))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)
