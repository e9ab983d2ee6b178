"""Spans of time with a name, such as that of work on the station: a quiet band behind the values."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.hairlines import draw_down
from tabuah.widgets.charts.series import ChartContent, NamedSpan
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type

_PADDING_PX: Final = 8  # of a name, both sides together
_CORNER_PX: Final = 4
_FOOT_PX: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedName:
    """A name at the foot of its span; upright it is read from below."""

    name: str
    rect: QRectF
    is_upright: bool


class NamedSpans:
    """The bands; they lie under everything that was measured."""

    def __init__(self) -> None:
        self._spans: tuple[NamedSpan, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's spans."""
        self._spans = content.spans

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        muted = appearance.palette.muted
        self._ground, self._edge = with_alpha(muted, 0.16), with_alpha(muted, 0.5)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint what is in sight of them, with their edges."""
        for span in self._spans:
            painter.fillRect(frame.band(span.from_s, span.to_s), self._ground)
            for edge_s in (span.from_s, span.to_s):
                draw_down(painter, frame.area, frame.x(edge_s), self._edge)


class SpanNames:
    """Their names, over everything that was measured; a span without room for its name bears none."""

    def __init__(self) -> None:
        self._spans: tuple[NamedSpan, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's spans."""
        self._spans = content.spans

    def dress(self, appearance: Appearance) -> None:
        """Take the font and its colour."""
        palette = appearance.palette
        self._font, self._colour = appearance.font(Type.SMALL), QColor(palette.muted)
        self._ground = with_alpha(palette.panel, 0.7)
        self._metrics = QFontMetricsF(self._font)

    def placed(self, frame: Frame) -> list[PlacedName]:
        """Each name at the foot of what is in sight of its span: upright where that is narrow, or left out."""
        places = (self._place(span.name, frame.band(span.from_s, span.to_s)) for span in self._spans)
        return [place for place in places if place is not None]

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Write the names, each on a ground that keeps it readable."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for place in self.placed(frame):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ground)
            painter.drawRoundedRect(place.rect, _CORNER_PX, _CORNER_PX)
            painter.setPen(self._colour)
            if place.is_upright:
                _write_upright(painter, place)
            else:
                painter.drawText(place.rect, Qt.AlignmentFlag.AlignCenter, place.name)

    def _place(self, name: str, band: QRectF) -> PlacedName | None:
        long_px, high_px = self._metrics.horizontalAdvance(name) + _PADDING_PX, self._metrics.height()
        if band.width() < high_px:
            return None
        is_upright = band.width() < long_px
        width, height = (high_px, long_px) if is_upright else (long_px, high_px)
        left = band.left() + (min(0.2 * high_px, band.width() - width) if is_upright else (band.width() - width) / 2)
        rect = QRectF(left, band.bottom() - _FOOT_PX - height, width, height)
        return PlacedName(name=name, rect=rect, is_upright=is_upright)


def _write_upright(painter: QPainter, place: PlacedName) -> None:
    rect = place.rect
    painter.save()
    painter.translate(QPointF(rect.left(), rect.bottom()))
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, rect.height(), rect.width()), Qt.AlignmentFlag.AlignCenter, place.name)
    painter.restore()
