"""The chart of a station over a day, a week, a month or a year, with what is still being fetched."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
SPANS: Final = (DAY, WEEK, MONTH, YEAR)
_BAR_PX: Final = 160


class SpanChart(Surface):
    """Given a chart, it shows it; how far back is chosen by digits.

    Signals:
        span_chosen: DAY, WEEK, MONTH or YEAR.
        cancelled: what is fetched is no longer wanted.
        fetch_requested: what is missing shall be fetched although the line is spared.
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
        self._spans = Segments(appearance, choices, name="station_span", label=_("How far back"))
        self._spans.chosen.connect(self.span_chosen)
        self._chart = StationChart(appearance)
        self._chart.setObjectName("span_chart_plot")
        self._told = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._told.setObjectName("span_told")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(appearance.px(_BAR_PX))
        name_widget(self._bar, "span_progress", _("How much is fetched"))
        self._cancel = KeyButton(appearance, _("Cancel"), name="span_cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.cancelled)
        self._fetch = KeyButton(appearance, _("Fetch from the server"), key="F", icon="download", name="span_fetch")
        self._fetch.setAutoDefault(False)
        self._fetch.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fetch.clicked.connect(self.fetch_requested)
        self._lay_out()
        self.show_rest("")

    @property
    def span(self) -> str:
        """How far back it goes."""
        return self._spans.current

    def choose_span(self, span: str) -> None:
        """Go back as far as this, and say so."""
        if span != self.span:
            self._spans.show_current(span)
            self.span_chosen.emit(span)

    def show_content(self, content: ChartContent | None) -> None:
        """Draw another chart."""
        self._chart.show_content(content)

    def show_progress(self, told: str, done: int, of: int) -> None:
        """Something is being fetched, so much of it is here."""
        self._bar.setRange(0, max(of, 1))
        self._bar.setValue(done)
        self._show(told, busy=True)

    def show_rest(self, told: str, *, may_fetch: bool = False) -> None:
        """Nothing is fetched any more; where the values come from, or why some are missing."""
        self._show(told, busy=False, may_fetch=may_fetch)

    def ask_to_fetch(self) -> None:
        """Fetch, where that is offered."""
        if not self._fetch.isHidden():
            self.fetch_requested.emit()

    def _show(self, told: str, *, busy: bool, may_fetch: bool = False) -> None:
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._fetch.setVisible(may_fetch)

    def _lay_out(self) -> None:
        head, foot = row(spacing_px=12), row(spacing_px=12)
        head.setContentsMargins(16, 10, 16, 0)
        head.addWidget(self._spans)
        head.addStretch(1)
        foot.setContentsMargins(16, 4, 16, 8)
        foot.addWidget(self._told, 1)
        foot.addWidget(self._bar)
        foot.addWidget(self._cancel)
        foot.addWidget(self._fetch)
        lines = column(self, spacing_px=0)
        lines.addLayout(head)
        lines.addWidget(self._chart, 1)
        lines.addLayout(foot)
