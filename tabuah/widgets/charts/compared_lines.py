"""Lines of other stations beside that of the chart itself: thin, each with another dash, as colour is no sign."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem

from tabuah.widgets.charts.series import COMPARED_MARKS, NamedSeries
from tabuah.widgets.theme.tokens import Palette

_DASHES: Final = ((6.0, 3.0), (2.0, 3.0), (8.0, 3.0, 2.0, 3.0), (12.0, 4.0))


class ComparedLines:
    """At most `len(COMPARED_MARKS)` lines for a plot, which `show_series` fills."""

    def __init__(self) -> None:
        self._lines = [pg.PlotDataItem(antialias=True, connect="finite") for _line in COMPARED_MARKS]

    @property
    def items(self) -> tuple[QGraphicsItem, ...]:
        """What the plot is given."""
        return tuple(self._lines)

    def show_series(self, compared: Sequence[NamedSeries]) -> None:
        """Show the first few of these, gaps as gaps."""
        nothing = np.empty(0)
        for index, line in enumerate(self._lines):
            drawn = compared[index].series.with_gaps() if index < len(compared) else (nothing, nothing)
            line.setData(*drawn)

    def dress(self, palette: Palette, width: float) -> None:
        """Take colours; `width` is that of the chart's own line in device pixels."""
        for line, dashes in zip(self._lines, _DASHES, strict=True):
            pen = pg.mkPen(palette.information, width=width * 0.7, style=Qt.PenStyle.CustomDashLine)
            pen.setDashPattern(list(dashes))
            line.setPen(pen)
