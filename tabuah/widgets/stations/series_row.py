"""One parameter of a station in three lines: value and state, the age beside its day, and its week with the gaps."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from tabuah.widgets.charts.sparkline import Sparkline
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.stations.values import SeriesRow
from tabuah.widgets.stations.week_strip import WeekStrip
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type


class SeriesRowCard(Surface):
    """A click draws its chart.

    Signals:
        chosen: code of the parameter.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.setObjectName("series_row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._code = ""
        self._name = Text(appearance, style=Type.MEDIUM)
        self._value = Text(appearance, style=Type.FIGURE, selectable=True)
        self._value.setObjectName("series_value")
        self._chip = LevelChip(appearance, name="series_state")
        self._about = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._line = Sparkline(appearance)
        self._week = WeekStrip(appearance)
        self._week_words = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._lay_out()

    def show_row(self, shown: SeriesRow, *, is_drawn: bool) -> None:
        """Show a parameter; the one whose chart is drawn stands out."""
        self._code = shown.code
        self._name.setText(shown.name)
        self._name.show_tone("accent" if is_drawn else "text")
        self._value.setText(shown.value)
        self._chip.show_level(shown.level, shown.word)
        self._about.setText(shown.about)
        self._line.show_series(shown.day, shown.level, shown.spoken, span_s=shown.day_span_s)
        self._week.show_week(shown.week)
        self._week_words.setText(shown.week_words)
        self.setAccessibleName(shown.spoken)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click draws it."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._code)

    def _lay_out(self) -> None:
        head, middle = row(spacing_px=10), row(spacing_px=10)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._value)
        head.addWidget(self._chip)
        middle.addWidget(self._about, 1)
        middle.addWidget(self._line)
        lines = column(self, spacing_px=4)
        lines.setContentsMargins(14, 8, 14, 10)
        lines.addLayout(head)
        lines.addLayout(middle)
        lines.addWidget(self._week)
        lines.addWidget(self._week_words)
