"""One line of the card of what was found: a sign, a name and what is known of it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import AREA
from tabuah.widgets.map.markers import MarkerClass
from tabuah.widgets.map.tools.found import FEATURE, FoundItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import paint_level

_PAD_PX = 8
_SIGN_PX = 10
_TEXT_LEFT_PX = 28


class FoundRow(QAbstractButton):
    """A button that brings what it names into sight."""

    def __init__(self, appearance: Appearance, item: FoundItem) -> None:
        super().__init__()
        self._appearance, self.item = appearance, item
        self.setObjectName(f"found_{item.kind}_{item.id or item.title}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{self._title()} {item.detail}".strip())
        self.setToolTip(f"{self._title()}\n{item.detail}" if item.detail else self._title())

    def sizeHint(self) -> QSize:
        """Qt: one line, or two where more is known."""
        return QSize(200, self._appearance.px(42 if self.item.detail else 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the line."""
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(QColor(palette.accent), 1.6) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(palette.panel, palette.text, 0.08)))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            first = self._appearance.px(28)
            self._paint_sign(painter, QRectF(_PAD_PX, (first - _SIGN_PX) / 2, _SIGN_PX, _SIGN_PX))
            self._paint_text(painter, self._title(), 0, first, Type.MEDIUM, palette.text)
            if self.item.detail:
                self._paint_text(
                    painter, self.item.detail, first - 6, self._appearance.px(18), Type.SMALL, palette.muted
                )
        finally:
            painter.end()

    def _title(self) -> str:
        return self.item.title or _("Affected area of the incident")

    def _paint_text(self, painter: QPainter, text: str, top: float, height: float, style: Type, ink: str) -> None:
        font = self._appearance.font(style)
        width = self.width() - _TEXT_LEFT_PX - _PAD_PX
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(_TEXT_LEFT_PX, top, width, height), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_sign(self, painter: QPainter, box: QRectF) -> None:
        palette = self._appearance.palette
        if self.item.level >= 0 and self.item.kind != AREA:
            paint_level(painter, box, MarkerClass(self.item.level).level, palette)
            return
        painter.setPen(QPen(QColor(palette.muted if self.item.kind == FEATURE else palette.accent), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
