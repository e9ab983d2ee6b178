"""Position plate in the lower left: north arrow, scale bar, and coordinates under the cursor."""

from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from tabuah.gis.coordinates import format_decimal_degrees, format_utm
from tabuah.gis.errors import CoordinateError
from tabuah.resources.catalogue import current_language
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import PAD_PX, line_height, paint_plate, plate_font
from tabuah.widgets.map.decorations.scale_bar import scale_bar
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import Palette

_BAR_LEFT_PX: Final = 22.0  # next to the arrow
_BAR_ROW_PX: Final = 20.0


class PositionPlate:
    """Caches its background with arrow and bar; only the coordinates are repainted while the map moves."""

    def __init__(self) -> None:
        self.position_deg: tuple[float, float] | None = None  # under the cursor; None shows the centre
        self._font_key: tuple[float, str] | None = None
        self._font, self._step, self._descent, self._width = QFont(), 0.0, 0.0, 0.0
        self._bar_key: tuple[float, float, str] | None = None
        self._bar: tuple[float, str] = (0.0, "")
        self._ground_key: tuple[object, ...] | None = None
        self._ground = QPixmap()
        self._told_key: tuple[tuple[float, float], str] | None = None
        self._told = ""

    def size(self, content: MapContent, view: Viewport) -> tuple[float, float]:
        """Return width and height in logical pixels."""
        self._measure(content)
        width = max(self._width, self._scale(view)[0] + _BAR_LEFT_PX + 20)
        return ceil(width + 2 * PAD_PX), ceil(self._step + _BAR_ROW_PX * content.text_scale + 2 * PAD_PX)

    def paint(self, painter: QPainter, plate: QRectF, content: MapContent, view: Viewport) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(plate.topLeft(), self._ground_of(plate.size(), content, view, ratio))
        painter.setFont(self._font)
        painter.setPen(QColor(content.palette.muted))
        at = QPointF(plate.left() + PAD_PX, plate.bottom() - PAD_PX - self._descent)
        painter.drawText(at, self._coordinates(self._place(view)))

    def _ground_of(self, size: QSizeF, content: MapContent, view: Viewport, ratio: float) -> QPixmap:
        """Return the plate with all parts that do not change while the map is panned."""
        width, text = self._scale(view)
        key = (size.width(), size.height(), width, text, content.palette, content.text_scale, ratio)
        if key != self._ground_key:
            self._ground_key, self._ground = key, _blank(size, ratio)
            painter = QPainter(self._ground)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self._font)
                paint_plate(painter, QRectF(0, 0, size.width(), size.height()), content.palette)
                _paint_north(painter, QRectF(PAD_PX, PAD_PX, 12, 19), content.palette)
                _paint_bar(painter, QRectF(PAD_PX + _BAR_LEFT_PX, PAD_PX, width, 17), text, content.palette)
            finally:
                painter.end()
        return self._ground

    def _coordinates(self, place_deg: tuple[float, float]) -> str:
        key = (place_deg, current_language())
        if key != self._told_key:
            self._told_key, self._told = key, _written(place_deg)
        return self._told

    def _place(self, view: Viewport) -> tuple[float, float]:
        return self.position_deg or view.centre_deg

    def _measure(self, content: MapContent) -> None:
        key = (content.text_scale, current_language())
        if key != self._font_key:
            self._font_key, self._font = key, plate_font(content.text_scale)
            metrics = QFontMetricsF(self._font)
            self._step, self._descent = line_height(self._font), metrics.descent()
            self._width = metrics.horizontalAdvance(_written((100.0, -0.99999)))  # tabular figures

    def _scale(self, view: Viewport) -> tuple[float, str]:
        key = (view.metres_per_px, round(view.centre_y_m / 20_000), current_language())
        if key != self._bar_key:
            bar = scale_bar(view)
            self._bar_key, self._bar = key, (bar.width_px, bar.text)
        return self._bar


def _written(place_deg: tuple[float, float]) -> str:
    degrees = format_decimal_degrees(*place_deg)
    try:
        return f"{degrees} · {format_utm(*place_deg)}"
    except CoordinateError:  # too far from UTM zone 47S for valid coordinates
        return degrees


def _blank(size: QSizeF, ratio: float) -> QPixmap:
    picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _paint_bar(painter: QPainter, box: QRectF, text: str, palette: Palette) -> None:
    painter.setPen(QPen(QColor(palette.text), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    floor = box.bottom()
    ends = [(box.left(), floor - 5), (box.left(), floor), (box.right(), floor), (box.right(), floor - 5)]
    painter.drawPolyline(QPolygonF([QPointF(round(x) + 0.5, round(y) + 0.5) for x, y in ends]))
    painter.drawText(box.adjusted(0, 0, 0, -2), int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), text)


def _paint_north(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Paint a north arrow with a dark and a light half."""
    middle, waist = rect.center().x(), rect.bottom() - rect.height() * 0.26
    painter.setPen(QPen(QColor(palette.text), 1))
    for side, fill in ((rect.left(), palette.text), (rect.right(), palette.panel)):
        painter.setBrush(QColor(fill))
        tip, foot = QPointF(middle, rect.top()), QPointF(side, rect.bottom())
        painter.drawPolygon(QPolygonF([tip, foot, QPointF(middle, waist)]))
