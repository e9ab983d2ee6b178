"""One document of a station as a row: its name and state, and below what it is about, its size, who added it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from tabuah.widgets.stations.file_values import FileItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import rounded
from tabuah.widgets.theme.icons import icon_image

_HEIGHT_PX: Final = 48
_ICON_PX: Final = 20
_PAD_PX: Final = 10


class FileRow(QAbstractButton):
    """A click opens it; the one that has the focus is framed."""

    def __init__(self, appearance: Appearance, item: FileItem) -> None:
        super().__init__()
        self.setObjectName("file_row")
        self._appearance, self.item = appearance, item
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)
        self.show_item(item)

    def show_item(self, item: FileItem) -> None:
        """Show another file, or the same one as it is now."""
        self.item = item
        self.setAccessibleName(item.spoken)
        self.setToolTip("\n".join(part for part in (item.name, item.about, item.note, item.added) if part))
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: two lines."""
        return QSize(160, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the row."""
        palette, rect = self._appearance.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.setBrush(QColor(palette.raised))
            painter.drawPath(rounded(rect, 8))
            side = self._appearance.px(_ICON_PX)
            icon = icon_image("attachment", palette.muted, side, self.devicePixelRatioF())
            painter.drawImage(QRectF(_PAD_PX, rect.center().y() - side / 2, side, side), icon)
            self._paint_words(painter, rect.adjusted(side + _PAD_PX + 8, 5, -_PAD_PX, -5))
        finally:
            painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        palette, item = self._appearance.palette, self.item
        half = area.height() / 2
        upper, lower = area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
        if item.waits:
            ink = palette.muted if item.level is None else level_text(palette, item.level)
            right = Qt.AlignmentFlag.AlignRight
            width = _paint(painter, upper, item.waits, self._appearance, Type.SMALL, ink, right)
            upper.adjust(0, 0, -width - 8, 0)
        _paint(painter, upper, item.name, self._appearance, Type.MEDIUM, palette.text)
        told = " · ".join(part for part in (item.about, item.note, item.added) if part)
        _paint(painter, lower, told, self._appearance, Type.SMALL, palette.muted)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _paint(
    painter: QPainter,
    area: QRectF,
    text: str,
    appearance: Appearance,
    style: Type,
    ink: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Paint one line, cut where it does not fit; how wide it has become in px."""
    font = appearance.font(style)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return QFontMetricsF(font).horizontalAdvance(shown)
