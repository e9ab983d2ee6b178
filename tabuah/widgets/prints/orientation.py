"""North arrow, scale number and scale bar of a printed map."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.map.scale_bar import ScaleBar, scale_bar
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.prints.ink import MUTED, TEXT, print_font
from tabuah.widgets.prints.map_scale import scale_number

_ARROW_PX: Final = 44.0
_BAR_PX: Final = 6.0
_HEIGHT_PX: Final = 92.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """Where north is, and how large things are: as a number for this paper, and as a bar for any copy of it."""

    view: Viewport
    paper: str

    def height(self, width_px: float) -> float:  # noqa: ARG002 - any width
        """Arrow and number, then the bar."""
        return _HEIGHT_PX

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw all three."""
        _paint_arrow(painter, QRectF(area.left(), area.top(), 30, _ARROW_PX))
        words = QRectF(area.left() + 42, area.top() + 6, area.width() - 42, 20)
        painter.setPen(QColor(TEXT))
        painter.setFont(print_font(15, QFont.Weight.Bold))
        number = format_number(round(scale_number(self.view)))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), _("Scale 1 : {number}").format(number=number))
        painter.setPen(QColor(MUTED))
        painter.setFont(print_font(9))
        told = _("printed on {paper} at full size").format(paper=self.paper)
        painter.drawText(words.translated(0, 18), int(Qt.AlignmentFlag.AlignVCenter), told)
        bar = scale_bar(self.view, widest_px=area.width() - 34)
        _paint_bar(painter, QPointF(area.left() + 6, area.top() + _ARROW_PX + 26), bar)


def _paint_arrow(painter: QPainter, area: QRectF) -> None:
    """A needle, half dark and half light, under the letter of north."""
    middle, top, bottom = area.center().x(), area.top() + 13, area.bottom()
    painter.setPen(QColor(TEXT))
    painter.setFont(print_font(12, QFont.Weight.Bold))
    letter = QRectF(area.left(), area.top() - 3, area.width(), 14)
    painter.drawText(letter, int(Qt.AlignmentFlag.AlignCenter), _("N"))
    notch = bottom - 8
    painter.setPen(QPen(QColor(TEXT), 0.8))
    for side, fill in ((-1, TEXT), (1, "#ffffff")):
        painter.setBrush(QColor(fill))
        corners = [(middle, top), (middle + side * 9, bottom), (middle, notch)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _paint_bar(painter: QPainter, at: QPointF, bar: ScaleBar) -> None:
    """Four pieces in turn dark and light, numbered at the ends and in the middle."""
    piece = bar.width_px / 4
    painter.setPen(QPen(QColor(TEXT), 0.7))
    for number in range(4):
        painter.setBrush(QColor(TEXT if number % 2 == 0 else "#ffffff"))
        painter.drawRect(QRectF(at.x() + number * piece, at.y(), piece, _BAR_PX))
    font = print_font(9)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for share in (0.0, 0.5, 1.0):
        text = _length(bar.length_m * share, bar.length_m, with_unit=share == 1.0)
        figure = _length(bar.length_m * share, bar.length_m, with_unit=False)
        left = at.x() + share * bar.width_px - metrics.horizontalAdvance(figure) / 2
        painter.drawText(QPointF(left, at.y() - 4), text)


def _length(length_m: float, whole_m: float, *, with_unit: bool) -> str:
    in_km = whole_m >= 1000
    value = length_m / 1000 if in_km else length_m
    text = format_number(value, digits=0 if float(value).is_integer() else 1)
    return f"{text} {'km' if in_km else 'm'}" if with_unit else text
