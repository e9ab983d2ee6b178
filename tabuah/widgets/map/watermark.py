"""The mark of an exercise or simulation, written across the whole map."""

from math import ceil, hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from tabuah.resources.catalogue import _
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type, type_font
from tabuah.widgets.theme.tokens import Palette

_STEP_PX: Final = 420
_FIRST_PX: Final = (200.0, 160.0)
_OPACITY: Final = {"dark": 0.20, "light": 0.26}


class Watermark:
    """Paints the word once and repeats the picture."""

    def __init__(self) -> None:
        self._key: tuple[str, str, float] | None = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, palette: Palette, view: Viewport) -> None:
        """Write the word over the whole view."""
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
