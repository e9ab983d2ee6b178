"""Some days as a strip as high as a word: where values came, where they are missing, and where a day begins."""

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.stations.values import Week
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.glyphs import rounded

_HEIGHT_PX = 10
_NARROWEST_PX = 2.0  # a gap of minutes must still be seen in a week


class WeekStrip(QWidget):
    """Filled where values came; a gap is cut out and hatched, so that it is seen without colour."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("week_strip")
        self._appearance = appearance
        self._week = Week()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_week(self, week: Week) -> None:
        """Show other days."""
        self._week = week
        self.setAccessibleName(week.spoken)
        self.setToolTip(week.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as wide as it gets."""
        return QSize(160, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the strip."""
        palette, week = self._appearance.palette, self._week
        area = QRectF(self.rect())
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(rounded(area, 3))
            painter.fillRect(area, QColor(mix(palette.panel, palette.text, 0.08)))
            painter.fillRect(self._part(week.begins, 1.0), QColor(mix(palette.panel, palette.accent, 0.55)))
            for begin, end in week.gaps:
                self._paint_gap(painter, self._part(begin, end))
            painter.setPen(QPen(QColor(palette.panel), 1))
            for at in week.midnights:
                x = round(at * area.width()) + 0.5
                painter.drawLine(QLineF(x, 0, x, area.height()))
        finally:
            painter.end()

    def _paint_gap(self, painter: QPainter, part: QRectF) -> None:
        palette = self._appearance.palette
        painter.fillRect(part, QColor(palette.panel))
        painter.fillRect(part, QBrush(QColor(palette.attention), Qt.BrushStyle.BDiagPattern))

    def _part(self, begin: float, end: float) -> QRectF:
        width = max(_NARROWEST_PX, (end - begin) * self.width())
        return QRectF(min(begin * self.width(), self.width() - width), 0, width, self.height())

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()
