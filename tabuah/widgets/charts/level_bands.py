"""The bands of a river's levels, and where each begins."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.hairlines import draw_across
from tabuah.widgets.charts.series import ChartContent, LevelBand
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, with_alpha

_GROUND, _EDGE = 0.1, 0.55  # opacity


class LevelBands:
    """A tinted ground for each band, with a line at its lower end."""

    def __init__(self) -> None:
        self._bands: tuple[LevelBand, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's bands."""
        self._bands = content.bands

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        self._palette = appearance.palette

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the bands over the whole width."""
        area = frame.area
        for band in self._bands:
            colour = level_colour(self._palette, band.level)
            foot = min(frame.y(band.low), area.bottom())
            top = area.top() if band.high is None else max(frame.y(band.high), area.top())
            if top < foot:
                painter.fillRect(QRectF(area.left(), top, area.width(), foot - top), with_alpha(colour, _GROUND))
        for band in self._bands:
            edge = with_alpha(level_colour(self._palette, band.level), _EDGE)
            draw_across(painter, area, frame.y(band.low), edge)
