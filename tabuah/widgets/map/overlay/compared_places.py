"""Numbered places or areas that the user chooses between, as in the conflict dialog."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha
from tabuah.widgets.theme.design_tokens import Palette

_PIN_PX: Final = 12.0  # radius
_APART_PX: Final = 30.0
_LEAST_SPAN_M: Final = 2_400.0
_MARGIN_SHARE: Final = 0.45


class ComparedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A point, or a closed ring of at least four positions, in degrees of longitude and latitude.

    `key` is the digit in the pin, `tone` the palette token of the colour, `dash` the dash pattern of
    the outline.
    """

    code: str
    key: str
    label: str
    ring_deg: tuple[tuple[float, float], ...]
    tone: str = "accent"
    dash: tuple[float, ...] = ()


class _Placed(msgspec.Struct, frozen=True):
    place: ComparedPlace
    at_m: QPointF  # position of the pin
    outline_m: QPainterPath = msgspec.field(default_factory=QPainterPath)  # empty for a point


class ComparedPlaces:
    """Paints the compared places; empty if nothing is compared."""

    def __init__(self) -> None:
        self._placed: tuple[_Placed, ...] = ()
        self.strong = ""  # code of the highlighted place

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(placed.place.code for placed in self._placed)

    def show(self, places: Sequence[ComparedPlace]) -> None:
        self._placed = tuple(_placed(place) for place in places if place.ring_deg)
        self.strong = ""

    def bounds_m(self) -> Bounds | None:
        """Return the extent of all places with a margin; None if nothing is compared."""
        rect = QRectF()
        for placed in self._placed:
            rect = rect.united(QRectF(placed.at_m.x() - 1, placed.at_m.y() - 1, 2, 2))
            rect = rect.united(placed.outline_m.boundingRect())
        if rect.isEmpty():
            return None
        span = max(rect.width(), rect.height(), _LEAST_SPAN_M)
        x, y, half = rect.center().x(), rect.center().y(), span * (0.5 + _MARGIN_SHARE)
        return (x - half, y - half, x + half, y + half)

    def paint(self, painter: QPainter, palette: Palette, view: Viewport, text_scale: float) -> None:
        """Paint outlines, then pins, the highlighted one last."""
        ordered = sorted(self._placed, key=lambda placed: placed.place.code == self.strong)
        for placed in ordered:
            if not placed.outline_m.isEmpty():
                self._paint_outline(painter, placed, palette, view)
        pins = dict(_pins(self._placed, view))
        for placed in ordered:
            self._paint_pin(painter, placed, palette, at=pins[placed.place.code], view=view, text_scale=text_scale)

    def _is_strong(self, placed: _Placed) -> bool:
        return placed.place.code == self.strong

    def _paint_outline(self, painter: QPainter, placed: _Placed, palette: Palette, view: Viewport) -> None:
        strong = self._is_strong(placed)
        colour = QColor(str(getattr(palette, placed.place.tone)))
        path = _to_screen(view).map(placed.outline_m)
        painter.setBrush(with_alpha(colour.name(), 0.24 if strong else 0.08))
        painter.setPen(QPen(QColor(palette.label_halo), 5.0 if strong else 3.6))
        painter.drawPath(path)
        pen = QPen(colour, 3.0 if strong else 1.8)
        if placed.place.dash:
            pen.setDashPattern(list(placed.place.dash))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)

    def _paint_pin(
        self, painter: QPainter, placed: _Placed, palette: Palette, *, at: QPointF, view: Viewport, text_scale: float
    ) -> None:
        strong, colour = self._is_strong(placed), QColor(str(getattr(palette, placed.place.tone)))
        true_at = QPointF(*view.to_screen(placed.at_m.x(), placed.at_m.y()))
        if at != true_at:
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(true_at, at)
        if placed.outline_m.isEmpty():
            painter.setPen(QPen(QColor(palette.label_halo), 1.4))
            painter.setBrush(colour)
            painter.drawEllipse(true_at, 3.6, 3.6)
        radius = (_PIN_PX + (3.0 if strong else 0.0)) * text_scale
        font = text_font(TextStyle.STRONG, text_scale)
        label = text_font(TextStyle.SMALL_STRONG if strong else TextStyle.SMALL, text_scale)
        width = QFontMetricsF(label).horizontalAdvance(placed.place.label)
        plate = QRectF(at.x(), at.y() - radius * 0.86, radius + width + 14, radius * 1.72)
        painter.setPen(QPen(colour, 1.6 if strong else 1.0))
        painter.setBrush(with_alpha(palette.panel, 0.96 if strong else 0.86))
        painter.drawRoundedRect(plate, plate.height() / 2, plate.height() / 2)
        painter.setPen(QPen(QColor(palette.label_halo), 2.0))
        painter.setBrush(colour)
        painter.drawEllipse(at, radius, radius)
        painter.setFont(font)
        painter.setPen(QColor(palette.window if palette.name == "dark" else palette.panel))
        disc = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), placed.place.key)
        painter.setFont(label)
        painter.setPen(QColor(palette.text if strong else palette.muted))
        words = plate.adjusted(radius + 6, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), placed.place.label)


def _placed(place: ComparedPlace) -> _Placed:
    points = [QPointF(*to_mercator(lon_deg, lat_deg)) for lon_deg, lat_deg in place.ring_deg]
    if len(points) < 3:
        return _Placed(place, points[0])
    outline = QPainterPath(points[0])
    for point in points[1:]:
        outline.lineTo(point)
    outline.closeSubpath()
    northmost = max(points, key=lambda point: point.y())
    return _Placed(place, northmost, outline)


def _to_screen(view: Viewport) -> QTransform:
    west, _south, _east, north = view.bounds_m
    scale = 1 / view.metres_per_px
    return QTransform(scale, 0, 0, -scale, -west * scale, north * scale)


def _pins(placed: Sequence[_Placed], view: Viewport) -> Iterator[tuple[str, QPointF]]:
    """Yield the pin positions; pins that would overlap are moved apart sideways."""
    taken: list[QPointF] = []
    for each in placed:
        at = QPointF(*view.to_screen(each.at_m.x(), each.at_m.y()))
        while any(abs(at.x() - other.x()) < 2 * _APART_PX and abs(at.y() - other.y()) < _APART_PX for other in taken):
            at = QPointF(at.x(), at.y() + _APART_PX)
        taken.append(at)
        yield each.place.code, at
