"""The base renderer as a worker's task: the newest request becomes a frame, an overtaken zoom is given up."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from tabuah.widgets.map.base_painter import BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.frames import Frame, FrameBuffers, same_scale
from tabuah.widgets.map.newest_worker import Peek
from tabuah.widgets.map.viewport import Viewport

_PATIENCE = 2  # how many frames in a row may be given up, so that a long zoom still shows something


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RenderRequest:
    """A view (already overscanned) to be drawn with a content."""

    content: MapContent
    view: Viewport
    pixel_ratio: float


class BaseRenderer:
    """Draws base frames in one thread; the shown buffer comes back through `buffers.give_back`."""

    def __init__(self) -> None:
        self.buffers = FrameBuffers(QImage.Format.Format_RGB32)
        self._painter = BasePainter()
        self._layers: tuple[int, ...] = ()
        self._given_up = 0

    def render(self, request: RenderRequest, peek: Peek) -> Frame | None:
        """The frame of `request`; None when a newer request wants another scale."""

        def overtaken() -> bool:
            newer = peek()
            return newer is not None and not same_scale(newer.view, request.view)

        self._tidy(request.content)
        view, ratio = request.view, request.pixel_ratio
        image = self.buffers.take(round(view.width_px * ratio), round(view.height_px * ratio))
        may_stop = self._given_up < _PATIENCE
        if self._painter.paint(
            image,
            request.content,
            view=view,
            pixel_ratio=ratio,
            given_up=overtaken if may_stop else lambda: False,
        ):
            self._given_up = 0
            return Frame(image=image, content=request.content, view=view, pixel_ratio=ratio)
        self._given_up += 1
        self.buffers.give_back(image)
        return None

    def _tidy(self, content: MapContent) -> None:
        layers = tuple(map(id, content.base_layers()))
        if layers != self._layers:
            self._painter.forget_unused(content)
            self._layers = layers
