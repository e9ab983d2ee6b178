"""The overlay renderer as a worker's task: a frame of the live markers with the places to hit-test."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from tabuah.widgets.map.base_worker import RenderRequest
from tabuah.widgets.map.frames import Frame, FrameBuffers
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.newest_worker import Peek
from tabuah.widgets.map.overlay_painter import OverlayPainter
from tabuah.widgets.map.placed_markers import PlacedMarkers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverlayFrame:
    """A rendered overlay and where its markers are."""

    frame: Frame
    placed: dict[MarkerKind, PlacedMarkers]


class OverlayRenderer:
    """Draws overlay frames in one thread; the shown buffer comes back through `buffers.give_back`."""

    def __init__(self) -> None:
        self.buffers = FrameBuffers(QImage.Format.Format_ARGB32_Premultiplied)
        self._painter = OverlayPainter()

    def render(self, request: RenderRequest, _peek: Peek) -> OverlayFrame:
        """The overlay of `request`; markers change faster than views, so none is given up."""
        view, ratio = request.view, request.pixel_ratio
        image = self.buffers.take(round(view.width_px * ratio), round(view.height_px * ratio))
        filled = self._painter.paint(image, request.content, view=view, pixel_ratio=ratio)
        frame = Frame(image=image, content=request.content, view=view, pixel_ratio=ratio, filled=filled)
        return OverlayFrame(frame=frame, placed=dict(self._painter.placed))
