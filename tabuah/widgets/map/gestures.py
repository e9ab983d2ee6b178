"""Mouse, wheel, touch pad and touch gestures on the map."""

from typing import Final, Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

_NOTCH: Final = 120.0  # eighths of a degree of one wheel step
_STEP: Final = 2.0**0.5  # zoom factor of one wheel step
_STILL_PX: Final = 4.0  # a press that moves less is a click
_SMALLEST_BOX_PX: Final = 8.0


class MapCommands(Protocol):
    """Commands that gestures send to the map; positions in logical pixels."""

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Drag the map."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Zoom to a box."""

    def click_at(self, at_px: QPointF) -> None:
        """Select, or pick a place."""

    def point_at(self, at_px: QPointF) -> None:
        """Show the hover card of what is under the cursor."""

    def show_box(self, box_px: QRectF | None) -> None:
        """Show the box that is being drawn."""

    def show_grip(self, *, gripped: bool) -> None:
        """Show whether the map is being dragged."""


class MapGestures:
    """Translates events into commands; tracks the current drag, box or click."""

    def __init__(self, verbs: MapCommands) -> None:
        self._verbs = verbs
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._moved = False
        self._is_box = False

    def press(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._pressed = self._last = event.position()
        self._moved = False
        self._is_box = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            self._verbs.point_at(at)
            return
        self._moved = self._moved or (at - self._pressed).manhattanLength() > _STILL_PX
        if self._is_box:
            self._verbs.show_box(QRectF(self._pressed, at).normalized())
        elif self._moved:
            self._verbs.show_grip(gripped=True)
            self._verbs.pan_by(at.x() - self._last.x(), at.y() - self._last.y())
            self._last = at

    def release(self, event: QMouseEvent) -> None:
        """Finish a click, a drag or a box."""
        if self._pressed is None:
            return
        box = QRectF(self._pressed, event.position()).normalized()
        pressed, was_box, moved = self._pressed, self._is_box, self._moved
        self.cancel()
        if was_box and min(box.width(), box.height()) >= _SMALLEST_BOX_PX:
            self._verbs.zoom_to_box(box)
        elif not moved:
            self._verbs.click_at(pressed)

    def double_click(self, event: QMouseEvent) -> None:
        """Zoom in at the cursor."""
        self.cancel()
        self._verbs.zoom_at(2.0, event.position())

    def cancel(self) -> None:
        """Cancel the current drag or box."""
        self._pressed = None
        self._is_box = False
        self._verbs.show_box(None)
        self._verbs.show_grip(gripped=False)

    @property
    def is_active(self) -> bool:
        """Whether a button is held."""
        return self._pressed is not None

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; touch pads zoom in fine steps."""
        steps = event.angleDelta().y() / _NOTCH
        if steps:
            self._verbs.zoom_at(_STEP**steps, event.position())

    def touch(self, event: QEvent) -> bool:
        """Handle two-finger gestures of a touch screen or touch pad; return whether the event was one."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._verbs.zoom_at(1.0 + event.value(), event.position())
                return True
            return False
        pinch = event.gesture(Qt.GestureType.PinchGesture) if isinstance(event, QGestureEvent) else None
        if not isinstance(pinch, QPinchGesture):
            return False
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self._verbs.pan_by(moved.x(), moved.y())
        self._verbs.zoom_at(pinch.scaleFactor(), pinch.centerPoint())
        return True
