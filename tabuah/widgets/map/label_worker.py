"""The names as a worker's task: laid out anew when the view has come to rest or the markers have moved."""

from collections.abc import Iterator
from dataclasses import dataclass

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.label_painter import LabelLayer, LabelPainter
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.newest_worker import Peek
from tabuah.widgets.map.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelRequest:
    """A view (already overscanned) whose names are wanted, the part `seen`, and what they must keep clear of."""

    content: MapContent
    view: Viewport
    seen: Viewport
    pixel_ratio: float
    placed: dict[MarkerKind, PlacedMarkers]
    furniture: tuple[Box, ...]


class LabelRenderer:
    """Lays out names in one thread."""

    def __init__(self) -> None:
        self._painter = LabelPainter()

    def render(self, request: LabelRequest, _peek: Peek) -> Iterator[LabelLayer]:
        """The placed names of `request`."""
        yield self._painter.lay_out(
            request.content,
            view=request.view,
            pixel_ratio=request.pixel_ratio,
            placed=request.placed,
            furniture=request.furniture,
            seen=request.seen,
        )
