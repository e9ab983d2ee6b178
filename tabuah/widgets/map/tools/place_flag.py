"""The mark of a place that somebody went to by name or coordinates, so that it is found among all the others."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from tabuah.widgets.map.tools.plates import paint_plate_beside
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.tokens import Palette

_HIGH_PX = 26.0
_WIDE_PX = 9.0


class PlaceFlag:
    """One pin with its name, or none."""

    def __init__(self) -> None:
        self._place_m: Place | None = None
        self._label = ""

    @property
    def stands(self) -> bool:
        """Whether it stands somewhere."""
        return self._place_m is not None

    def show(self, place_m: Place, label: str) -> None:
        """Stand here."""
        self._place_m, self._label = place_m, label

    def clear(self) -> bool:
        """Stand nowhere; whether it stood somewhere."""
        stood, self._place_m = self._place_m is not None, None
        return stood

    def paint(self, painter: QPainter, view: Viewport, palette: Palette, text_scale: float) -> None:
        """A pin whose tip is the place."""
        if self._place_m is None:
            return
        tip = QPointF(*view.to_screen(*self._place_m))
        head = tip - QPointF(0, _HIGH_PX - _WIDE_PX)
        pin = QPainterPath(tip)
        pin.cubicTo(tip + QPointF(-3, -8), head + QPointF(-_WIDE_PX, 6), head + QPointF(-_WIDE_PX, 0))
        pin.arcTo(head.x() - _WIDE_PX, head.y() - _WIDE_PX, 2 * _WIDE_PX, 2 * _WIDE_PX, 180, -180)
        pin.cubicTo(head + QPointF(_WIDE_PX, 6), tip + QPointF(3, -8), tip)
        painter.setPen(QPen(QColor(palette.label_halo), 2.2))
        painter.setBrush(QColor(palette.accent))
        painter.drawPath(pin)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.label_halo))
        painter.drawEllipse(head, 3.4, 3.4)
        if self._label:
            paint_plate_beside(painter, self._label, head, palette, view=view, text_scale=text_scale)
