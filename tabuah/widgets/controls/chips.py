"""Chips: a level as shape and word, or a plain word on a tint."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour, level_text, level_tint, with_alpha
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Level

_PAD_PX = 9
_GAP_PX = 6


class LevelChip(QWidget):
    """A level as shape and word on its tint."""

    def __init__(self, appearance: Appearance, *, name: str = "level_chip", shape: bool = True) -> None:
        super().__init__()
        self._appearance = appearance
        self._level = Level.NO_DATA
        self._word = ""
        self._shape = shape
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_level(self, level: Level, word: str) -> None:
        """Show `word` in the style of `level`; hide the chip when `word` is empty."""
        self._level, self._word = level, word
        self.setAccessibleName(word)
        self.setVisible(bool(word))
        self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        return QSize(int(chip_width(self._word, self._appearance, shape=self._shape)), self._appearance.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_chip(painter, QRectF(self.rect()), self._level, self._word, self._appearance, shape=self._shape)
        finally:
            painter.end()

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


def chip_width(word: str, appearance: Appearance, *, shape: bool = True) -> float:
    """Return the width of a chip in px."""
    text = QFontMetricsF(appearance.font(TextStyle.SMALL_STRONG)).horizontalAdvance(word)
    return text + 2 * _PAD_PX + ((appearance.px(10) + _GAP_PX) if shape else 0) + 2


def paint_chip(
    painter: QPainter, rect: QRectF, level: Level, word: str, appearance: Appearance, *, shape: bool = True
) -> None:
    palette = appearance.palette
    frame = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(with_alpha(level_colour(palette, level), 0.5)))
    painter.setBrush(QColor(level_tint(palette, level)))
    painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
    x = rect.x() + _PAD_PX
    if shape:
        side = float(appearance.px(10))
        paint_level(painter, QRectF(x, rect.center().y() - side / 2, side, side), level, palette)
        x += side + _GAP_PX
    painter.setFont(appearance.font(TextStyle.SMALL_STRONG))
    painter.setPen(QColor(level_text(palette, level)))
    painter.drawText(QRectF(x, rect.y(), rect.right() - x, rect.height()), Qt.AlignmentFlag.AlignVCenter, word)
    painter.restore()
