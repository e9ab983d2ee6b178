"""Tool context: the part of the map that tools may use, and the listener for their results."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from tabuah.gis.layers.range_rings import RangeRings
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.tools.map_query import QueryResult
from tabuah.widgets.map.tools.sketch import Sketch
from tabuah.widgets.map.viewport import Viewport


class ToolMap(Protocol):
    """The part of the map that the tools need."""

    @property
    def view(self) -> Viewport:
        """The visible part of the map."""

    @property
    def content(self) -> MapContent:
        """All that is on the map."""

    @property
    def picture(self) -> MapPicture | None:
        """The latest picture of the workers."""

    def paint_soon(self) -> None:
        """Schedule a repaint."""

    def setCursor(self, cursor: Qt.CursorShape) -> None:
        """Change the cursor."""

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Zoom to a box of logical pixels."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None: ...


class ToolListener(Protocol):
    """Receives what the tools report; every method emits a signal in the end."""

    def report_status(self) -> None:
        """The status of the active tool has changed."""

    def report_sketch(self, sketch: Sketch) -> None:
        """The sketch has changed."""

    def report_ranges(self, ranges: tuple[RangeRings, ...]) -> None:
        """The range rings have changed."""

    def show_results(self, found: QueryResult | None) -> None:
        """A query has a result, or the result was cleared (None)."""

    def report_accepted(self) -> None:
        """The user accepted the sketch."""


class MapToolContext:
    """Connects a tool to the map."""

    def __init__(self, canvas: ToolMap, listener: ToolListener) -> None:
        self._map, self._listener = canvas, listener

    @property
    def view(self) -> Viewport:
        """The visible part of the map."""
        return self._map.view

    @property
    def content(self) -> MapContent:
        """All that is on the map."""
        return self._map.content

    @property
    def picture(self) -> MapPicture | None:
        """The latest picture of the workers."""
        return self._map.picture

    def repaint(self) -> None:
        """Repaint, because the tool's own painting has changed."""
        self._map.paint_soon()

    def status_changed(self) -> None:
        """Report that the tool's status has changed."""
        self._listener.report_status()

    def finished(self, result: object) -> None:
        """Report a result: a sketch, a query result, or None if it was cleared."""
        if isinstance(result, Sketch):
            self._listener.report_sketch(result)
        elif result is None or isinstance(result, QueryResult):
            self._listener.show_results(result)

    def show_ranges(self, ranges: tuple[RangeRings, ...]) -> None:
        """Show these range rings and no others."""
        self._listener.report_ranges(ranges)

    def accepted(self) -> None:
        """Report that the user accepted the sketch."""
        self._listener.report_accepted()

    def zoom_to_box(self, box_px: QRectF) -> None:
        self._map.zoom_to_box(box_px)

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""
        self._map.zoom_at(factor, at_px)
