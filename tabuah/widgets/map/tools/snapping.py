"""Snapping: move a vertex onto a nearby vertex or edge of a visible layer."""

from enum import StrEnum
from typing import Final

import msgspec

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.layer_shapes import NearestPoint
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport

REACH_PX: Final = 10.0


class SnapKind(StrEnum):
    """Kind of the snap target."""

    VERTEX = "vertex"
    EDGE = "edge"


class Snap(msgspec.Struct, frozen=True):
    """Place (EPSG:3857 metres) and kind of the snap target."""

    place_m: Place
    kind: SnapKind


class Snapper:
    """Finds snap targets; vertices win over edges."""

    def __init__(self, layer_index: LayerIndex) -> None:
        self._layer_index = layer_index

    def snap(self, content: MapContent, view: Viewport, place_m: Place) -> Snap | None:
        """Return the target within 10 px of a place; None if there is none."""
        reach_m = REACH_PX * view.metres_per_px
        vertices: list[NearestPoint] = []
        edges: list[NearestPoint] = []
        for shapes in self._layer_index.visible(content, view.metres_per_px):
            vertex, edge = shapes.nearest(place_m, reach_m)
            vertices += [vertex] if vertex else []
            edges += [edge] if edge else []
        for found, kind in ((vertices, SnapKind.VERTEX), (edges, SnapKind.EDGE)):
            if found:
                return Snap(min(found, key=lambda near: near.away_m).place_m, kind)
        return None
