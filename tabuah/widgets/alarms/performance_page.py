"""The page of figures: a span to choose, figures beside what is recommended, rates, and where the most came from."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider

from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.figure_rows import FigureRows
from tabuah.widgets.alarms.rate_chart import RateChart
from tabuah.widgets.alarms.values import PerformanceView
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, row, scrolling
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

SPANS: Final = ("day", "week", "month")
_SPAN_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_SCROLLS: Final = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class PerformancePage(Surface):
    """How well the alarms serve the people in the room.

    Signals:
        span_chosen: "day", "week" or "month".
        export_requested: the figures shall go into a file.
    """

    span_chosen = Signal(str)
    export_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("performance_page")
        spans = (("day", _("24 hours")), ("week", _("7 days")), ("month", _("30 days")))
        self._spans = Segments(appearance, spans, name="performance_span", label=_("How far back"))
        self._spans.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._spans.chosen.connect(self.span_chosen)
        self._heading = Text(appearance, style=Type.SMALL, tone="muted")
        self._export = KeyButton(
            appearance, _("Save as CSV"), key="Ctrl S", icon="download", name="performance_export"
        )
        self._export.setShortcut("Ctrl+S")
        self._export.setAutoDefault(False)
        self._export.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._export.clicked.connect(self.export_requested)
        self._rates_title = Text(appearance, style=Type.STRONG)
        self._rates = RateChart(appearance)
        self._figures = FigureRows(appearance)
        self._scroll = scrolling(self._figures, name="figure_scroll")
        self.points = EdgeList(appearance, name="performance_points", label=_("Busiest points"))
        self._no_points = Text(appearance, _("No point raised more than one alarm."), tone="muted", wrap=True)
        self._lay_out(appearance)

    @property
    def span(self) -> str:
        """The span that is chosen."""
        return self._spans.current

    def show_performance(self, view: PerformanceView) -> None:
        """Show the figures of a span."""
        self._heading.setText(view.heading)
        told = _("Alarms in each 10 minutes; dashed: {n}, the most that one person can follow")
        self._rates_title.setText(told.format(n=view.rates.limit))
        self._rates.show_rates(view.rates)
        self._figures.show_figures(view.figures)
        self.points.show_items(view.points)
        self.points.setVisible(bool(view.points))
        self._no_points.setVisible(not view.points)

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether a key was for this page: left and right change the span, Page keys scroll the figures."""
        key = Qt.Key(event.key())
        if key in _SPAN_STEPS:
            self.choose_span(SPANS[(SPANS.index(self.span) + _SPAN_STEPS[key]) % len(SPANS)])
        elif key in _SCROLLS:
            self._scroll.verticalScrollBar().triggerAction(_SCROLLS[key])
        return key in _SPAN_STEPS or key in _SCROLLS

    def choose_span(self, span: str) -> None:
        """Go back as far as this, and say so."""
        self._spans.show_current(span)
        self.span_chosen.emit(span)

    def _lay_out(self, appearance: Appearance) -> None:
        lines = column(self, spacing_px=12)
        lines.setContentsMargins(20, 12, 20, 16)
        head = row(spacing_px=12)
        head.addWidget(self._spans)
        head.addWidget(self._heading, 1)
        head.addWidget(self._export)
        lines.addLayout(head)
        lines.addWidget(self._rates_title)
        lines.addWidget(self._rates)
        halves = row(spacing_px=24)
        halves.addWidget(self._scroll, 3)
        right = column(spacing_px=8)
        right.addWidget(Text(appearance, _("Busiest points"), style=Type.STRONG))
        right.addWidget(self._no_points)
        right.addWidget(self.points, 1)
        right.addStretch(0)
        halves.addLayout(right, 2)
        lines.addLayout(halves, 1)
