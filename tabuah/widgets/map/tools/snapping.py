"""Snapping: a vertex that comes close to a vertex or an edge of a visible layer is put right on it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools.layer_shapes import Near
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport

REACH_PX: Final = 10.0


class SnapKind(StrEnum):
    """What was snapped to."""

    VERTEX = "vertex"
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Snap:
    """Where, EPSG:3857 metres, and to what."""

    place_m: Place
    kind: SnapKind


class Snapper:
    """Looks for something to snap to; vertices win over edges."""

    def __init__(self, shelf: ShapeShelf) -> None:
        self._shelf = shelf

    def snap(self, content: MapContent, view: Viewport, place_m: Place) -> Snap | None:
        """What lies within 10 px of a place; None when nothing does."""
        reach_m = REACH_PX * view.metres_per_px
        vertices: list[Near] = []
        edges: list[Near] = []
        for shapes in self._shelf.visible(content, view.metres_per_px):
            vertex, edge = shapes.nearest(place_m, reach_m)
            vertices += [vertex] if vertex else []
            edges += [edge] if edge else []
        for found, kind in ((vertices, SnapKind.VERTEX), (edges, SnapKind.EDGE)):
            if found:
                return Snap(min(found, key=lambda near: near.away_m).place_m, kind)
        return None
