"""The lines of what was measured: that of the chart's own station, and thinner ones of others beside it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent, Floats, Series
from tabuah.widgets.charts.strokes import dashed, draw_lines, pieces, thin
from tabuah.widgets.theme.appearance import Appearance

_WIDTH_PX: Final = 2.0
_COMPARED_PX: Final = 1.4
# each another, as colour is no sign; they are told in texts by `COMPARED_MARKS`
_DASHES_PX: Final = ((8.4, 4.2), (2.8, 4.2), (11.2, 4.2, 2.8, 4.2), (16.8, 5.6))


class ValueLine:
    """The chart's own values, gaps as gaps."""

    def __init__(self) -> None:
        self._line = Series().with_gaps()

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's values."""
        self._line = content.values.with_gaps()

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        self._pen = QPen(QColor(appearance.palette.accent), _WIDTH_PX)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint what is in sight."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        draw_lines(painter, pieces(*thin(*frame.in_sight(*self._line))))


class ComparedLines:
    """The values of other stations; there are at most as many as there are ways to dash."""

    def __init__(self) -> None:
        self._lines: list[tuple[Floats, Floats]] = []

    def show_content(self, content: ChartContent) -> None:
        """Take the first few of them."""
        self._lines = [other.series.with_gaps() for other in content.compared[: len(_DASHES_PX)]]

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        self._pen = QPen(QColor(appearance.palette.information), _COMPARED_PX, c=Qt.PenCapStyle.FlatCap)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint what is in sight."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        for (times_s, values), dashes_px in zip(self._lines, _DASHES_PX, strict=False):
            x, y = thin(*frame.in_sight(times_s, values))
            if len(x):
                draw_lines(painter, dashed(pieces(x, y), dashes_px, begin_px=x[0] - frame.x(times_s[0])))
