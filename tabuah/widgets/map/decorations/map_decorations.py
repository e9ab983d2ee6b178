"""Map decorations: position and scale, data age, notes and sources, and the exercise watermark."""

from math import ceil, hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import AttributionPlate
from tabuah.widgets.map.decorations.position_plate import PositionPlate
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.theme.fonts import TextStyle, text_font

_STEP_PX: Final = 420
_FIRST_PX: Final = (200.0, 160.0)
_OPACITY: Final = {"dark": 0.20, "light": 0.26}


class Watermark:
    """Exercise watermark: paints the word once and repeats the picture."""

    def __init__(self) -> None:
        self._key: tuple[str, str, float] | None = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, palette: Palette, view: Viewport) -> None:
        """Paint the word repeatedly over the whole view."""
        self._prepare(palette, painter.device().devicePixelRatioF())
        size = self._picture.deviceIndependentSize()
        for row in range(ceil(view.height_px / (_STEP_PX * 0.75)) + 1):
            shift = _STEP_PX / 2 if row % 2 else 0.0
            for column in range(ceil(view.width_px / _STEP_PX) + 1):
                x = column * _STEP_PX - shift + _FIRST_PX[0] - size.width() / 2
                y = row * _STEP_PX * 0.75 + _FIRST_PX[1] - size.height() / 2
                painter.drawPixmap(QPointF(x, y), self._picture)

    def _prepare(self, palette: Palette, ratio: float) -> None:
        key = (_("SIMULATION"), palette.name, ratio)
        if key != self._key:
            ink = with_alpha(palette.attention, _OPACITY[palette.name])
            self._key, self._picture = key, _slanted(key[0], ink, ratio)


def _slanted(text: str, ink: QColor, ratio: float) -> QPixmap:
    font = text_font(TextStyle.HEADING, 1.9)
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
        if content.exercise:
            self._watermark.paint(painter, content.palette, view)
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
