"""The plot of a station chart: a pyqtgraph view box for ranges and input, painted by our own layers.

Imported only when a chart is first shown.
"""

import math
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent

from tabuah.widgets.charts.axes import RainAxis, TimeAxis, ValueAxis
from tabuah.widgets.charts.background_layers import GapHatching, LevelBands, NamedSpans, SpanNames
from tabuah.widgets.charts.band_labels import BandLabels
from tabuah.widgets.charts.correction_marks import CorrectionMarks
from tabuah.widgets.charts.limit_changes import LimitChangeLines
from tabuah.widgets.charts.plot_frame import PlotFrame, PlotLayer
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent, LevelBand
from tabuah.widgets.charts.strokes import draw_vertical_line
from tabuah.widgets.charts.value_lines import ComparedLines, ForecastFan, ValueLine
from tabuah.widgets.theme.appearance import Appearance

_DAY_S: Final = 86_400.0
_MIN_SPAN_S: Final = 60.0
_MAX_FORECAST_SHARE: Final = 0.35  # share of the value range that a forecast's upper edge may add
_LEAST_SPAN: Final = 5.0  # of values, in tens of the last digit: half a metre of a stage
_HEADROOM, _HEADROOM_WITH_RAIN, _FOOTROOM = 0.18, 0.45, 0.08  # of the values' range


def time_range_s(content: ChartContent) -> tuple[float, float]:
    """Return the period of the chart, else the time range of its values."""
    times_s = content.values.times_s
    first_s = content.from_s if content.from_s is not None else float(times_s[0]) if len(times_s) else 0.0
    last_s = content.to_s if content.to_s is not None else float(times_s[-1]) if len(times_s) else first_s + _DAY_S
    return first_s, max(last_s, first_s + _MIN_SPAN_S)


def value_range(content: ChartContent) -> tuple[float, float]:
    """Return the range of all values and the bands just above them, with headroom for the rain."""
    parts = [content.values.values, *(other.series.values for other in content.compared)]
    parts += [content.forecast.middle] if content.forecast else []
    values = np.concatenate([part[np.isfinite(part)] for part in parts])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if content.forecast is not None:  # limited, because a far upper edge would flatten all values to a line
        high = max(high, min(float(content.forecast.high.max()), high + _MAX_FORECAST_SHARE * max(high - low, 0.5)))
    low, high = _range_with_old_values(content, low, high)
    edges = [band.low for band in content.bands]
    high = max([high, *(edge for edge in edges if edge <= high + (high - low) + 1.0)])
    span = max(high - low, _LEAST_SPAN * 10.0 ** (1 - content.digits))  # noise must not fill the chart
    head_room = _HEADROOM_WITH_RAIN if content.has_rain else _HEADROOM
    spare = (span - (high - low)) / 2
    bottom = low - spare - _FOOTROOM * span if low else 0.0
    return max(bottom, 0.0) if low >= 0 else bottom, high + spare + head_room * span


def _range_with_old_values(content: ChartContent, low: float, high: float) -> tuple[float, float]:
    """Extend a range to the values that were corrected, but not to one that would flatten all others."""
    reach = (high - low) + 1.0
    old = [p.old_value for p in content.corrected if p.old_value is not None]
    near = [value for value in old if low - reach <= value <= high + reach]
    return min([low, *near]), max([high, *near])


_LEFT_PX, _RIGHT_PX, _RAIN_PX, _FOOT_PX = 46, 16, 60, 26  # margins for the axes at 100 % text size
_ZOOM: Final = 1.4
_LABEL_DELAY_MS: Final = 60
_MIN_SPAN_SHOWN_S, _MAX_SPAN_SHOWN_S = 600.0, 800 * 86_400.0
_STEPS: Final = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}
_ZOOMS: Final = {int(Qt.Key.Key_Plus): 1, int(Qt.Key.Key_Equal): 1, int(Qt.Key.Key_Minus): -1}


class PlotView(pg.GraphicsView):  # type: ignore[misc]
    """Bands, rain from the top, values, forecast, now line and cursor.

    Signals:
        cursor_moved: Unix time under the cursor, NaN when there is no cursor.
    """

    cursor_moved = Signal(float)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._content = ChartContent(title="")
        self._is_view_moved = False
        self._left_px = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # a plain fill is faster than copying a cached background
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else the parents are painted as well
        self._make_layers()
        self._make_box()
        self._label_timer = QTimer(self)
        self._label_timer.setSingleShot(True)
        self._label_timer.setInterval(_LABEL_DELAY_MS)
        self._label_timer.timeout.connect(self._place_labels)
        self.apply_theme()

    @property
    def frame(self) -> PlotFrame:
        """The visible part of the plot."""
        (first_s, last_s), (low, high) = self._box.viewRange()
        return PlotFrame(area=self._area(), first_s=first_s, last_s=last_s, low=low, high=high)

    @property
    def placed_labels(self) -> tuple[tuple[QRectF, LevelBand], ...]:
        """The band labels that are shown, with their rectangles."""
        return tuple(self._labels.placed)

    def show_content(self, content: ChartContent) -> None:
        """Show a chart and fit its period, unless the user has moved the view of this station."""
        self._is_view_moved = self._is_view_moved and content.title == self._content.title
        self._content = content
        for layer in self._layers:
            layer.show_content(content)
        self._box.setYRange(*value_range(content), padding=0)
        if not self._is_view_moved:
            self.fit()
        self._lay_out()
        self._place_labels()

    def fit(self) -> None:
        """Show the whole period."""
        self._box.setXRange(*time_range_s(self._content), padding=0)

    def apply_theme(self) -> None:
        """Apply colours and fonts of the current theme."""
        self.setBackground(self._appearance.palette.panel)
        for layer in self._layers:
            layer.apply_theme(self._appearance)
        self._lay_out()
        self._place_labels()

    def move_cursor(self, time_s: float) -> None:
        """Put the cursor at a time; NaN removes it."""
        self._cursor.time_s = time_s
        self.viewport().update()
        self.cursor_moved.emit(time_s)

    def zoom(self, steps: int) -> None:
        """Zoom in by a number of steps around the cursor, or around the centre."""
        frame, cursor_s = self.frame, self._cursor.time_s
        middle_s = (frame.first_s + frame.last_s) / 2 if math.isnan(cursor_s) else cursor_s
        factor = _ZOOM**-steps
        span_s = (frame.last_s - frame.first_s) * factor
        if _MIN_SPAN_SHOWN_S < span_s < _MAX_SPAN_SHOWN_S:
            self._is_view_moved = True
            begin_s = middle_s - (middle_s - frame.first_s) * factor
            self._box.setXRange(begin_s, begin_s + span_s, padding=0)

    def pan(self, steps: int) -> None:
        """Move the view by quarters of its width; positive is later."""
        frame = self.frame
        step_s = steps * (frame.last_s - frame.first_s) / 4
        self._is_view_moved = True
        self._box.setXRange(frame.first_s + step_s, frame.last_s + step_s, padding=0)

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        """Paint the axes, then the other layers clipped to the plot area."""
        frame = self.frame
        for layer in self._scales:
            layer.paint(painter, frame)
        painter.setClipRect(frame.area)
        for layer in self._inside:
            layer.paint(painter, frame)
        painter.setClipping(False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the cursor to the pointer; pyqtgraph's own signal may omit the last move."""
        super().mouseMoveEvent(event)
        frame, position = self.frame, event.position()
        self.move_cursor(frame.time_at(position.x()) if frame.area.contains(position) else math.nan)

    def leaveEvent(self, event: QEvent) -> None:
        self.move_cursor(math.nan)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor with arrows and the view with Shift+arrows; plus and minus zoom, Home fits."""
        key = event.key()
        if key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        elif key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(_STEPS[key])
        elif key in _STEPS:
            start_s = self._content.now_s if math.isnan(self._cursor.time_s) else self._cursor.time_s
            self.move_cursor(start_s + _STEPS[key] * self._content.values.interval_s)
        elif key == Qt.Key.Key_Home:
            self._is_view_moved = False
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_box"):  # pyqtgraph resizes in its constructor
            self._lay_out()
            self._place_labels()

    def _make_layers(self) -> None:
        rain, names = RainBars(), SpanNames()
        self._cursor, self._labels = Cursor(), BandLabels(rain, names)
        self._values = ValueAxis()
        self._scales: tuple[PlotLayer, ...] = (self._values, TimeAxis(), RainAxis(rain))
        self._inside: tuple[PlotLayer, ...] = (
            LevelBands(), NamedSpans(), GapHatching(), rain, ForecastFan(), ComparedLines(), ValueLine(),
            CorrectionMarks(), NowLine(), LimitChangeLines(), self._cursor, names, self._labels,
        )  # fmt: skip
        self._layers = (*self._scales, *self._inside)

    def _make_box(self) -> None:
        """Create the view box, which holds the ranges and changes them on wheel and drag."""
        self._box = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setLimits(minXRange=_MIN_SPAN_SHOWN_S, maxXRange=_MAX_SPAN_SHOWN_S)
        self._box.sigRangeChanged.connect(self._on_range_changed)
        self._box.sigRangeChangedManually.connect(self._on_view_moved)
        self.scene().addItem(self._box)

    def _area(self) -> QRectF:
        """Return the plot area: the viewport without the axes."""
        foot, right = (
            self._appearance.px(size) for size in (_FOOT_PX, _RAIN_PX if self._content.has_rain else _RIGHT_PX)
        )
        return QRectF(self.viewport().rect()).adjusted(self._left_px, 0, -right, -foot)

    def _lay_out(self) -> None:
        """Reserve space for the widest value label, which depends on the range and the label count."""
        self._left_px = max(self._appearance.px(_LEFT_PX), self._values.label_width_px(self.frame))
        self._box.setGeometry(self._area())
        self.viewport().update()

    def _place_labels(self) -> None:
        self._labels.place(self.frame)
        self.viewport().update()

    def _on_range_changed(self, *_args: object) -> None:
        """Repaint, and place the labels later: placing them for every frame is too slow."""
        self._label_timer.start()
        self.viewport().update()

    def _on_view_moved(self, *_args: object) -> None:
        self._is_view_moved = True


_POINT_PX: Final = 4.5  # radius
_POINT_EDGE_PX: Final = 2.0


class NowLine:
    """The line at the current time."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def show_content(self, content: ChartContent) -> None:
        """Set the current time of the chart; 0 means none."""
        self._now_s = content.now_s

    def apply_theme(self, appearance: Appearance) -> None:
        self._colour = QColor(appearance.palette.muted)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        if self._now_s:
            draw_vertical_line(painter, frame.area, frame.x(self._now_s), self._colour)


class Cursor:
    """A dotted line with a point at the value that it reads."""

    def __init__(self) -> None:
        self._content = ChartContent(title="")
        self.time_s = math.nan

    def show_content(self, content: ChartContent) -> None:
        self._content = content

    def apply_theme(self, appearance: Appearance) -> None:
        palette = appearance.palette
        self._line = QPen(QColor(palette.text), 1, Qt.PenStyle.DotLine)
        self._fill, self._edge = QColor(palette.accent), QPen(QColor(palette.panel), _POINT_EDGE_PX)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the cursor if it is set and visible."""
        if math.isnan(self.time_s) or not frame.contains_time(self.time_s):
            return
        _draw_dotted(painter, frame.area, frame.x(self.time_s), self._line)
        value = self._content.values.value_near(self.time_s)
        if value is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._edge)
            painter.setBrush(self._fill)
            painter.drawEllipse(QPointF(frame.x(self.time_s), frame.y(value)), _POINT_PX, _POINT_PX)


def _draw_dotted(painter: QPainter, area: QRectF, x: float, pen: QPen) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QLineF(round(x) + 0.5, area.top(), round(x) + 0.5, area.bottom()))
