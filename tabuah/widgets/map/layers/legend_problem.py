"""Legend row for an imported map that cannot be read."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.colours import level_text, mix
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Level

_SWATCH_PX = 20
_SHAPE_PX = 11


class LegendProblem(QAbstractButton):
    """A row for something missing on the map; a click requests details."""

    def __init__(self, appearance: Appearance, problem: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.problem = problem
        self.setObjectName("legend_problem")
        self.setText(_("Imported map cannot be read"))
        self.setToolTip(problem)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(problem)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._appearance.font(TextStyle.SMALL)).horizontalAdvance(self.text())
        return QSize(round(width) + _SWATCH_PX + 14, self._appearance.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(QColor(palette.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(palette.panel, palette.text, 0.06)))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            left, top = 2 + (_SWATCH_PX - _SHAPE_PX) / 2, (self.height() - _SHAPE_PX) / 2
            paint_level(painter, QRectF(left, top, _SHAPE_PX, _SHAPE_PX), Level.ATTENTION, palette)
            painter.setFont(self._appearance.font(TextStyle.SMALL))
            painter.setPen(QColor(level_text(palette, Level.ATTENTION)))
            words = QRectF(_SWATCH_PX + 8, 0, self.width() - _SWATCH_PX - 8, self.height())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        finally:
            painter.end()
