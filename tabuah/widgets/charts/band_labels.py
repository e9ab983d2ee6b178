"""The names of level bands, painted over a plot where they cover nothing."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from tabuah.widgets.charts.series import LevelBand
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text, with_alpha
from tabuah.widgets.theme.fonts import Type


class BandLabels(pg.GraphicsObject):  # type: ignore[misc]
    """The names of the level bands, painted over the plot in px."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._labels: list[tuple[QRectF, LevelBand]] = []
        self._bounds = QRectF()
        self.setZValue(50)

    def show_labels(self, labels: list[tuple[QRectF, LevelBand]], bounds: QRectF) -> None:
        """Show labels at their places."""
        self.prepareGeometryChange()
        self._labels, self._bounds = labels, bounds
        self.update()

    def boundingRect(self) -> QRectF:
        """Qt: the whole plot."""
        return self._bounds

    def paint(self, painter: QPainter, *_args: object) -> None:
        """Qt: paint the labels, each on a ground that keeps it readable."""
        palette = self._appearance.palette
        painter.setFont(self._appearance.font(Type.SMALL_STRONG))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, band in self._labels:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(palette.panel, 0.82))
            painter.drawRoundedRect(rect, 4, 4)
            painter.setPen(QColor(level_text(palette, band.level)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, band.label)
