"""A small chart: how many alarms came in each ten minutes, with the line above which nobody can follow any more."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.resources.catalogue import ngettext
from tabuah.widgets.alarms.values import Rates
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level

_HEIGHT_PX = 96
_BOTTOM_PX = 18


class RateChart(QWidget):
    """Bars from the bottom, the most of them in words below; those above the limit cross its line and are loud."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rate_chart")
        self._appearance, self._rates = appearance, Rates()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_rates(self, rates: Rates) -> None:
        """Show other counts."""
        self._rates = rates
        most = max(rates.peak, *rates.counts, 0)
        told = ngettext("At most {n} alarm in 10 minutes", "At most {n} alarms in 10 minutes", most).format(n=most)
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a strip."""
        return QSize(320, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint bars, line, the two ends of the span and the most between them."""
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
        counts = _merged(self._rates.counts, max(1, int(area.width() // 3)))
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
        painter.setFont(self._appearance.font(Type.CAPTION))
        painter.setPen(QColor(self._appearance.palette.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | middle), self._rates.since)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | middle), self._rates.until)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter | middle), self.accessibleName())


def _merged(counts: Sequence[int], most: int) -> list[int]:
    """Not more bars than there is room for: each the highest of those it stands for."""
    size = -(-len(counts) // most) if counts else 1
    return [max(counts[start : start + size]) for start in range(0, len(counts), size)]
