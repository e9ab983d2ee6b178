"""Hatches the times of which nothing is known, up to now: an empty chart must not look like a calm river."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha

_APART_PX: Final = 8
_TILE_PX: Final = 64  # a picture of some strokes is laid out in a third of the time of Qt's own pattern


class GapHatching:
    """The gaps of a chart's own values."""

    def __init__(self) -> None:
        self._gaps: tuple[tuple[float, float], ...] = ()
        self._tiles: dict[float, QPixmap] = {}  # by device pixels in one

    def show_content(self, content: ChartContent) -> None:
        """Find the gaps from the beginning of the chart to now."""
        start_s = content.from_s if content.from_s is not None else content.now_s
        self._gaps = content.values.gaps(start_s, content.now_s)

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        self._colour = with_alpha(appearance.palette.muted, 0.45)
        self._tiles.clear()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Hatch what is in sight of them; strokes stay where they are while the chart moves."""
        for from_s, to_s in self._gaps:
            band = frame.band(from_s, to_s)
            if band.width() > 0:
                start = QPointF(band.left() % _TILE_PX, band.top() % _TILE_PX)
                painter.drawTiledPixmap(band, self._tile(painter.device().devicePixelRatio()), start)

    def _tile(self, ratio: float) -> QPixmap:
        if ratio not in self._tiles:
            self._tiles[ratio] = hatched_tile(self._colour, ratio)
        return self._tiles[ratio]


def hatched_tile(colour: QColor, ratio: float) -> QPixmap:
    """A square of strokes that fits to itself, for a screen with `ratio` device pixels in one."""
    image = QImage(round(_TILE_PX * ratio), round(_TILE_PX * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setPen(QPen(colour, 1))
        for x in range(-_TILE_PX, _TILE_PX, _APART_PX):
            painter.drawLine(QLineF(x, _TILE_PX, x + _TILE_PX, 0))
    finally:
        painter.end()
    return QPixmap.fromImage(image)
