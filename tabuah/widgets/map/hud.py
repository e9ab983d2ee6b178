"""The furniture of the map: scale bar, north, coordinates, data age, notes, sources, and the exercise mark."""

from dataclasses import dataclass
from math import ceil, hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from tabuah.gis.coordinates import format_decimal_degrees, format_utm
from tabuah.gis.errors import CoordinateError
from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.scale_bar import ScaleBar, scale_bar
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import mix, with_alpha
from tabuah.widgets.theme.fonts import Type, type_font

APPROXIMATE_NOTE: Final = "kecamatan areas are estimates, not official boundaries"
MARGIN_PX: Final = 12.0
_PAD_PX: Final = 7.0
_WATERMARK_STEP_PX: Final = 420


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    colour: str


class MapHud:
    """Paints the furniture into the corners of the view; what seldom changes is measured once."""

    def __init__(self) -> None:
        self._watermark: tuple[tuple[str, str, float], QPixmap] | None = None
        self._bar: tuple[tuple[float, float], ScaleBar] | None = None
        self.position_deg: tuple[float, float] | None = None  # under the cursor

    def boxes(self, content: MapContent, view: Viewport) -> tuple[Box, ...]:
        """Where the furniture lies, logical pixels of the view."""
        corners = (self._left_plate(content, view), self._right_plate(content, view))
        return tuple(rect.getCoords() for rect in corners if not rect.isEmpty())  # type: ignore[misc]

    def paint(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        """Paint all of it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if content.exercise:
            self._paint_watermark(painter, content, view)
        self._paint_left(painter, content, view)
        self._paint_right(painter, content, view)

    def _left_plate(self, content: MapContent, view: Viewport) -> QRectF:
        font = _font(content)
        width = max(self._scale(view).width_px + 42, QFontMetricsF(font).horizontalAdvance(self._coordinates(view)))
        height = _line_height(font) + 20 * content.text_scale
        return _bottom_rect(view, width + 2 * _PAD_PX, height + 2 * _PAD_PX, left=True)

    def _right_plate(self, content: MapContent, view: Viewport) -> QRectF:
        lines = _right_lines(content, view)
        font = _font(content)
        width = max((QFontMetricsF(font).horizontalAdvance(line.text) for line in lines), default=0.0)
        if not lines:
            return QRectF()
        height = len(lines) * _line_height(font)
        return _bottom_rect(view, ceil(width) + 2 * _PAD_PX, height + 2 * _PAD_PX - 3, left=False)

    def _paint_left(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        palette, plate = content.palette, self._left_plate(content, view)
        _paint_plate(painter, plate, content)
        font = _font(content)
        baseline = plate.bottom() - _PAD_PX - QFontMetricsF(font).descent()
        painter.setFont(font)
        painter.setPen(QColor(palette.muted))
        painter.drawText(QPointF(plate.left() + _PAD_PX, baseline), self._coordinates(view))
        bar = self._scale(view)
        top = plate.top() + _PAD_PX
        _paint_north(painter, QRectF(plate.left() + _PAD_PX, top, 12, 19), palette.text, palette.panel)
        left, floor = plate.left() + _PAD_PX + 22, top + 17
        painter.setPen(QPen(QColor(palette.text), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ends = [(left, floor - 5), (left, floor), (left + bar.width_px, floor), (left + bar.width_px, floor - 5)]
        painter.drawPolyline(QPolygonF([QPointF(round(x) + 0.5, round(y) + 0.5) for x, y in ends]))
        painter.drawText(QRectF(left, floor - 17, bar.width_px, 15), int(Qt.AlignmentFlag.AlignCenter), bar.text)

    def _paint_right(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        lines, plate = _right_lines(content, view), self._right_plate(content, view)
        if not lines:
            return
        _paint_plate(painter, plate, content)
        font = _font(content)
        painter.setFont(font)
        row = QRectF(plate.left() + _PAD_PX, plate.top() + _PAD_PX - 2, plate.width() - 2 * _PAD_PX, 0)
        for line in lines:
            row.setHeight(_line_height(font))
            painter.setPen(QColor(line.colour))
            painter.drawText(row, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), line.text)
            row.translate(0, _line_height(font))

    def _coordinates(self, view: Viewport) -> str:
        lon_deg, lat_deg = self.position_deg or view.centre_deg
        degrees = format_decimal_degrees(lon_deg, lat_deg)
        try:
            return f"{degrees} · {format_utm(lon_deg, lat_deg)}"
        except CoordinateError:  # too far from zone 47S to have a place in it
            return degrees

    def _scale(self, view: Viewport) -> ScaleBar:
        key = (view.metres_per_px, round(view.centre_y_m / 20_000))
        if self._bar is None or self._bar[0] != key:
            self._bar = (key, scale_bar(view))
        return self._bar[1]

    def _paint_watermark(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        mark = self._watermark_picture(content, painter.device().devicePixelRatio())
        width, height = mark.deviceIndependentSize().toTuple()
        for row in range(ceil(view.height_px / _WATERMARK_STEP_PX) + 1):
            shift = _WATERMARK_STEP_PX // 2 if row % 2 else 0
            for column in range(ceil(view.width_px / _WATERMARK_STEP_PX) + 1):
                x, y = column * _WATERMARK_STEP_PX - shift, row * _WATERMARK_STEP_PX * 0.75
                painter.drawPixmap(QPointF(x - width / 2 + 200, y - height / 2 + 160), mark)

    def _watermark_picture(self, content: MapContent, ratio: float) -> QPixmap:
        key = (_("SIMULATION"), content.palette.name, ratio)
        if self._watermark is None or self._watermark[0] != key:
            ink = with_alpha(content.palette.attention, 0.20 if content.palette.name == "dark" else 0.26)
            self._watermark = (key, _watermark(key[0], ink, ratio))
        return self._watermark[1]


def _right_lines(content: MapContent, view: Viewport) -> list[_Line]:
    """Data age, notes and sources, from the loudest to the quietest, broken to fit half of the view."""
    palette = content.palette
    lines = [_Line(content.data_age, palette.text)] if content.data_age else []
    if content.basemap is None:
        return lines
    notes = [note for note in content.basemap.notes if note != APPROXIMATE_NOTE]
    if content.shows_approximate_borders():
        notes.append(APPROXIMATE_NOTE)
    widest_px = max(220.0, view.width_px * 0.42)
    font = _font(content)
    texts = [_(note) for note in notes]
    lines += [_Line(text, palette.muted) for text in _broken(_sentence(texts), font, widest_px)]
    sources = " · ".join(content.basemap.attribution)
    return lines + [_Line(text, palette.faint) for text in _broken(sources, font, widest_px)]


def _sentence(texts: list[str]) -> str:
    joined = " · ".join(texts)
    return joined[:1].upper() + joined[1:]


def _broken(text: str, font: QFont, widest_px: float) -> list[str]:
    """`text` broken at its dots into lines no wider than `widest_px`."""
    metrics, lines = QFontMetricsF(font), [""]
    for piece in text.split(" · ") if text else []:
        longer = f"{lines[-1]} · {piece}" if lines[-1] else piece
        if lines[-1] and metrics.horizontalAdvance(longer) > widest_px:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [line for line in lines if line]


def _bottom_rect(view: Viewport, width: float, height: float, *, left: bool) -> QRectF:
    x = MARGIN_PX if left else view.width_px - MARGIN_PX - width
    return QRectF(round(x), round(view.height_px - MARGIN_PX - height), round(width), round(height))


def _font(content: MapContent) -> QFont:
    return type_font(Type.CAPTION, content.text_scale)


def _line_height(font: QFont) -> float:
    return ceil(QFontMetricsF(font).height()) + 1.0


def _paint_plate(painter: QPainter, plate: QRectF, content: MapContent) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(mix(content.palette.window, content.palette.panel, 0.5), 0.86))
    painter.drawRoundedRect(plate, 6, 6)


def _paint_north(painter: QPainter, rect: QRectF, ink: str, paper: str) -> None:
    """An arrow with a dark and a light half: up is north."""
    middle, waist = rect.center().x(), rect.bottom() - rect.height() * 0.26
    painter.setPen(QPen(QColor(ink), 1))
    for side, fill in ((rect.left(), ink), (rect.right(), paper)):
        painter.setBrush(QColor(fill))
        tip, foot = QPointF(middle, rect.top()), QPointF(side, rect.bottom())
        painter.drawPolygon(QPolygonF([tip, foot, QPointF(middle, waist)]))


def _watermark(text: str, ink: QColor, ratio: float) -> QPixmap:
    font = type_font(Type.HEADING, 1.9)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 5)
    width = QFontMetricsF(font).horizontalAdvance(text) + 20
    side = ceil(hypot(width, 60))
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(side / 2, side / 2)
        painter.rotate(-30)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QRectF(-width / 2, -30, width, 60), int(Qt.AlignmentFlag.AlignCenter), text)
    finally:
        painter.end()
    return picture
