"""Map decorations: position and scale, data age, notes and sources, and the watermark."""

from math import ceil, hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from tabuah.gis.coordinates import format_decimal_degrees, format_utm
from tabuah.gis.errors import CoordinateError
from tabuah.resources.localisation import current_language
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import PAD_PX, AttributionPlate, line_height, paint_plate, plate_font
from tabuah.widgets.map.decorations.scale_bar import scale_bar
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha
from tabuah.widgets.theme.design_tokens import Palette

_STEP_PX: Final = 420
_OVERLAP: Final = 0.9  # the corners of a slanted picture are empty
_WIDEST_PX: Final = 560.0  # of the words of a watermark, so that one copy is whole on a small map
_FIRST_PX: Final = (200.0, 160.0)
_OPACITY: Final = {"dark": 0.20, "light": 0.26}


class Watermark:
    """Words across the map, such as the name of an exercise: painted once, and the picture repeated."""

    def __init__(self) -> None:
        self._key: tuple[str, str, float] | None = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, text: str, palette: Palette, view: Viewport) -> None:
        """Paint the words repeatedly over the whole view."""
        self._prepare(text, palette, painter.device().devicePixelRatioF())
        size = self._picture.deviceIndependentSize()
        step_px = max(_STEP_PX, size.width() * _OVERLAP)
        for row in range(ceil(view.height_px / (step_px * 0.75)) + 1):
            shift = step_px / 2 if row % 2 else 0.0
            for column in range(ceil(view.width_px / step_px) + 1):
                x = column * step_px - shift + _FIRST_PX[0] - size.width() / 2
                y = row * step_px * 0.75 + _FIRST_PX[1] - size.height() / 2
                painter.drawPixmap(QPointF(x, y), self._picture)

    def _prepare(self, text: str, palette: Palette, ratio: float) -> None:
        key = (text, palette.name, ratio)
        if key != self._key:
            ink = with_alpha(palette.attention, _OPACITY[palette.name])
            self._key, self._picture = key, _slanted(key[0], ink, ratio)


def _watermark_font() -> QFont:
    font = text_font(TextStyle.HEADING, 1.9)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 5)
    return font


def watermark_words(text: str) -> str:
    """Return the words of a watermark; the end of a long name is cut."""
    return QFontMetricsF(_watermark_font()).elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST_PX)


def _slanted(text: str, ink: QColor, ratio: float) -> QPixmap:
    font = _watermark_font()
    text = watermark_words(text)
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


MARGIN_PX: Final = 12.0
_APART_PX: Final = 8.0


class MapDecorations:
    """Paints the decorations into the corners of the view."""

    def __init__(self) -> None:
        self._position, self._credits, self._watermark = PositionPlate(), AttributionPlate(), Watermark()
        self._ratio = 1.0
        self._opened = False  # whether the sources are expanded

    def open_credits_at(self, content: MapContent, view: Viewport, at_px: QPointF | None) -> None:
        """Expand the attribution while the cursor is on it; None if the cursor left the map."""
        self._opened = at_px is not None and self._rects(content, view)[1].contains(at_px)

    def point_at(self, position_deg: tuple[float, float] | None) -> None:
        """Show these coordinates; None for those of the centre."""
        self._position.position_deg = position_deg

    def boxes(self, content: MapContent, view: Viewport) -> tuple[Box, ...]:
        """Return the rectangles of the decorations, logical pixels of the view."""
        rects = self._rects(content, view)
        return tuple((r.left(), r.top(), r.right(), r.bottom()) for r in rects if not r.isEmpty())

    def paint(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        self._ratio = painter.device().devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if content.watermark:
            self._watermark.paint(painter, content.watermark, content.palette, view)
        left, right = self._rects(content, view)
        self._position.paint(painter, left, content, view)
        if not right.isEmpty():
            painter.drawPixmap(right.topLeft(), self._plate(content, view))

    def _plate(self, content: MapContent, view: Viewport) -> QPixmap:
        return self._credits.picture(content, view_width_px=view.width_px, ratio=self._ratio, opened=self._opened)

    def _rects(self, content: MapContent, view: Viewport) -> tuple[QRectF, QRectF]:
        """Return the rectangles of the plates in the lower left and lower right."""
        width, height = self._position.size(content, view)
        position = QRectF(MARGIN_PX, view.height_px - MARGIN_PX - height, width, height)
        size = self._plate(content, view).deviceIndependentSize()
        left, top = view.width_px - MARGIN_PX - size.width(), view.height_px - MARGIN_PX - size.height()
        above = position.top() - _APART_PX - size.height()
        if left < position.right() + _APART_PX and above > view.height_px / 2:
            top = above  # stacked on a narrow map
        return position, QRectF(round(left), round(top), size.width(), size.height())


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
        self._told = self._measured = ""

    def size(self, content: MapContent, view: Viewport) -> tuple[float, float]:
        """Return width and height in logical pixels."""
        self._measure(content, view)
        width = max(self._width, self._scale(view)[0] + _BAR_LEFT_PX * content.text_scale + 20)
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
        scale = content.text_scale
        key = (size.width(), size.height(), width, text, content.palette, content.text_scale, ratio)
        if key != self._ground_key:
            self._ground_key, self._ground = key, _blank(size, ratio)
            painter = QPainter(self._ground)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self._font)
                paint_plate(painter, QRectF(0, 0, size.width(), size.height()), content.palette)
                _paint_north(painter, QRectF(PAD_PX, PAD_PX, 12 * scale, 19 * scale), content.palette)
                bar = QRectF(PAD_PX + _BAR_LEFT_PX * scale, PAD_PX, width, 17 * scale)
                _paint_bar(painter, bar, text, content.palette)
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

    def _measure(self, content: MapContent, view: Viewport) -> None:
        """Measure the coordinates; the plate grows with longer ones and never shrinks, so it does not flicker."""
        key = (content.text_scale, current_language())
        if key != self._font_key:
            self._font_key, self._font, self._measured = key, plate_font(content.text_scale), ""
            metrics = QFontMetricsF(self._font)
            self._step, self._descent, self._width = line_height(self._font), metrics.descent(), 0.0
        text = self._coordinates(self._place(view))
        if text != self._measured:
            self._measured = text
            self._width = max(self._width, QFontMetricsF(self._font).horizontalAdvance(text))

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
