"""One parameter of a station as a card, with the data coverage of its last week."""

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.charts.sparkline import Sparkline
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.stations.values import SeriesRow, WeekCoverage
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.level_shapes import rounded_path

_HEIGHT_PX = 10
_MIN_GAP_PX = 2.0  # so that a gap of minutes is visible in a week


class WeekStrip(QWidget):
    """A strip of data coverage: gaps are cut out and hatched, so that they are visible without colour."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("week_strip")
        self._appearance = appearance
        self._week = WeekCoverage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_week(self, week: WeekCoverage) -> None:
        self._week = week
        self.setAccessibleName(week.spoken)
        self.setToolTip(week.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, week = self._appearance.palette, self._week
        area = QRectF(self.rect())
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(rounded_path(area, 3))
            painter.fillRect(area, QColor(mix(palette.panel, palette.text, 0.08)))
            painter.fillRect(self._part(week.begins, 1.0), QColor(mix(palette.panel, palette.accent, 0.55)))
            for begin, end in week.gaps:
                self._paint_gap(painter, self._part(begin, end))
            painter.setPen(QPen(QColor(palette.panel), 1))
            for at in week.midnights:
                x = round(at * area.width()) + 0.5
                painter.drawLine(QLineF(x, 0, x, area.height()))
        finally:
            painter.end()

    def _paint_gap(self, painter: QPainter, part: QRectF) -> None:
        palette = self._appearance.palette
        painter.fillRect(part, QColor(palette.panel))
        painter.fillRect(part, QBrush(QColor(palette.attention), Qt.BrushStyle.BDiagPattern))

    def _part(self, begin: float, end: float) -> QRectF:
        width = max(_MIN_GAP_PX, (end - begin) * self.width())
        return QRectF(min(begin * self.width(), self.width() - width), 0, width, self.height())

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


class SeriesCard(ThemedFrame):
    """A card that selects its parameter for the chart on a click.

    Signals:
        chosen: code of the parameter.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.setObjectName("series_row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._code = ""
        self._name = Text(appearance, style=TextStyle.MEDIUM)
        self._value = Text(appearance, style=TextStyle.FIGURE, selectable=True)
        self._value.setObjectName("series_value")
        self._chip = LevelChip(appearance, name="series_state")
        self._about = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._line = Sparkline(appearance)
        self._week = WeekStrip(appearance)
        self._week_words = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._lay_out()

    def show_row(self, shown: SeriesRow, *, is_drawn: bool) -> None:
        """Show a parameter; highlight the one whose chart is drawn."""
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
        """Select the parameter on a left click."""
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
