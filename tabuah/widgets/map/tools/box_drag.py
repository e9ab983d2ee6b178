"""A box between two corners: dragged by mouse, or set corner by corner by keys; it stays on its place on the map."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.map.tools.tool import MapTool, Place, Pointer
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.tokens import Palette

SMALLEST_PX: Final = 6.0


class BoxDrag:
    """Nothing, one corner, or a box."""

    def __init__(self) -> None:
        self.corner: Place | None = None
        self.other: Place | None = None

    def begin(self, corner: Place) -> None:
        """The first corner."""
        self.corner, self.other = corner, None

    def stretch(self, other: Place) -> None:
        """The other corner of now."""
        if self.corner is not None:
            self.other = other

    def clear(self) -> bool:
        """Forget it; whether there was something to forget."""
        was_begun = self.corner is not None
        self.corner = self.other = None
        return was_begun

    def box_px(self, view: Viewport) -> QRectF:
        """The box in logical pixels; empty until it has two corners."""
        if self.corner is None or self.other is None:
            return QRectF()
        return QRectF(QPointF(*view.to_screen(*self.corner)), QPointF(*view.to_screen(*self.other))).normalized()

    def is_box(self, view: Viewport) -> bool:
        """Whether it is more than a click."""
        box = self.box_px(view)
        return min(box.width(), box.height()) >= SMALLEST_PX

    def paint(self, painter: QPainter, view: Viewport, palette: Palette) -> None:
        """Paint the box."""
        box = self.box_px(view)
        if box.isNull():
            return
        painter.setPen(QPen(with_alpha(palette.label_halo, 0.8), 3.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setPen(QPen(QColor(palette.accent), 1.5))
        painter.setBrush(with_alpha(palette.accent, 0.14))
        painter.drawRect(box)


class BoxDragging(MapTool):
    """What the tools share that drag a box; each makes its `_box` and says what becomes of it."""

    _box: BoxDrag

    def end(self) -> None:
        """No box stays."""
        self._box.clear()

    def press(self, pointer: Pointer) -> bool:
        """A box begins."""
        self._box.begin(pointer.place_m)
        self._changed()
        return True

    def drag(self, pointer: Pointer) -> None:
        """It grows."""
        self._box.stretch(pointer.place_m)
        self._stage.repaint()

    def hover(self, pointer: Pointer) -> None:
        """A box that was begun by keys follows; without one nothing is painted anew."""
        if self._box.corner is not None:
            self.drag(pointer)

    def paint(self, painter: QPainter) -> None:
        """The box."""
        self._box.paint(painter, self._stage.view, self._stage.content.palette)
