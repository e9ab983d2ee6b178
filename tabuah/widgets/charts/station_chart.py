"""The chart of a station: values with level bands, rain, forecast, cursor and readout; chart images."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QStackedWidget

from tabuah.resources.localisation import _, format_moment, format_number, format_time
from tabuah.text.stations.chart_text import describe_next_threshold
from tabuah.widgets.charts.series import COMPARED_MARKS, ChartContent
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle

if TYPE_CHECKING:
    from tabuah.widgets.charts.plot_view import PlotView


_LEAST_HEIGHT_PX: Final = 140


class StationChart(ThemedFrame):
    """The chart panel.

    Without a station it is one line, which leaves the height to the map; in a low window also while no station
    was chosen.

    Signals:
        cursor_moved: Unix time under the cursor, NaN when there is none.
        strip_changed: the chart became one line, or is open again.
        open_requested: the person clicked the one line of a station.
    """

    cursor_moved = Signal(float)
    strip_changed = Signal()
    open_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("station_chart")
        self._appearance = appearance
        self._content: ChartContent | None = None
        self._plot: PlotView | None = None
        self._title = Text(appearance, style=TextStyle.STRONG)
        self._readout = Text(appearance, style=TextStyle.MEDIUM)
        self._readout.setObjectName("chart_readout")
        self._note = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._forecast_note = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._forecast_note.setObjectName("chart_forecast_note")
        self._exercise = ExerciseChip(appearance, name="chart_exercise")
        self._empty = EmptyState(appearance, icon="station", name="chart_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        head = row(spacing_px=16)
        head.setContentsMargins(16, 10, 16, 2)
        head.addWidget(self._title)
        head.addWidget(self._exercise)
        head.addWidget(self._readout)
        head.addStretch(1)
        head.addWidget(self._note)
        foot = row(spacing_px=0)
        foot.setContentsMargins(16, 0, 16, 2)
        foot.addWidget(self._forecast_note)
        layout = column(self, spacing_px=0)
        layout.addLayout(head)
        layout.addLayout(foot)
        layout.addWidget(self._stack, 1)
        self._is_strip = self._is_compact = False
        appearance.changed.connect(self._on_appearance_changed)
        self.show_content(None)

    @property
    def appearance(self) -> Appearance:
        return self._appearance

    @property
    def is_strip(self) -> bool:
        """Return whether the chart is one line."""
        return self._is_strip

    def show_compact(self, is_compact: bool) -> None:
        """Show a station in one line, with its value, or with its plot."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self.show_content(self._content)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on the one line of a station opens the chart."""
        if self._is_strip and self._content is not None:
            self.open_requested.emit()
        super().mousePressEvent(event)

    def show_content(self, content: ChartContent | None) -> None:
        """Show a chart, or a hint if no station is selected or there is no data."""
        self._content = content
        is_strip = content is None or self._is_compact
        self._show_strip(is_strip)
        self.setToolTip(_("Click to open the chart") if is_strip and content is not None else "")
        self._title.setText(content.title if content else "")
        self._note.setText(content.note if content else "")
        self._forecast_note.setText(content.forecast_note if content else "")
        self._forecast_note.setVisible(bool(content and content.forecast_note and not is_strip))
        self._exercise.show_mark(content.exercise if content else "")
        if content is None:
            self._title.setText(_("No station selected"))
            self._readout.setText(_("Select a station on the map to see its readings."))
            return
        if is_strip:
            self._show_readout(float("nan"))
        elif not _has_data(content):
            self._empty.show_message(
                _("No data"), _("{title} sent no data in this period.").format(title=content.title)
            )
            self._stack.setCurrentIndex(0)
            self._readout.clear()
        else:
            self._shown_plot().show_content(content)
            self._stack.setCurrentIndex(1)
            self._show_readout(float("nan"))

    def _show_strip(self, is_strip: bool) -> None:
        if is_strip == self._is_strip:
            return
        self._is_strip = is_strip
        self._stack.setVisible(not is_strip)
        self.setMinimumHeight(0 if is_strip else _LEAST_HEIGHT_PX)
        self.strip_changed.emit()

    def move_cursor(self, time_s: float) -> None:
        """Put the cursor at a time, such as that of the time slider."""
        if self._plot is not None:
            self._plot.move_cursor(time_s)

    def _shown_plot(self) -> "PlotView":
        if self._plot is None:
            from tabuah.widgets.charts.plot_view import PlotView  # noqa: PLC0415 - importing it takes 160 to 280 ms

            self._plot = PlotView(self._appearance)
            self._plot.setObjectName("chart_plot")
            self._plot.setAccessibleName(_("Chart; left and right move the cursor"))
            self._plot.cursor_moved.connect(self._on_cursor_moved)
            self._stack.addWidget(self._plot)
        return self._plot

    def _on_cursor_moved(self, time_s: float) -> None:
        self._show_readout(time_s)
        if self._plot is not None and self._content is not None:
            content = self._content
            self._plot.setToolTip("\n".join((*content.corrections_at(time_s), *content.limit_changes_at(time_s))))
        self.cursor_moved.emit(time_s)

    def _show_readout(self, time_s: float) -> None:
        content = self._content
        if content is None:
            return
        at_s = float(content.values.times_s[-1]) if np.isnan(time_s) and len(content.values) else time_s
        if np.isnan(at_s):
            self._readout.clear()
            return
        self._readout.setText(" · ".join(self._readout_parts(content, at_s)))
        self._readout.setAccessibleName(self._readout.text())

    def _readout_parts(self, content: ChartContent, at_s: float) -> list[str]:
        moment = datetime.fromtimestamp(at_s, UTC)
        when = format_moment(moment) if content.spans_days else format_time(moment)
        words = [when, self._describe_value(content, at_s)]
        if content.rain is not None:
            rain = content.rain.value_near(at_s)
            if rain is not None:
                words.append(f"{content.rain_name} {format_number(rain, digits=1)} mm".strip())
        words += content.corrections_at(at_s)
        words += content.limit_changes_at(at_s)
        words += filter(None, [self._describe_threshold(content, at_s)])
        for mark, other in zip(COMPARED_MARKS, content.compared, strict=False):
            known = other.series.value_near(at_s)
            formatted = (
                _("no data") if known is None else f"{format_number(known, digits=content.digits)} {content.unit}"
            )
            words.append(f"{mark} {other.name} {formatted}")
        words += [span.name for span in content.spans if span.from_s <= at_s < span.to_s]
        return words

    def _describe_threshold(self, content: ChartContent, at_s: float) -> str:
        """Return how far the value is from the next level, which the plot may not reach; empty without levels."""
        value = content.values.value_near(at_s)
        if value is None or not content.bands:
            return ""
        ladder = [(band.low, band.label) for band in content.bands]
        return describe_next_threshold(value, ladder, unit=content.unit, digits=content.digits)

    def _describe_value(self, content: ChartContent, at_s: float) -> str:
        """Return the measured value, else the forecast with its interval."""

        def formatted(value: float) -> str:
            return format_number(value, digits=content.digits)

        value = content.values.value_near(at_s)
        if value is not None:
            return f"{formatted(value)} {content.unit}"
        ahead = content.forecast.at(at_s) if content.forecast else None
        if ahead is None:
            return _("no data")
        low, middle, high = (formatted(each) for each in ahead)
        words = _("forecast {middle} {unit}, 80 % interval {low} to {high}")
        return words.format(low=low, middle=middle, high=high, unit=content.unit)

    def _on_appearance_changed(self) -> None:
        if self._plot is not None:
            self._plot.apply_theme()


def _has_data(content: ChartContent) -> bool:
    rain = content.rain is not None and np.isfinite(content.rain.values).any()
    return bool(np.isfinite(content.values.values).any() or rain)


_PIXEL_RATIO: Final = 2.0
_FOOTER_PX: Final = 26
_MARGIN_PX: Final = 16


def render_chart_png(chart: StationChart, footer: str) -> bytes:
    """Render a chart with a footer line as PNG at twice the screen resolution."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    render_chart_image(chart, footer).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def render_chart_image(chart: StationChart, footer: str) -> QImage:
    """Render a chart with a footer line as an image at twice the screen resolution."""
    foot_px = chart.appearance.px(_FOOTER_PX)
    size = chart.size()
    image = QImage(
        round(size.width() * _PIXEL_RATIO),
        round((size.height() + foot_px) * _PIXEL_RATIO),
        QImage.Format.Format_RGB32,
    )
    image.setDevicePixelRatio(_PIXEL_RATIO)
    image.fill(QColor(chart.appearance.palette.panel))
    painter = QPainter(image)
    try:
        chart.render(painter, QPoint(0, 0))
        painter.setFont(chart.appearance.font(TextStyle.SMALL))
        painter.setPen(QColor(chart.appearance.palette.muted))
        line = QRectF(_MARGIN_PX, size.height(), size.width() - 2 * _MARGIN_PX, foot_px)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, footer)
    finally:
        painter.end()
    return image
