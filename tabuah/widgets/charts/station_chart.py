"""A station's day: its values with level bands, rain from the top, forecast, and a cursor that reads them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number, format_time
from tabuah.widgets.charts.series import COMPARED_MARKS, ChartContent
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level

if TYPE_CHECKING:
    from tabuah.widgets.charts.plot_view import PlotView


class StationChart(Surface):
    """The chart panel.

    Signals:
        cursor_moved: Unix time under the cursor, NaN when there is none.
    """

    cursor_moved = Signal(float)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("station_chart")
        self._appearance = appearance
        self._content: ChartContent | None = None
        self._plot: PlotView | None = None
        self._title = Text(appearance, style=Type.STRONG)
        self._readout = Text(appearance, style=Type.MEDIUM)
        self._readout.setObjectName("chart_readout")
        self._note = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._forecast_note = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._forecast_note.setObjectName("chart_forecast_note")
        self._exercise = LevelChip(appearance, name="chart_exercise", shape=False)
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
        self.setMinimumHeight(140)
        appearance.changed.connect(self._on_appearance_changed)
        self.show_content(None)

    @property
    def appearance(self) -> Appearance:
        """Its theme and fonts."""
        return self._appearance

    def show_content(self, content: ChartContent | None) -> None:
        """Show a station, or that none is chosen, or that it has no data."""
        self._content = content
        self._title.setText(content.title if content else "")
        self._note.setText(content.note if content else "")
        self._forecast_note.setText(content.forecast_note if content else "")
        self._forecast_note.setVisible(bool(content and content.forecast_note))
        word = _("EXERCISE") if content and content.exercise else ""
        self._exercise.show_level(Level.INFORMATION, word)
        if content is None:
            self._empty.show_message(_("No station chosen"), _("Choose a station on the map to see its day."))
        elif not _has_data(content):
            self._empty.show_message(
                _("No data"), _("{title} has sent nothing in this period.").format(title=content.title)
            )
        else:
            self._shown_plot().show_content(content)
            self._stack.setCurrentIndex(1)
            self._show_readout(float("nan"))
            return
        self._stack.setCurrentIndex(0)
        self._readout.clear()

    def move_cursor(self, time_s: float) -> None:
        """Put the cursor at a time, such as the one the time slider is at."""
        if self._plot is not None:
            self._plot.move_cursor(time_s)

    def _shown_plot(self) -> "PlotView":
        if self._plot is None:
            from tabuah.widgets.charts.plot_view import PlotView  # noqa: PLC0415  costs 160 to 280 ms

            self._plot = PlotView(self._appearance)
            self._plot.setObjectName("chart_plot")
            self._plot.setAccessibleName(_("Chart; left and right move the cursor"))
            self._plot.cursor_moved.connect(self._on_cursor_moved)
            self._stack.addWidget(self._plot)
        return self._plot

    def _on_cursor_moved(self, time_s: float) -> None:
        self._show_readout(time_s)
        self.cursor_moved.emit(time_s)

    def _show_readout(self, time_s: float) -> None:
        content = self._content
        if content is None:
            return
        at_s = float(content.values.times_s[-1]) if np.isnan(time_s) and len(content.values) else time_s
        if np.isnan(at_s):
            self._readout.clear()
            return
        self._readout.setText(" · ".join(self._statements(content, at_s)))
        self._readout.setAccessibleName(self._readout.text())

    def _statements(self, content: ChartContent, at_s: float) -> list[str]:
        moment = datetime.fromtimestamp(at_s, UTC)
        when = format_moment(moment) if content.spans_days else format_time(moment)
        words = [when, self._tell_value(content, at_s)]
        if content.rain is not None:
            rain = content.rain.value_near(at_s)
            if rain is not None:
                words.append(f"{content.rain_name} {format_number(rain, digits=1)} mm".strip())
        for mark, other in zip(COMPARED_MARKS, content.compared, strict=False):
            known = other.series.value_near(at_s)
            told = _("no data") if known is None else f"{format_number(known, digits=content.digits)} {content.unit}"
            words.append(f"{mark} {other.name} {told}")
        words += [span.name for span in content.spans if span.from_s <= at_s < span.to_s]
        return words

    def _tell_value(self, content: ChartContent, at_s: float) -> str:
        """What was measured, or else what is forecast, with its band."""

        def told(value: float) -> str:
            return format_number(value, digits=content.digits)

        value = content.values.value_near(at_s)
        if value is not None:
            return f"{told(value)} {content.unit}"
        ahead = content.forecast.at(at_s) if content.forecast else None
        if ahead is None:
            return _("no data")
        low, middle, high = (told(each) for each in ahead)
        words = _("forecast {middle} {unit}, 8 in 10 between {low} and {high}")
        return words.format(low=low, middle=middle, high=high, unit=content.unit)

    def _on_appearance_changed(self) -> None:
        if self._plot is not None:
            self._plot.dress()


def _has_data(content: ChartContent) -> bool:
    rain = content.rain is not None and np.isfinite(content.rain.values).any()
    return bool(np.isfinite(content.values.values).any() or rain)
