"""Identify tool: query what lies at a place in all visible layers."""

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.resources.localisation import _
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.map_query import REACH_PX, query_at
from tabuah.widgets.map.tools.tool import MapTool, Place, Pointer, ToolContext, ToolStatus


class IdentifyTool(MapTool):
    """Queries the clicked place; a card lists the result."""

    code: ClassVar[str] = "identify"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.WhatsThisCursor

    def __init__(self, context: ToolContext, layer_index: LayerIndex) -> None:
        super().__init__(context)
        self._layer_index = layer_index
        self._asked: Place | None = None

    def end(self) -> None:
        self._asked = None

    def forget(self) -> None:
        """Clear the mark, because the card was closed."""
        self._asked = None
        self._changed()

    def status(self) -> ToolStatus:
        if self._asked is None:
            return ToolStatus(hint=_("Click a place to query it · Space queries the centre of the map"))
        return ToolStatus(hint=_("Choose from the list, or click elsewhere · Esc clears"))

    def click(self, pointer: Pointer) -> bool:
        """Query this place."""
        self._asked = pointer.place_m
        self._layer_index.when_ready(self._answer)
        self._changed()
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Ignore the second click of a double click."""
        del pointer
        return True

    def cancel(self) -> bool:
        """Clear the result."""
        was_asked, self._asked = self._asked is not None, None
        if was_asked:
            self._context.finished(None)
            self._changed()
        return was_asked

    def paint(self, painter: QPainter) -> None:
        """Paint a ring of the search radius around the queried place."""
        if self._asked is None:
            return
        at, palette = QPointF(*self._context.view.to_screen(*self._asked)), self._context.content.palette
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
            painter.setPen(pen)
            painter.drawEllipse(at, REACH_PX, REACH_PX)
            painter.drawPoint(at)

    def _answer(self) -> None:
        context, asked = self._context, self._asked
        if asked is not None:
            context.finished(
                query_at(context.picture, context.content, context.view, place_m=asked, layer_index=self._layer_index)
            )
