"""Pan tool and zoom tool."""

from typing import ClassVar

from PySide6.QtCore import Qt

from tabuah.resources.localisation import _
from tabuah.widgets.map.tools.box_drag import BoxDrag, BoxDragTool
from tabuah.widgets.map.tools.tool import ALT, MapTool, Pointer, ToolContext, ToolStatus


class PanTool(MapTool):
    """The default tool: only the map's own gestures, which pan, zoom, select and hover."""

    code: ClassVar[str] = "pan"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.ArrowCursor


_STEP = 2.0


class ZoomTool(BoxDragTool):
    """Zooms to a dragged box, zooms in on click and out on Alt+click. It stays active for further boxes."""

    code: ClassVar[str] = "zoom"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._box = BoxDrag()

    def status(self) -> ToolStatus:
        if self._box.corner is None:
            return ToolStatus(hint=_("Drag a box, or click to zoom in · Alt + click zooms out"))
        return ToolStatus(hint=_("Drag to the other corner · Space sets it · Esc cancels the box"))

    def release(self, pointer: Pointer) -> None:
        """Zoom to the box; without a box it was a click."""
        self._box.stretch(pointer.place_m)
        if not self._zoom():
            self._box.clear()
            self._context.zoom_at(1 / _STEP if pointer.holds(ALT) else _STEP, pointer.at_px)
        self._changed()

    def click(self, pointer: Pointer) -> bool:
        """By keys: set one corner, then the other."""
        if self._box.corner is None:
            self._box.begin(pointer.place_m)
        else:
            self._box.stretch(pointer.place_m)
            self._zoom()
        self._changed()
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Zoom in by the second click, too."""
        self._context.zoom_at(1 / _STEP if pointer.holds(ALT) else _STEP, pointer.at_px)
        return True

    def cancel(self) -> bool:
        dropped = self._box.clear()
        self._changed()
        return dropped

    def _zoom(self) -> bool:
        if not self._box.is_box(self._context.view):
            return False
        box = self._box.box_px(self._context.view)
        self._box.clear()
        self._context.zoom_to_box(box)
        return True
