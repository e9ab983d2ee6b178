"""The performance page: alarm rates, figures against recommended values, and the busiest points."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QGridLayout, QSizePolicy, QWidget

from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.alarms.values import AlarmRates, PerformanceRow, PerformanceView
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour
from tabuah.widgets.values import Level

_ABOVE_HEADING_PX: Final = 10
_ROW_PX: Final = 22  # height of a mark, so that rows with and without marks align


class PerformanceTable(QWidget):
    """Figures in rows: label, value, recommended value and whether it is met, marked by word and shape."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("figure_rows")
        self._appearance = appearance
        self._shown: tuple[PerformanceRow, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 14, 0)  # room for the scroll bar
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(0, 1)

    def show_figures(self, figures: tuple[PerformanceRow, ...]) -> None:
        if figures == self._shown:
            return
        self._shown = figures
        clear_layout(self._grid)
        for position, words in enumerate((_("Figure"), _("Value"), _("Recommended"))):
            heading = Text(self._appearance, words, style=TextStyle.CAPTION, tone="muted")
            self._grid.addWidget(heading, 0, position, self._side(position))
        for index, figure in enumerate(figures, start=1):
            self._add(index, figure)

    def _add(self, row: int, figure: PerformanceRow) -> None:
        if figure.is_heading:
            heading = Text(self._appearance, figure.label, style=TextStyle.STRONG)
            heading.setContentsMargins(0, _ABOVE_HEADING_PX, 0, 0)
            self._grid.addWidget(heading, row, 0, 1, 4)
            return
        value = Text(self._appearance, figure.value, style=TextStyle.STRONG)
        value.setAccessibleName(figure.spoken)
        self._grid.setRowMinimumHeight(row, self._appearance.px(_ROW_PX))
        self._grid.addWidget(ElidedText(self._appearance, figure.label), row, 0)  # elided before the mark is cut
        self._grid.addWidget(value, row, 1, self._side(1))
        if not figure.recommended:
            note = Text(self._appearance, figure.note, tone="muted")
            self._grid.addWidget(note, row, 2, 1, 2, Qt.AlignmentFlag.AlignLeft)
            return
        self._grid.addWidget(Text(self._appearance, figure.recommended, tone="muted"), row, 2, self._side(2))
        chip = LevelChip(self._appearance, name="figure_mark")
        self._grid.addWidget(chip, row, 3, Qt.AlignmentFlag.AlignLeft)
        if figure.is_kept is None:
            chip.show_level(Level.NO_DATA, figure.note)
        else:
            level = Level.NORMAL if figure.is_kept else Level.ATTENTION
            chip.show_level(level, _("met") if figure.is_kept else _("not met"))

    @staticmethod
    def _side(column: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight


_HEIGHT_PX = 96
_BOTTOM_PX = 18


class AlarmRateChart(QWidget):
    """Bars of alarm counts; bars above the limit are highlighted, and the peak is given in words below."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rate_chart")
        self._appearance, self._rates = appearance, AlarmRates()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_rates(self, rates: AlarmRates) -> None:
        self._rates = rates
        most = max(rates.peak, *rates.counts, 0)
        summary = ngettext("At most {n} alarm in 10 minutes", "At most {n} alarms in 10 minutes", most).format(n=most)
        self.setAccessibleName(summary)
        self.setToolTip(summary)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, the limit, both ends of the period and the peak between them."""
        painter = QPainter(self)
        try:
            bottom = self._appearance.px(_BOTTOM_PX)
            area = QRectF(0, 4, self.width(), self.height() - bottom - 4)
            top = max(self._rates.limit * 1.3, max(self._rates.counts, default=0))
            self._paint_bars(painter, area, top)
            self._paint_limit(painter, area, top)
            self._paint_ends(painter, QRectF(0, area.bottom(), self.width(), bottom))
        finally:
            painter.end()

    def _paint_bars(self, painter: QPainter, area: QRectF, top: float) -> None:
        palette = self._appearance.palette
        calm, loud = QColor(palette.accent), QColor(level_colour(palette, Level.CRITICAL))
        counts = _merge_bars(self._rates.counts, max(1, int(area.width() // 3)))
        step = area.width() / max(1, len(counts))
        for index, count in enumerate(counts):
            height = area.height() * count / top
            bar = QRectF(area.x() + index * step, area.bottom() - height, max(1.0, step - 1), height)
            painter.fillRect(bar, loud if count > self._rates.limit else calm)
        painter.setPen(QPen(QColor(palette.line)))
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))

    def _paint_limit(self, painter: QPainter, area: QRectF, top: float) -> None:
        palette = self._appearance.palette
        y = area.bottom() - area.height() * self._rates.limit / top
        painter.setPen(QPen(QColor(palette.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))

    def _paint_ends(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(self._appearance.font(TextStyle.CAPTION))
        painter.setPen(QColor(self._appearance.palette.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | middle), self._rates.since)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | middle), self._rates.until)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter | middle), self.accessibleName())


def _merge_bars(counts: Sequence[int], most: int) -> list[int]:
    """Merge counts into at most `most` bars, each as high as the highest of its counts."""
    size = -(-len(counts) // most) if counts else 1
    return [max(counts[start : start + size]) for start in range(0, len(counts), size)]


SPANS: Final = ("day", "week", "month")
_SPAN_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_SCROLLS: Final = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class PerformancePage(ThemedFrame):
    """Alarm performance of a period.

    Signals:
        span_chosen: "day", "week" or "month".
        export_requested: the user asks for the figures as a file.
    """

    span_chosen = Signal(str)
    export_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("performance_page")
        spans = (("day", _("24 hours")), ("week", _("7 days")), ("month", _("30 days")))
        self._spans = SegmentedControl(appearance, spans, name="performance_span", label=_("Time span"))
        self._spans.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._spans.chosen.connect(self.span_chosen)
        self._heading = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._export = KeyButton(
            appearance, _("Save as CSV"), key="Ctrl S", icon="download", name="performance_export"
        )
        self._export.setShortcut("Ctrl+S")
        self._export.setAutoDefault(False)
        self._export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._export.clicked.connect(self.export_requested)
        self._rates_title = Text(appearance, style=TextStyle.STRONG)
        self._rates = AlarmRateChart(appearance)
        self._figures = PerformanceTable(appearance)
        self._scroll = scroll_area(self._figures, name="figure_scroll")
        self.points = LevelList(appearance, name="performance_points", label=_("Most frequent alarm sources"))
        self._no_points = Text(appearance, _("No source raised more than one alarm."), tone="muted", wrap=True)
        self._lay_out(appearance)

    @property
    def span(self) -> str:
        return self._spans.current

    def show_performance(self, view: PerformanceView) -> None:
        self._heading.setText(view.heading)
        title = _("Alarms per 10 minutes; dashed line: {n}, the maximum that one operator can handle")
        self._rates_title.setText(title.format(n=view.rates.limit))
        self._rates.show_rates(view.rates)
        self._figures.show_figures(view.figures)
        self.points.show_items(view.points)
        self.points.setVisible(bool(view.points))
        self._no_points.setVisible(not view.points)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Return whether the page handled the key: Left and Right change the period, Page keys scroll."""
        key = Qt.Key(event.key())
        if key in _SPAN_STEPS:
            self.choose_span(SPANS[(SPANS.index(self.span) + _SPAN_STEPS[key]) % len(SPANS)])
        elif key in _SCROLLS:
            self._scroll.verticalScrollBar().triggerAction(_SCROLLS[key])
        return key in _SPAN_STEPS or key in _SCROLLS

    def choose_span(self, span: str) -> None:
        """Select a period and emit `span_chosen`."""
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
        right.addWidget(Text(appearance, _("Most frequent alarm sources"), style=TextStyle.STRONG))
        right.addWidget(self._no_points)
        right.addWidget(self.points, 1)
        right.addStretch(0)
        halves.addLayout(right, 2)
        lines.addLayout(halves, 1)
