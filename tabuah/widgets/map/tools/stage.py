"""The map as its tools see it: what they may ask of it, and what becomes of what they tell."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from tabuah.gis.layers.ranges import Ranges
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.picture_worker import MapPicture
from tabuah.widgets.map.tools.found import Found
from tabuah.widgets.map.tools.sketch import Sketch
from tabuah.widgets.map.viewport import Viewport


class MapOfTools(Protocol):
    """What the tools need of the map they work on."""

    @property
    def view(self) -> Viewport:
        """The part that is shown."""

    @property
    def content(self) -> MapContent:
        """All that is on the map."""

    @property
    def picture(self) -> MapPicture | None:
        """What the workers drew last."""

    def paint_soon(self) -> None:
        """Paint anew."""

    def setCursor(self, cursor: Qt.CursorShape) -> None:
        """Show another cursor."""

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Make a box fill the view."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""


class Tellers(Protocol):
    """Whom the tools tell; all of it is a signal in the end."""

    def tell_words(self) -> None:
        """The tool in hand has something else to say."""

    def tell_sketch(self, sketch: Sketch) -> None:
        """What is drawn has changed."""

    def tell_ranges(self, ranges: tuple[Ranges, ...]) -> None:
        """Other distances around places are wanted on the map."""

    def show_found(self, found: Found | None) -> None:
        """Something was found, or what was found is to be forgotten."""

    def tell_accepted(self) -> None:
        """The figure is good as it is."""


class MapStage:
    """Stands between a tool and the map."""

    def __init__(self, canvas: MapOfTools, tellers: Tellers) -> None:
        self._map, self._tellers = canvas, tellers

    @property
    def view(self) -> Viewport:
        """The part that is shown."""
        return self._map.view

    @property
    def content(self) -> MapContent:
        """All that is on the map."""
        return self._map.content

    @property
    def picture(self) -> MapPicture | None:
        """What the workers drew last."""
        return self._map.picture

    def repaint(self) -> None:
        """Something that the tool paints has changed."""
        self._map.paint_soon()

    def words_changed(self) -> None:
        """The tool has something else to say."""
        self._tellers.tell_words()

    def finished(self, result: object) -> None:
        """The tool has a result: a figure, what it found, or None when that is to be forgotten."""
        if isinstance(result, Sketch):
            self._tellers.tell_sketch(result)
        elif result is None or isinstance(result, Found):
            self._tellers.show_found(result)

    def show_ranges(self, ranges: tuple[Ranges, ...]) -> None:
        """Draw these distances around places, and no others."""
        self._tellers.tell_ranges(ranges)

    def accepted(self) -> None:
        """The figure is good as it is."""
        self._tellers.tell_accepted()

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Make a box of logical pixels fill the view."""
        self._map.zoom_to_box(box_px)

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""
        self._map.zoom_at(factor, at_px)
