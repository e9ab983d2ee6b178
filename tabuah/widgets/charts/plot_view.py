"""The plot inside a station chart, drawn with pyqtgraph; imported only when a chart is first shown."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QKeyEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem

from tabuah.resources.formats import format_number
from tabuah.widgets.charts.axes import NumberAxis, WibAxis, number_step
from tabuah.widgets.charts.band_labels import BandLabels
from tabuah.widgets.charts.compared_lines import ComparedLines
from tabuah.widgets.charts.fan import Fan
from tabuah.widgets.charts.label_places import Wish, place_labels
from tabuah.widgets.charts.named_spans import NamedSpans
from tabuah.widgets.charts.series import ChartContent, Floats, Series, thinned
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, with_alpha
from tabuah.widgets.theme.fonts import Type

_RAIN_SHARE = 3.2  # the highest bar fills one part in so many of the height
_DAY_S = 86_400.0
_ZOOM = 1.4
_POINTS_A_BAR = 6
_LABELS_AFTER_MS = 60
_MOST_FAN = 0.35  # of the values' range, that a forecast's upper edge may add to it
_CLOSEST_S, _FURTHEST_S = 600.0, 800 * _DAY_S


class PlotView(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Bands, rain from the top, values, forecast, now-line and cursor.

    Signals:
        cursor_moved: Unix time under the cursor, NaN when it left.
    """

    cursor_moved = Signal(float)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._content = ChartContent(title="")
        self._cursor_s = float("nan")
        self._was_moved = False
        self._bands: list[QGraphicsItem] = []
        self._gaps: list[QGraphicsItem] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ci.setContentsMargins(0, 0, 0, 0)
        self._make_plot()
        self._make_rain()
        self._make_lines()
        self._labels = BandLabels(appearance)
        self.scene().addItem(self._labels)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._plot.vb.sigResized.connect(self._on_view_changed)
        self._labels_due = QTimer(self)
        self._labels_due.setSingleShot(True)
        self._labels_due.setInterval(_LABELS_AFTER_MS)
        self._labels_due.timeout.connect(self._place_labels)
        self._plot.vb.sigRangeChanged.connect(self._on_range_changed)
        self._plot.vb.sigRangeChangedManually.connect(self._on_moved_by_person)
        self.dress()

    def show_content(self, content: ChartContent) -> None:
        """Draw the content; it is fitted, unless a person has moved the view of this station."""
        self._was_moved = self._was_moved and content.title == self._content.title
        self._content = content
        self._values.setData(*content.values.with_gaps(), connect="finite")
        self._show_rain()
        self._show_bands()
        self._show_gaps()
        self._spans.show_spans(content.spans, self._appearance)
        self._fan.show_forecast(self._content.forecast)
        self._others.show_series(content.compared)
        self._now.setVisible(bool(content.now_s))
        self._now.setValue(content.now_s)
        if not self._was_moved:
            self.fit()
        self._on_view_changed()

    def fit(self) -> None:
        """Show the whole period and all values and bands that matter."""
        content, times = self._content, self._content.values.times_s
        first = content.from_s if content.from_s is not None else float(times[0]) if len(times) else 0.0
        last = content.to_s if content.to_s is not None else float(times[-1]) if len(times) else first + _DAY_S
        self._plot.setXRange(first, max(last, first + 60), padding=0)
        low, high = self._value_range()
        self._plot.setYRange(low, high, padding=0)

    def dress(self) -> None:
        """Take the colours and fonts of now."""
        palette = self._appearance.palette
        self.setBackground(palette.panel)
        font = self._appearance.font(Type.SMALL)
        for axis in (self._plot.getAxis("bottom"), self._plot.getAxis("left"), self._rain_axis):
            axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=8, tickAlpha=0)
            axis.setTextPen(QColor(palette.muted))
            axis.setPen(pg.mkPen(None))
        self._plot.getAxis("left").setStyle(tickAlpha=26)
        self._plot.getAxis("left").setTickPen(pg.mkPen(palette.text))
        self._plot.getAxis("left").setWidth(self._appearance.px(46))
        self._rain_axis.setWidth(self._appearance.px(60))
        self._plot.getAxis("bottom").setHeight(self._appearance.px(26))
        width = 2 * self.devicePixelRatioF()  # pyqtgraph's pens are in device pixels
        self._values.setPen(pg.mkPen(palette.accent, width=width))
        self._fan.dress(palette, width)
        self._others.dress(palette, width)
        self._rain.setOpts(brush=QColor(palette.information), pen=pg.mkPen(None))
        self._now.setPen(pg.mkPen(palette.muted, width=1))
        self._cursor.setPen(pg.mkPen(palette.text, width=1, style=Qt.PenStyle.DotLine))
        self._point.setBrush(QColor(palette.accent))
        self._point.setPen(pg.mkPen(palette.panel, width=2))
        self._show_bands()
        self._show_gaps()
        self._spans.show_spans(self._content.spans, self._appearance)
        self._on_view_changed()

    def move_cursor(self, time_s: float) -> None:
        """Put the cursor at a time; NaN takes it away."""
        self._cursor_s = time_s
        visible = not np.isnan(time_s)
        value = self._content.values.value_near(time_s) if visible else None
        self._cursor.setVisible(visible)
        self._point.setVisible(value is not None)
        if visible:
            self._cursor.setValue(time_s)
        if value is not None:
            self._point.setData([time_s], [value])
        self.cursor_moved.emit(time_s)

    def zoom(self, steps: int) -> None:
        """Come closer by so many steps, around the cursor or the middle."""
        (first_s, last_s), _values = self._plot.vb.viewRange()
        middle_s = (first_s + last_s) / 2 if np.isnan(self._cursor_s) else self._cursor_s
        factor = _ZOOM**-steps
        if _CLOSEST_S < (last_s - first_s) * factor < _FURTHEST_S:
            self._was_moved = True
            begin_s = middle_s - (middle_s - first_s) * factor
            self._plot.setXRange(begin_s, begin_s + (last_s - first_s) * factor, padding=0)

    def pan(self, steps: int) -> None:
        """Move the view by so many quarters of its width; later is positive."""
        (first_s, last_s), _values = self._plot.vb.viewRange()
        step_s = steps * (last_s - first_s) / 4
        self._was_moved = True
        self._plot.setXRange(first_s + step_s, last_s + step_s, padding=0)

    def leaveEvent(self, event: object) -> None:
        """Qt: no cursor without a pointer."""
        self.move_cursor(float("nan"))
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the arrows move the cursor, with Shift the view; plus and minus zoom, Home fits."""
        steps = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}
        zooms = {int(Qt.Key.Key_Plus): 1, int(Qt.Key.Key_Equal): 1, int(Qt.Key.Key_Minus): -1}
        if event.key() in zooms:
            self.zoom(zooms[event.key()])
        elif event.key() in steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(steps[event.key()])
        elif event.key() in steps:
            start = self._content.now_s if np.isnan(self._cursor_s) else self._cursor_s
            self.move_cursor(start + steps[event.key()] * self._content.values.interval_s)
        elif event.key() == Qt.Key.Key_Home:
            self._was_moved = False
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: labels find their places again."""
        super().resizeEvent(event)
        if hasattr(self, "_labels"):
            self._on_view_changed()

    def _make_plot(self) -> None:
        axes = {"bottom": WibAxis("bottom"), "left": NumberAxis("left")}
        self._plot = self.addPlot(axisItems=axes)
        self._plot.setMenuEnabled(False)
        self._plot.ctrlMenu.setParent(self, self._plot.ctrlMenu.windowFlags())  # else nobody would ever delete it
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=True, y=False)
        self._plot.showGrid(x=False, y=True, alpha=1.0)
        self._plot.vb.setDefaultPadding(0)

    def _make_rain(self) -> None:
        self._rain_box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self._rain_box.invertY(True)
        self._rain_box.setZValue(-5)
        self._rain_axis = NumberAxis("right")
        self._plot.layout.addItem(self._rain_axis, 2, 3)
        self._plot.scene().addItem(self._rain_box)
        self._rain_axis.linkToView(self._rain_box)
        self._rain_box.setXLink(self._plot)
        self._rain = pg.BarGraphItem(x=[], height=[], width=1)
        self._rain.setOpacity(0.75)
        self._rain_box.addItem(self._rain)

    def _make_lines(self) -> None:
        self._values = pg.PlotDataItem(antialias=True)
        self._values.setClipToView(True)
        self._values.setDownsampling(auto=True)
        self._values.curve.setSegmentedLineMode("on")  # a wide path is stroked as a whole, which takes far longer
        self._fan = Fan()
        self._others = ComparedLines()
        self._spans = NamedSpans(self._plot)
        self._now = pg.InfiniteLine(angle=90, movable=False)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._point = pg.ScatterPlotItem(size=9)
        self._cursor.hide()
        for item in (*self._fan.items, *self._others.items, self._values, self._now, self._cursor, self._point):
            self._plot.addItem(item)

    def _show_rain(self) -> None:
        rain = self._content.rain
        has_rain = rain is not None and len(rain) > 0
        self._rain_axis.setVisible(has_rain)
        self._rain.setVisible(has_rain)
        if rain is None or not has_rain:
            return
        heights = np.nan_to_num(rain.values)
        self._rain.setOpts(x=rain.times_s, height=heights, width=rain.interval_s * 0.72)
        peak = max(1.0, float(heights.max()))
        self._rain_box.setYRange(0, peak * _RAIN_SHARE, padding=0)
        step = number_step(peak, 60, 24)
        ticks = [(step * i, f"{format_number(step * i)} mm") for i in range(1, int(peak // step) + 1)]
        self._rain_axis.setTicks([ticks])

    def _show_bands(self) -> None:
        for item in self._bands:
            self._plot.removeItem(item)
        self._bands = []
        palette = self._appearance.palette
        for band in self._content.bands:
            colour = level_colour(palette, band.level)
            high = band.high if band.high is not None else band.low + 1e4
            region = pg.LinearRegionItem(
                (band.low, high),
                orientation="horizontal",
                movable=False,
                brush=with_alpha(colour, 0.1),
                pen=pg.mkPen(None),
            )
            region.setZValue(-20)
            edge = pg.InfiniteLine(band.low, angle=0, pen=QPen(with_alpha(colour, 0.55), 0))
            edge.setZValue(-15)
            for item in (region, edge):
                self._plot.addItem(item, ignoreBounds=True)
                self._bands.append(item)

    def _show_gaps(self) -> None:
        """Hatch the times of which nothing is known, up to now: an empty chart must not look like a calm river."""
        for item in self._gaps:
            self._plot.removeItem(item)
        content, colour = self._content, self._appearance.palette.muted
        start_s = content.from_s if content.from_s is not None else float(content.now_s)
        brush = QBrush(with_alpha(colour, 0.45), Qt.BrushStyle.BDiagPattern)
        self._gaps = [
            pg.LinearRegionItem(gap, movable=False, brush=brush, pen=pg.mkPen(None))
            for gap in content.values.gaps(start_s, content.now_s)
        ]
        for item in self._gaps:
            item.setZValue(-18)
            self._plot.addItem(item, ignoreBounds=True)

    def _value_range(self) -> tuple[float, float]:
        content = self._content
        parts = [content.values.values, *(other.series.values for other in content.compared)]
        parts += [content.forecast.middle] if content.forecast else []
        values = np.concatenate([part[np.isfinite(part)] for part in parts])
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        if content.forecast is not None:  # the edge may be far off, and would make a line of everything else
            high = max(high, min(float(content.forecast.high.max()), high + _MOST_FAN * max(high - low, 0.5)))
        edges = [band.low for band in content.bands]
        high = max([high, *(edge for edge in edges if edge <= high + (high - low) + 1.0)])
        span = max(high - low, 0.1)
        head_room = 0.45 if content.rain is not None and len(content.rain) else 0.18
        return low - 0.08 * span if low else 0.0, high + head_room * span

    def _on_moved_by_person(self, *_args: object) -> None:
        self._was_moved = True

    def _on_range_changed(self, *_args: object) -> None:
        """Labels stand at heights, and may wait until the hand rests: each frame would place them anew."""
        self._rain_box.linkedViewChanged(self._plot.vb, self._rain_box.XAxis)
        self._labels_due.start()

    def _on_view_changed(self, *_args: object) -> None:
        self._rain_box.setGeometry(self._plot.vb.sceneBoundingRect())
        self._rain_box.linkedViewChanged(self._plot.vb, self._rain_box.XAxis)
        self._place_labels()

    def _place_labels(self) -> None:
        self._spans.place_names()
        area = self._plot.vb.sceneBoundingRect()
        metrics = QFontMetricsF(self._appearance.font(Type.SMALL_STRONG))
        bands = list(self._content.bands)
        wishes = []
        for band in bands:
            top = self._to_scene(0, band.high).y() if band.high is not None else area.top()
            size = QSizeF(metrics.horizontalAdvance(band.label) + 12, metrics.height() + 2)
            wishes.append(Wish(size=size, y=self._to_scene(0, band.low).y(), top=top))
        places = place_labels(wishes, area, self._obstacles())
        shown = [(rect, band) for rect, band in zip(places, bands, strict=True) if rect is not None]
        self._labels.show_labels(shown, area)

    def _obstacles(self) -> Floats:
        """What labels should not cover, in px; shape (points, 2)."""
        content = self._content
        lines = [(content.values.times_s, content.values.values)]
        lines += [(other.series.times_s, other.series.values) for other in content.compared]
        if content.forecast is not None:
            forecast = content.forecast
            lines += [(forecast.times_s, side) for side in (forecast.low, forecast.middle, forecast.high)]
        parts = [self._in_scene(self._plot.vb, *thinned(times, values)) for times, values in lines]
        area = self._plot.vb.sceneBoundingRect()
        if content.now_s:
            x = self._to_scene(content.now_s, 0).x()
            parts.append(np.column_stack((np.full(41, x), np.linspace(area.top(), area.bottom(), 41))))
        if content.rain is not None:
            parts.append(self._rain_points(content.rain))
        return np.concatenate(parts)

    def _rain_points(self, rain: Series) -> Floats:
        """Points down the bars that are in sight."""
        (first_s, last_s), _values = self._plot.vb.viewRange()
        wet = (np.nan_to_num(rain.values) > 0) & (rain.times_s >= first_s) & (rain.times_s <= last_s)
        times_s, depths = thinned(rain.times_s[wet], rain.values[wet])
        shares = np.linspace(0.0, 1.0, _POINTS_A_BAR)
        return self._in_scene(self._rain_box, np.repeat(times_s, shares.size), np.outer(depths, shares).ravel())

    def _in_scene(self, box: pg.ViewBox, times_s: Floats, values: Floats) -> Floats:
        """Points of a view box in px: the map is linear, so two corners tell it."""
        (first_s, last_s), (low, high) = box.viewRange()
        begin, end = (box.mapViewToScene(QPointF(*corner)) for corner in ((first_s, low), (last_s, high)))
        x = begin.x() + (times_s - first_s) / max(last_s - first_s, 1e-9) * (end.x() - begin.x())
        y = begin.y() + (values - low) / max(high - low, 1e-9) * (end.y() - begin.y())
        known = np.isfinite(y)
        return np.column_stack((x[known], y[known]))

    def _to_scene(self, time_s: float, value: float) -> QPointF:
        point: QPointF = self._plot.vb.mapViewToScene(QPointF(time_s, value))
        return point

    def _on_mouse_moved(self, position: QPointF) -> None:
        inside = self._plot.vb.sceneBoundingRect().contains(position)
        self.move_cursor(float(self._plot.vb.mapSceneToView(position).x()) if inside else float("nan"))
