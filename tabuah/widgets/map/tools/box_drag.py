"""Box drag: a box between two corners, set by mouse or by keys, fixed to its place on the map."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.map.tools.tool import MapTool, Place, Pointer
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import with_alpha
from tabuah.widgets.theme.design_tokens import Palette

SMALLEST_PX: Final = 6.0


class BoxDrag:
    """Holds nothing, one corner, or a box."""

    def __init__(self) -> None:
        self.corner: Place | None = None
        self.other: Place | None = None

    def begin(self, corner: Place) -> None:
        """Set the first corner."""
        self.corner, self.other = corner, None

    def stretch(self, other: Place) -> None:
        """Set the opposite corner."""
        if self.corner is not None:
            self.other = other

    def clear(self) -> bool:
        """Clear the box; return whether there was one."""
        was_begun = self.corner is not None
        self.corner = self.other = None
        return was_begun

    def box_px(self, view: Viewport) -> QRectF:
        """Return the box in logical pixels; empty until it has two corners."""
        if self.corner is None or self.other is None:
            return QRectF()
        return QRectF(QPointF(*view.to_screen(*self.corner)), QPointF(*view.to_screen(*self.other))).normalized()

    def is_box(self, view: Viewport) -> bool:
        """Return whether the box is larger than a click."""
        box = self.box_px(view)
        return min(box.width(), box.height()) >= SMALLEST_PX

    def paint(self, painter: QPainter, view: Viewport, palette: Palette) -> None:
        box = self.box_px(view)
        if box.isNull():
            return
        painter.setPen(QPen(with_alpha(palette.label_halo, 0.8), 3.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setPen(QPen(QColor(palette.accent), 1.5))
        painter.setBrush(with_alpha(palette.accent, 0.14))
        painter.drawRect(box)


class BoxDragTool(MapTool):
    """Base class of tools that drag a box. A subclass creates `_box` and uses the result."""

    _box: BoxDrag

    def end(self) -> None:
        self._box.clear()

    def press(self, pointer: Pointer) -> bool:
        """Start a box."""
        self._box.begin(pointer.place_m)
        self._changed()
        return True

    def drag(self, pointer: Pointer) -> None:
        self._box.stretch(pointer.place_m)
        self._context.repaint()

    def hover(self, pointer: Pointer) -> None:
        """Update a box that was started by keys; without a box nothing is repainted."""
        if self._box.corner is not None:
            self.drag(pointer)

    def paint(self, painter: QPainter) -> None:
        self._box.paint(painter, self._context.view, self._context.content.palette)
