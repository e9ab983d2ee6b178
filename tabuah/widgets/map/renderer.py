"""Keeps the frames of a moving view up to date: decides what to ask of the workers and holds what they made."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from tabuah.widgets.map.base_worker import BaseRenderer, RenderRequest
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.frames import Frame, same_scale, still_serves
from tabuah.widgets.map.label_painter import LabelLayer
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.label_worker import LabelRenderer, LabelRequest
from tabuah.widgets.map.newest_worker import NewestWorker
from tabuah.widgets.map.overlay_worker import OverlayFrame, OverlayRenderer
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.map.warm_up import warm_up

Look = Callable[[MapContent], tuple[object, ...]]

_REST_MS: Final = 90  # a view that has not moved for so long is at rest: names are laid out for it


class MapRenderer(QObject):
    """Three workers (base, overlay, names) and their newest results.

    Signals:
        frame_arrived: something new can be shown.
        settled: base, overlay and names all show the view as it is.
        failed: a worker could not do its work; the picture that was there stays.
    """

    frame_arrived = Signal()
    settled = Signal()
    failed = Signal(object)

    def __init__(self, furniture: Callable[[], tuple[Box, ...]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        warm_up()
        self.base: Frame | None = None
        self.overlay: OverlayFrame | None = None
        self.labels: LabelLayer | None = None
        self._furniture = furniture
        self._content = MapContent()
        self._view: Viewport | None = None
        self._ratio = 1.0
        self._asked: dict[str, RenderRequest] = {}
        self._labels_asked: LabelRequest | None = None
        self._base_renderer, self._overlay_renderer = BaseRenderer(), OverlayRenderer()
        self._base_worker = NewestWorker("map-base", self._base_renderer.render)
        self._overlay_worker = NewestWorker("map-overlay", self._overlay_renderer.render)
        self._label_worker = NewestWorker("map-labels", LabelRenderer().render)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._connect()

    def show(self, content: MapContent, view: Viewport, pixel_ratio: float) -> None:
        """Work towards showing `view`: what is still good enough is kept, the rest is asked for."""
        moved = view != self._view or pixel_ratio != self._ratio
        self._content, self._view, self._ratio = content, view, pixel_ratio
        request = RenderRequest(content=content, view=view.overscanned(), pixel_ratio=pixel_ratio)
        if not self._serves(self._asked.get("base") or self.base, _base_look):
            self._asked["base"] = request
            self._base_worker.submit(request)
        shown = self.overlay.frame if self.overlay else None
        if not self._serves(self._asked.get("overlay") or shown, _live_look):
            self._asked["overlay"] = request
            self._overlay_worker.submit(request)
        if moved:
            self._rest.start()

    def lay_out_names(self) -> None:
        """Place the names anew: what they must keep clear of has changed."""
        if self._asked or self.base is not None:
            self._rest.start()

    def close(self) -> None:
        """Join the workers; the next `show` starts them again."""
        self._rest.stop()
        self._asked.clear()
        self._labels_asked = None
        for worker in (self._base_worker, self._overlay_worker, self._label_worker):
            worker.close()

    def stopper(self) -> Callable[[], None]:
        """A function that joins the workers and needs no living Qt object."""
        workers = (self._base_worker, self._overlay_worker, self._label_worker)

        def stop() -> None:
            for worker in workers:
                worker.close()

        return stop

    def is_settled(self) -> bool:
        """Whether all that is shown is sharp and current."""
        view, base, overlay, labels = self._view, self.base, self.overlay, self.labels
        if view is None or base is None or overlay is None or labels is None or self._rest.isActive():
            return False
        return (
            self._asked.get("base") is None
            and self._asked.get("overlay") is None
            and self._labels_asked is None
            and all(same_scale(drawn, view) for drawn in (base.view, overlay.frame.view, labels.view))
        )

    def _connect(self) -> None:
        self._base_worker.delivery.done.connect(self._on_base_drawn)
        self._overlay_worker.delivery.done.connect(self._on_overlay_drawn)
        self._label_worker.delivery.done.connect(self._on_labels_laid_out)
        for worker in (self._base_worker, self._overlay_worker, self._label_worker):
            worker.delivery.failed.connect(self._on_failed)
        self._rest.timeout.connect(self._on_view_at_rest)

    def _serves(self, newest: RenderRequest | Frame | None, look: Look) -> bool:
        """Whether what was asked for last, or else what is shown, still serves the view and the content."""
        if newest is None or self._view is None or newest.pixel_ratio != self._ratio:
            return False
        return look(newest.content) == look(self._content) and still_serves(newest.view, self._view)

    @Slot(object)
    def _on_base_drawn(self, frame: Frame) -> None:
        if self.base is not None:
            self._base_renderer.buffers.give_back(self.base.image)
        self.base = frame
        self._on_arrived("base", frame)

    @Slot(object)
    def _on_overlay_drawn(self, drawn: OverlayFrame) -> None:
        if self.overlay is not None:
            self._overlay_renderer.buffers.give_back(self.overlay.frame.image)
        moved = self.overlay is None or drawn.placed != self.overlay.placed or self._hides_others(drawn)
        self.overlay = drawn
        self._on_arrived("overlay", drawn.frame)
        if moved and not self._rest.isActive():
            self._ask_for_labels()

    def _hides_others(self, drawn: OverlayFrame) -> bool:
        return self.overlay is not None and drawn.frame.content.hidden != self.overlay.frame.content.hidden

    @Slot(object)
    def _on_labels_laid_out(self, labels: LabelLayer) -> None:
        self.labels = labels
        asked = self._labels_asked
        if asked is not None and asked.view == labels.view and asked.content is labels.content:
            self._labels_asked = None
        self._tell()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._asked.clear()
        self._labels_asked = None
        self.failed.emit(error)

    @Slot()
    def _on_view_at_rest(self) -> None:
        self._ask_for_labels()
        self._tell()

    def _on_arrived(self, which: str, frame: Frame) -> None:
        asked = self._asked.get(which)
        if asked is not None and asked.view == frame.view and asked.content is frame.content:
            del self._asked[which]
        if which == "base" and not self._names_fit():
            self._ask_for_labels()
        self._tell()

    def _names_fit(self) -> bool:
        labels, view = self.labels, self._view
        if labels is None or view is None or not same_scale(labels.view, view):
            return False
        return _base_look(labels.content) == _base_look(self._content)

    def _ask_for_labels(self) -> None:
        if self._view is None:
            return
        request = LabelRequest(
            content=self._content,
            view=self._view.overscanned(),
            pixel_ratio=self._ratio,
            placed=self.overlay.placed if self.overlay else {},
            furniture=_overscanned_boxes(self._furniture(), self._view),
        )
        self._labels_asked = request
        self._label_worker.submit(request)

    def _tell(self) -> None:
        self.frame_arrived.emit()
        if self.is_settled():
            self.settled.emit()


def _base_look(content: MapContent) -> tuple[object, ...]:
    """What the base picture depends on; layers by identity, for they are never changed."""
    layers = tuple(map(id, content.base_layers()))
    return layers, content.hidden, content.palette, content.text_scale


def _live_look(content: MapContent) -> tuple[object, ...]:
    """What the overlay depends on; values by identity, for they are never changed."""
    values = (content.stations, content.incidents, content.units, content.areas)
    return tuple(map(id, values)), content.hidden, content.palette


def _overscanned_boxes(boxes: tuple[Box, ...], view: Viewport) -> tuple[Box, ...]:
    """Boxes of the view in the pixels of its overscanned one."""
    wide = view.overscanned()
    dx, dy = (wide.width_px - view.width_px) / 2, (wide.height_px - view.height_px) / 2
    return tuple((left + dx, top + dy, right + dx, bottom + dy) for left, top, right, bottom in boxes)
