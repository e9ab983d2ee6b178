"""A box to tick, drawn by us: the style's own has edges that nobody sees on a dark ground."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.icons import icon_image

_BOX_PX: Final = 18
_GAP_PX: Final = 8


class TickBox(QCheckBox):
    """A box with its words beside it; the space bar ticks it."""

    def __init__(self, appearance: Appearance, words: str) -> None:
        super().__init__(words)
        self._appearance = appearance
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Qt: the box and its words."""
        words_px = QFontMetricsF(self._appearance.font(Type.BODY)).horizontalAdvance(self.text())
        return QSize(int(self._appearance.px(_BOX_PX) + _GAP_PX + words_px + 3), self._appearance.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the box, its tick and the words."""
        palette, side = self._appearance.palette, self._appearance.px(_BOX_PX)
        box = QRectF(1, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_box(painter, box)
            painter.setFont(self._appearance.font(Type.BODY))
            painter.setPen(QColor(palette.text if self.isEnabled() else palette.faint))
            words = QRectF(box.right() + _GAP_PX, 0, self.width() - box.right() - _GAP_PX, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        finally:
            painter.end()

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        palette, ticked = self._appearance.palette, self.isChecked()
        ground = palette.accent if ticked else mix(palette.raised, palette.text, 0.06 if self.underMouse() else 0.0)
        edge = palette.accent if ticked or self.hasFocus() else palette.muted
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if ticked:
            inner = box.adjusted(2, 2, -2, -2)
            image = icon_image("check", palette.on_accent, int(inner.width()), self.devicePixelRatioF())
            painter.drawImage(inner, image)
        if ticked and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.text), 1.5))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 5, 5)
