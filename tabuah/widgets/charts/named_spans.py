"""Spans of time with a name, such as that of work on the station: a quiet band behind the values."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem

from tabuah.widgets.charts.series import NamedSpan
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type

_PADDING_PX: Final = 10


class NamedSpans:
    """Bands in a plot; each bears its name, where it has room for that."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._shown: list[tuple[NamedSpan, pg.LinearRegionItem, pg.TextItem]] = []

    def show_spans(self, spans: tuple[NamedSpan, ...], appearance: Appearance) -> None:
        """Show these spans in the colours of now, in place of those before."""
        for _span, *items in self._shown:
            for item in items:
                self._plot.removeItem(item)
        self._shown = [(span, *self._add(span, appearance)) for span in spans]

    def place_names(self) -> None:
        """Put each name at the foot of what is in sight of its span: upright where that is narrow, or left out."""
        (first_s, last_s), (low, _high) = self._plot.vb.viewRange()
        px_per_s = self._plot.vb.width() / max(last_s - first_s, 1e-9)
        for span, _band, name in self._shown:
            begin_s, end_s = max(span.from_s, first_s), min(span.to_s, last_s)
            metrics, room_px = QFontMetricsF(name.textItem.font()), (end_s - begin_s) * px_per_s
            lies = room_px >= metrics.horizontalAdvance(span.name) + _PADDING_PX
            name.setAngle(0 if lies else 90)
            name.setAnchor((0.5, 1.0) if lies else (0.0, 0.5))
            name.setVisible(room_px >= metrics.height())
            name.setPos((begin_s + end_s) / 2 if lies else begin_s + 0.7 * metrics.height() / px_per_s, low)

    def _add(self, span: NamedSpan, appearance: Appearance) -> tuple[QGraphicsItem, QGraphicsItem]:
        palette = appearance.palette
        band = pg.LinearRegionItem(
            (span.from_s, span.to_s),
            movable=False,
            brush=with_alpha(palette.muted, 0.16),
            pen=pg.mkPen(with_alpha(palette.muted, 0.5), width=1),
        )
        band.setZValue(-19)
        name = pg.TextItem(span.name, color=QColor(palette.muted), anchor=(0.5, 1.0))
        name.setFont(appearance.font(Type.SMALL))
        name.setZValue(40)
        for item in (band, name):
            self._plot.addItem(item, ignoreBounds=True)
        return band, name
