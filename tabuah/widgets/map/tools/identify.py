"""Asking what lies at a place, through all layers that are shown."""

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.found import REACH_PX, found_at
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.tool import MapTool, Place, Pointer, Stage, ToolWords


class IdentifyTool(MapTool):
    """A click asks; the answer is listed in a card."""

    code: ClassVar[str] = "identify"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.WhatsThisCursor

    def __init__(self, stage: Stage, shelf: ShapeShelf) -> None:
        super().__init__(stage)
        self._shelf = shelf
        self._asked: Place | None = None

    def end(self) -> None:
        """The question is gone."""
        self._asked = None

    def forget(self) -> None:
        """The card was closed."""
        self._asked = None
        self._changed()

    def words(self) -> ToolWords:
        """What to do next."""
        if self._asked is None:
            return ToolWords(hint=_("Click to see what lies there · Space asks about the middle of the map"))
        return ToolWords(hint=_("Choose from the list, or click elsewhere · Esc clears"))

    def click(self, pointer: Pointer) -> bool:
        """Ask about this place."""
        self._asked = pointer.place_m
        self._shelf.when_ready(self._answer)
        self._changed()
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """The second click of two asks nothing new."""
        del pointer
        return True

    def step_back(self) -> bool:
        """Clear the answer."""
        was_asked, self._asked = self._asked is not None, None
        if was_asked:
            self._stage.finished(None)
            self._changed()
        return was_asked

    def paint(self, painter: QPainter) -> None:
        """A ring as wide as the reach, where was asked."""
        if self._asked is None:
            return
        at, palette = QPointF(*self._stage.view.to_screen(*self._asked)), self._stage.content.palette
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
            painter.setPen(pen)
            painter.drawEllipse(at, REACH_PX, REACH_PX)
            painter.drawPoint(at)

    def _answer(self) -> None:
        stage, asked = self._stage, self._asked
        if asked is not None:
            stage.finished(found_at(stage.picture, stage.content, stage.view, place_m=asked, shelf=self._shelf))
