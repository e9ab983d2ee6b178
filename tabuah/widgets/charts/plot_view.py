"""The plot inside a station chart: what is in sight is pyqtgraph's, what is seen is painted by layers of our own.

Imported only when a chart is first shown.
"""

import math
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent

from tabuah.widgets.charts.band_labels import BandLabels
from tabuah.widgets.charts.fan import Fan
from tabuah.widgets.charts.fitting import time_range_s, value_range
from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.gap_hatching import GapHatching
from tabuah.widgets.charts.layers import Layer
from tabuah.widgets.charts.level_bands import LevelBands
from tabuah.widgets.charts.moments import Cursor, NowLine
from tabuah.widgets.charts.named_spans import NamedSpans, SpanNames
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.scales import RainScale, TimeScale, ValueScale
from tabuah.widgets.charts.series import ChartContent, LevelBand
from tabuah.widgets.charts.value_lines import ComparedLines, ValueLine
from tabuah.widgets.theme.appearance import Appearance

_LEFT_PX, _RIGHT_PX, _RAIN_PX, _FOOT_PX = 46, 16, 60, 26  # what the scales need, at 100 %
_ZOOM: Final = 1.4
_LABELS_AFTER_MS: Final = 60
_CLOSEST_S, _FURTHEST_S = 600.0, 800 * 86_400.0
_STEPS: Final = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}
_ZOOMS: Final = {int(Qt.Key.Key_Plus): 1, int(Qt.Key.Key_Equal): 1, int(Qt.Key.Key_Minus): -1}


class PlotView(pg.GraphicsView):  # type: ignore[misc]
    """Bands, rain from the top, values, forecast, now-line and cursor.

    Signals:
        cursor_moved: Unix time under the cursor, NaN when it left.
    """

    cursor_moved = Signal(float)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._content = ChartContent(title="")
        self._was_moved = False
        self._left_px = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # one colour is filled sooner than a picture of it is copied
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else all below it is painted, too
        self._make_layers()
        self._make_box()
        self._labels_due = QTimer(self)
        self._labels_due.setSingleShot(True)
        self._labels_due.setInterval(_LABELS_AFTER_MS)
        self._labels_due.timeout.connect(self._place_labels)
        self.dress()

    @property
    def frame(self) -> Frame:
        """What is in sight."""
        (first_s, last_s), (low, high) = self._box.viewRange()
        return Frame(area=self._area(), first_s=first_s, last_s=last_s, low=low, high=high)

    @property
    def placed_labels(self) -> tuple[tuple[QRectF, LevelBand], ...]:
        """The names of bands that are shown, and where."""
        return tuple(self._labels.placed)

    def show_content(self, content: ChartContent) -> None:
        """Draw the content; its period is fitted, unless a person has moved the view of this station."""
        self._was_moved = self._was_moved and content.title == self._content.title
        self._content = content
        for layer in self._layers:
            layer.show_content(content)
        self._box.setYRange(*value_range(content), padding=0)
        if not self._was_moved:
            self.fit()
        self._lay_out()
        self._place_labels()

    def fit(self) -> None:
        """Show the whole period."""
        self._box.setXRange(*time_range_s(self._content), padding=0)

    def dress(self) -> None:
        """Take the colours and fonts of now."""
        self.setBackground(self._appearance.palette.panel)
        for layer in self._layers:
            layer.dress(self._appearance)
        self._lay_out()
        self._place_labels()

    def move_cursor(self, time_s: float) -> None:
        """Put the cursor at a time; NaN takes it away."""
        self._cursor.time_s = time_s
        self.viewport().update()
        self.cursor_moved.emit(time_s)

    def zoom(self, steps: int) -> None:
        """Come closer by so many steps, around the cursor or the middle."""
        frame, cursor_s = self.frame, self._cursor.time_s
        middle_s = (frame.first_s + frame.last_s) / 2 if math.isnan(cursor_s) else cursor_s
        factor = _ZOOM**-steps
        span_s = (frame.last_s - frame.first_s) * factor
        if _CLOSEST_S < span_s < _FURTHEST_S:
            self._was_moved = True
            begin_s = middle_s - (middle_s - frame.first_s) * factor
            self._box.setXRange(begin_s, begin_s + span_s, padding=0)

    def pan(self, steps: int) -> None:
        """Move the view by so many quarters of its width; later is positive."""
        frame = self.frame
        step_s = steps * (frame.last_s - frame.first_s) / 4
        self._was_moved = True
        self._box.setXRange(frame.first_s + step_s, frame.last_s + step_s, padding=0)

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        """Qt: paint the layers, all but the scales inside the plot."""
        frame = self.frame
        for layer in self._scales:
            layer.paint(painter, frame)
        painter.setClipRect(frame.area)
        for layer in self._inside:
            layer.paint(painter, frame)
        painter.setClipping(False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: the cursor reads what is below the pointer; pyqtgraph's own signal may leave out the last move."""
        super().mouseMoveEvent(event)
        frame, position = self.frame, event.position()
        self.move_cursor(frame.time_at(position.x()) if frame.area.contains(position) else math.nan)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: no cursor without a pointer."""
        self.move_cursor(math.nan)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the arrows move the cursor, with Shift the view; plus and minus zoom, Home fits."""
        key = event.key()
        if key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        elif key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(_STEPS[key])
        elif key in _STEPS:
            start_s = self._content.now_s if math.isnan(self._cursor.time_s) else self._cursor.time_s
            self.move_cursor(start_s + _STEPS[key] * self._content.values.interval_s)
        elif key == Qt.Key.Key_Home:
            self._was_moved = False
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: labels find their places again."""
        super().resizeEvent(event)
        if hasattr(self, "_box"):  # pyqtgraph resizes while it is being made
            self._lay_out()
            self._place_labels()

    def _make_layers(self) -> None:
        rain, names = RainBars(), SpanNames()
        self._cursor, self._labels = Cursor(), BandLabels(rain, names)
        self._values = ValueScale()
        self._scales: tuple[Layer, ...] = (self._values, TimeScale(), RainScale(rain))
        self._inside: tuple[Layer, ...] = (
            LevelBands(), NamedSpans(), GapHatching(), rain, Fan(), ComparedLines(), ValueLine(), NowLine(),
            self._cursor, names, self._labels,
        )  # fmt: skip
        self._layers = (*self._scales, *self._inside)

    def _make_box(self) -> None:
        """What knows the ranges, and changes them by wheel and drag."""
        self._box = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setLimits(minXRange=_CLOSEST_S, maxXRange=_FURTHEST_S)
        self._box.sigRangeChanged.connect(self._on_range_changed)
        self._box.sigRangeChangedManually.connect(self._on_moved_by_person)
        self.scene().addItem(self._box)

    def _area(self) -> QRectF:
        """Where values are painted: what the scales leave."""
        foot, right = (
            self._appearance.px(size) for size in (_FOOT_PX, _RAIN_PX if self._content.has_rain else _RIGHT_PX)
        )
        return QRectF(self.viewport().rect()).adjusted(self._left_px, 0, -right, -foot)

    def _lay_out(self) -> None:
        """Leave room for the widest value, which depends on the range and on how many fit above each other."""
        self._left_px = max(self._appearance.px(_LEFT_PX), self._values.room_px(self.frame))
        self._box.setGeometry(self._area())
        self.viewport().update()

    def _place_labels(self) -> None:
        self._labels.place(self.frame)
        self.viewport().update()

    def _on_range_changed(self, *_args: object) -> None:
        """Labels stand at heights, and may wait until the hand rests: each frame would place them anew."""
        self._labels_due.start()
        self.viewport().update()

    def _on_moved_by_person(self, *_args: object) -> None:
        self._was_moved = True
