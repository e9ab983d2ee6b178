"""Bars of incident counts; a click selects the row of a bar."""

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.resources.localisation import format_number
from tabuah.widgets.controls.labels import paint_elided
from tabuah.widgets.incidents.performance_values import NumberBar
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_HEIGHT_PX = 118
_LABEL_PX = 16
_MOST_BARS = 31  # of a month; more would have no readable labels
_NARROW_PX = 26  # below this width only every third label has space


class GroupChart(QWidget):
    """Vertical bars with their count above and their label below; the selected one has the accent colour.

    Signals:
        bar_chosen: number of the bar that was clicked.
    """

    bar_chosen = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("group_chart")
        self._appearance = appearance
        self._bars: tuple[NumberBar, ...] = ()
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_bars(self, bars: tuple[NumberBar, ...]) -> None:
        self._bars, self._chosen = bars[:_MOST_BARS], -1
        self.setAccessibleName(", ".join(f"{bar.label}: {format_number(bar.count)}" for bar in self._bars))
        self.update()

    def show_chosen(self, number: int) -> None:
        """Highlight a bar; a number beyond the bars highlights none."""
        if number != self._chosen:
            self._chosen = number
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._appearance.px(_HEIGHT_PX))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = int(event.position().x() / self._step) if self._bars else -1
        if 0 <= number < len(self._bars):
            self.bar_chosen.emit(number)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the bars on their base line."""
        painter = QPainter(self)
        try:
            band = float(self._appearance.px(_LABEL_PX))
            area = QRectF(0, band, self.width(), max(1.0, self.height() - 2 * band))
            most = max((bar.count for bar in self._bars), default=0) or 1
            for number, bar in enumerate(self._bars):
                self._paint_bar(painter, area, number, bar.count / most)
            painter.setPen(QPen(QColor(self._appearance.palette.line)))
            painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
        finally:
            painter.end()

    @property
    def _step(self) -> float:
        return min(self.width() / max(1, len(self._bars)), self._appearance.px(96))

    def _paint_bar(self, painter: QPainter, area: QRectF, number: int, share: float) -> None:
        palette, bar = self._appearance.palette, self._bars[number]
        step, band = self._step, area.top()
        x, height = number * step, area.height() * share
        colour = palette.accent if number == self._chosen or self._chosen < 0 else palette.muted
        painter.fillRect(
            QRectF(x + step * 0.14, area.bottom() - height, max(2.0, step * 0.72), height), QColor(colour)
        )
        if bar.count:
            at = QRectF(QPointF(x, area.bottom() - height - band), QPointF(x + step, area.bottom() - height))
            self._words(painter, at, format_number(bar.count), palette.text)
        every = 1 if step >= _NARROW_PX else 3
        if number % every == 0:
            self._words(painter, QRectF(x, area.bottom(), step * every - 2, band), bar.label, palette.muted)

    def _words(self, painter: QPainter, area: QRectF, text: str, colour: str) -> None:
        font = self._appearance.font(TextStyle.CAPTION)
        paint_elided(painter, area, text, font=font, colour=str(colour), side=Qt.AlignmentFlag.AlignHCenter)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()
