"""The fan of a forecast: what is expected, dashed, within the band of what else may come."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem

from tabuah.widgets.charts.series import Floats, Forecast
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.tokens import Palette

_NOTHING: Floats = np.empty(0)


class Fan:
    """Items for a plot, which `show_forecast` fills."""

    def __init__(self) -> None:
        self._middle = pg.PlotDataItem(antialias=True)
        self._low, self._high = pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True)
        self._band = pg.FillBetweenItem(self._low, self._high)

    @property
    def items(self) -> tuple[QGraphicsItem, ...]:
        """What the plot is given, undermost first."""
        return (self._band, self._low, self._high, self._middle)

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Show a forecast, or none."""
        times_s = forecast.times_s if forecast else _NOTHING
        self._middle.setData(times_s, forecast.middle if forecast else _NOTHING)
        self._low.setData(times_s, forecast.low if forecast else _NOTHING)
        self._high.setData(times_s, forecast.high if forecast else _NOTHING)

    def dress(self, palette: Palette, width: float) -> None:
        """Take colours; `width` is that of a line in device pixels."""
        self._middle.setPen(pg.mkPen(palette.accent, width=width, style=Qt.PenStyle.DashLine))
        self._band.setBrush(with_alpha(palette.accent, 0.16))
        edge = pg.mkPen(with_alpha(palette.accent, 0.45), width=max(1.0, width / 2))
        self._low.setPen(edge)
        self._high.setPen(edge)
