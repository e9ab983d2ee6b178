"""Zooming by hand: a box fills the view, a click comes closer, Alt and a click go farther."""

from typing import ClassVar

from PySide6.QtCore import Qt

from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.box_drag import BoxDrag, BoxDragging
from tabuah.widgets.map.tools.tool import ALT, Pointer, Stage, ToolWords

_STEP = 2.0


class ZoomTool(BoxDragging):
    """Stays until it is left, so that several boxes can follow each other."""

    code: ClassVar[str] = "zoom"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._box = BoxDrag()

    def words(self) -> ToolWords:
        """What to do next."""
        if self._box.corner is None:
            return ToolWords(hint=_("Drag a box, or click to come closer · Alt + click goes farther"))
        return ToolWords(hint=_("Drag to the other corner · Space sets it · Esc drops the box"))

    def release(self, pointer: Pointer) -> None:
        """It fills the view; without a box it was a click."""
        self._box.stretch(pointer.place_m)
        if not self._zoom():
            self._box.clear()
            self._stage.zoom_at(1 / _STEP if pointer.holds(ALT) else _STEP, pointer.at_px)
        self._changed()

    def click(self, pointer: Pointer) -> bool:
        """By keys: one corner, then the other."""
        if self._box.corner is None:
            self._box.begin(pointer.place_m)
        else:
            self._box.stretch(pointer.place_m)
            self._zoom()
        self._changed()
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """The second click of two comes closer, too."""
        self._stage.zoom_at(1 / _STEP if pointer.holds(ALT) else _STEP, pointer.at_px)
        return True

    def step_back(self) -> bool:
        """Drop the box."""
        dropped = self._box.clear()
        self._changed()
        return dropped

    def _zoom(self) -> bool:
        if not self._box.is_box(self._stage.view):
            return False
        box = self._box.box_px(self._stage.view)
        self._box.clear()
        self._stage.zoom_to_box(box)
        return True
