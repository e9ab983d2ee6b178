"""Map tool: base class of the tools; handles mouse and keys, paints over the map, reports its status."""

from collections.abc import Callable
from typing import ClassVar, Protocol

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.layers.range_rings import RangeRings
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Viewport

Place = tuple[float, float]  # EPSG:3857 metres
_NONE = Qt.KeyboardModifier.NoModifier


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """Position of the pointer: logical pixels of the view, the place there, and the modifier keys."""

    at_px: QPointF
    place_m: Place
    held: Qt.KeyboardModifier = _NONE

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        return bool(self.held & modifier)


class ToolStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Status of a tool: the next step, the current value, and a problem."""

    hint: str = ""
    value: str = ""  # for example a length; can be copied
    problem: str = ""  # why the last gesture was refused


class ToolContext(Protocol):
    """The part of the map that a tool may use."""

    @property
    def view(self) -> Viewport:
        """The visible part of the map."""

    @property
    def content(self) -> MapContent:
        """All that is on the map."""

    @property
    def picture(self) -> MapPicture | None:
        """The latest picture of the workers, for hit tests."""

    def repaint(self) -> None:
        """Repaint, because the tool's own painting has changed."""

    def status_changed(self) -> None:
        """Report that the tool's status has changed."""

    def finished(self, result: object) -> None:
        """Report a result."""

    def show_ranges(self, ranges: tuple[RangeRings, ...]) -> None:
        """Show these range rings and no others."""

    def accepted(self) -> None:
        """Report that the user accepted the result; the first offer is executed."""

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Zoom to a box of logical pixels."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""


class MapTool:
    """Base class of tools. It leaves everything to the map; subclasses override what they need."""

    code: ClassVar[str] = ""
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    def begin(self) -> None:
        """Start; the tool was activated."""

    def end(self) -> None:
        """Stop; the tool was deactivated. Remove everything it shows on the map."""

    def forget(self) -> None:
        """Forget the result, which was closed elsewhere."""

    def status(self) -> ToolStatus:
        """Return the status."""
        return ToolStatus()

    def press(self, pointer: Pointer) -> bool:
        """Handle a press of the left button; return whether the tool takes the following drag."""
        del pointer
        return False

    def drag(self, pointer: Pointer) -> None:
        """Handle cursor moves during the tool's own drag."""

    def release(self, pointer: Pointer) -> None:
        """Handle the end of the tool's own drag; without a drag it was a click."""

    def hover(self, pointer: Pointer) -> None:
        """Handle cursor moves without a button."""

    def click(self, pointer: Pointer) -> bool:
        """Handle a click, or Space for the centre of the view; return whether the tool used it."""
        del pointer
        return False

    def double_click(self, pointer: Pointer) -> bool:
        """Handle a double click; its first click was reported already."""
        del pointer
        return False

    def action_for_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Return the action for a key; None for keys that the tool does not use."""
        del key, held
        return None

    def cancel(self) -> bool:
        """Handle Escape: cancel the current step. Return False if there is none; then the tool is deactivated."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Paint over the map."""

    def _changed(self) -> None:
        self._context.repaint()
        self._context.status_changed()


CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def view_centre(view: Viewport) -> QPointF:
    """Return the pixel in the middle, where Space clicks."""
    return QPointF(view.width_px / 2, view.height_px / 2)
