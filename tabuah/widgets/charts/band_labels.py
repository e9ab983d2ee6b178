"""The names of level bands, painted over a plot where they cover nothing."""

from typing import Final

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.label_places import Wish, place_labels
from tabuah.widgets.charts.named_spans import SpanNames
from tabuah.widgets.charts.obstacles import obstacles
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent, LevelBand
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text, with_alpha
from tabuah.widgets.theme.fonts import Type

_PADDING_PX: Final = (12, 2)
_CORNER_PX: Final = 4


class BandLabels:
    """Labels that are placed when the hand rests, and painted where they were placed before."""

    def __init__(self, bars: RainBars, names: SpanNames) -> None:
        self._bars, self._names = bars, names
        self._content = ChartContent(title="")
        self.placed: list[tuple[QRectF, LevelBand]] = []

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's bands; `place` finds where their names go."""
        self._content = content
        self.placed = []

    def dress(self, appearance: Appearance) -> None:
        """Take colours and the font."""
        self._palette = appearance.palette
        self._font = appearance.font(Type.SMALL_STRONG)
        self._metrics = QFontMetricsF(self._font)

    def place(self, frame: Frame) -> None:
        """Find places for what is in sight now."""
        bands = self._content.bands
        wishes = [self._wish(band, frame) for band in bands]
        names = [name.rect for name in self._names.placed(frame)]
        covered = obstacles(self._content, frame, bars=self._bars.bars(frame), names=names)
        places = place_labels(wishes, frame.area, covered) if wishes else []
        self.placed = [(rect, band) for rect, band in zip(places, bands, strict=True) if rect is not None]

    def paint(self, painter: QPainter, _frame: Frame) -> None:
        """Paint the labels, each on a ground that keeps it readable."""
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, band in self.placed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(self._palette.panel, 0.82))
            painter.drawRoundedRect(rect, _CORNER_PX, _CORNER_PX)
            painter.setPen(QColor(level_text(self._palette, band.level)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, band.label)

    def _wish(self, band: LevelBand, frame: Frame) -> Wish:
        across_px, down_px = _PADDING_PX
        size = QSizeF(self._metrics.horizontalAdvance(band.label) + across_px, self._metrics.height() + down_px)
        top = frame.area.top() if band.high is None else frame.y(band.high)
        return Wish(size=size, y=frame.y(band.low), top=top)
