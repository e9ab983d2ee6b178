"""The chart of a station for a day, week, month or year, with the progress of fetching readings."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar

from tabuah.resources.localisation import _
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
SPANS: Final = (DAY, WEEK, MONTH, YEAR)
_BAR_PX: Final = 160


class SpanChart(ThemedFrame):
    """Shows a chart and a choice of its period, also by digit.

    Signals:
        span_chosen: DAY, WEEK, MONTH or YEAR.
        cancelled: the user stops fetching.
        fetch_requested: the user fetches missing readings in spite of the data saver.
    """

    span_chosen = Signal(str)
    cancelled = Signal()
    fetch_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("span_chart")
        words = (_("24 hours"), _("7 days"), _("30 days"), _("1 year"))
        choices = tuple(
            (code, f"{key}  {word}") for key, (code, word) in enumerate(zip(SPANS, words, strict=True), 1)
        )
        self._spans = SegmentedControl(appearance, choices, name="station_span", label=_("Time span"))
        self._spans.chosen.connect(self.span_chosen)
        self._chart = StationChart(appearance)
        self._chart.setObjectName("span_chart_plot")
        self._message = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._message.setObjectName("span_told")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(appearance.px(_BAR_PX))
        name_widget(self._bar, "span_progress", _("Fetch progress"))
        self._cancel = KeyButton(appearance, _("Cancel"), name="span_cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.cancelled)
        self._fetch = KeyButton(appearance, _("Fetch from the server"), key="F", icon="download", name="span_fetch")
        self._fetch.setAutoDefault(False)
        self._fetch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fetch.clicked.connect(self.fetch_requested)
        self._lay_out()
        self.show_note("")

    @property
    def span(self) -> str:
        """The period that is selected."""
        return self._spans.current

    def choose_span(self, span: str) -> None:
        """Select a period and emit `span_chosen`."""
        if span != self.span:
            self._spans.show_current(span)
            self.span_chosen.emit(span)

    def show_content(self, content: ChartContent | None) -> None:
        self._chart.show_content(content)

    def show_progress(self, message: str, done: int, of: int) -> None:
        """Show how many of the missing readings have been fetched."""
        self._bar.setRange(0, max(of, 1))
        self._bar.setValue(done)
        self._show(message, busy=True)

    def show_note(self, message: str, *, may_fetch: bool = False) -> None:
        """Hide the progress; show the source of the values, or why some are missing."""
        self._show(message, busy=False, may_fetch=may_fetch)

    def request_fetch(self) -> None:
        """Request fetching if it is offered."""
        if not self._fetch.isHidden():
            self.fetch_requested.emit()

    def _show(self, message: str, *, busy: bool, may_fetch: bool = False) -> None:
        self._message.setText(message)
        self._message.setVisible(bool(message))
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._fetch.setVisible(may_fetch)

    def _lay_out(self) -> None:
        head, foot = row(spacing_px=12), row(spacing_px=12)
        head.setContentsMargins(16, 10, 16, 0)
        head.addWidget(self._spans)
        head.addStretch(1)
        foot.setContentsMargins(16, 4, 16, 8)
        foot.addWidget(self._message, 1)
        foot.addWidget(self._bar)
        foot.addWidget(self._cancel)
        foot.addWidget(self._fetch)
        lines = column(self, spacing_px=0)
        lines.addLayout(head)
        lines.addWidget(self._chart, 1)
        lines.addLayout(foot)
