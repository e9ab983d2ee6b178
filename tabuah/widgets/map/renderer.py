"""Keeps the picture of a moving view up to date: decides what to ask of the workers and holds what they made."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from tabuah.widgets.map.base_picture import BaseScene, base_look
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.frames import same_scale, still_serves
from tabuah.widgets.map.label_painter import LabelLayer
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.label_worker import LabelRenderer, LabelRequest
from tabuah.widgets.map.layer_notes import LayerNote
from tabuah.widgets.map.newest_worker import NewestWorker
from tabuah.widgets.map.picture_worker import MapPicture, PictureRenderer
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.map.warm_up import warm_up

_REST_MS: Final = 90  # a view that has not moved for so long is at rest: names are laid out for it


class MapRenderer(QObject):
    """Two workers (picture and names) and their newest results.

    Signals:
        frame_arrived: something new can be shown.
        settled: picture and names show the view as it is.
        notes_changed: a layer with a file fares otherwise than before (see `notes`).
        failed: a worker could not do its work; the picture that was there stays.
    """

    frame_arrived = Signal()
    settled = Signal()
    notes_changed = Signal()
    failed = Signal(object)

    def __init__(self, furniture: Callable[[], tuple[Box, ...]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        warm_up()
        self.picture: MapPicture | None = None
        self.labels: LabelLayer | None = None
        self.notes: dict[str, LayerNote] = {}  # how the layers fare that may go missing
        self._furniture = furniture
        self._content = MapContent()
        self._view: Viewport | None = None
        self._ratio = 1.0
        self._asked: BaseScene | None = None  # what was asked for last, until it is all there
        self._labels_asked: LabelRequest | None = None
        self._picture_renderer = PictureRenderer()
        self._picture_worker = NewestWorker(
            "map-picture", self._picture_renderer.render, finish=self._picture_renderer.close
        )
        self._label_worker = NewestWorker("map-labels", LabelRenderer().render)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._connect()

    def show(self, content: MapContent, view: Viewport, pixel_ratio: float) -> None:
        """Work towards showing `view`: what is still good enough is kept, the rest is asked for."""
        moved = view != self._view or pixel_ratio != self._ratio
        self._content, self._view, self._ratio = content, view, pixel_ratio
        newest = self._newest()
        serves = newest is not None and newest.pixel_ratio == pixel_ratio and still_serves(newest.view, view)
        if newest is None or not serves or _look(newest.content) != _look(content):
            wanted = newest.view if newest is not None and serves else self._on_grid(view.overscanned(), newest)
            self._asked = BaseScene(content=content, view=wanted, pixel_ratio=pixel_ratio)
            self._picture_worker.submit(self._asked)
        if moved:
            self._rest.start()

    def lay_out_names(self) -> None:
        """Place the names anew: what they must keep clear of has changed."""
        if self._newest() is not None:
            self._rest.start()

    def close(self) -> None:
        """Join the workers; the next `show` starts them again."""
        self._rest.stop()
        self._asked = self._labels_asked = None
        self.stopper()()

    def stopper(self) -> Callable[[], None]:
        """A function that joins the workers and needs no living Qt object."""
        workers = (self._picture_worker, self._label_worker)

        def stop() -> None:
            for worker in workers:
                worker.close()

        return stop

    def is_settled(self) -> bool:
        """Whether all that is shown is sharp and current."""
        view, picture, labels = self._view, self.picture, self.labels
        if view is None or picture is None or labels is None or self._rest.isActive():
            return False
        asked_for_nothing = self._asked is None and self._labels_asked is None
        return asked_for_nothing and same_scale(picture.frame.view, view) and same_scale(labels.view, view)

    def _connect(self) -> None:
        self._picture_worker.delivery.done.connect(self._on_picture_drawn)
        self._label_worker.delivery.done.connect(self._on_labels_laid_out)
        for worker in (self._picture_worker, self._label_worker):
            worker.delivery.failed.connect(self._on_failed)
        self._rest.timeout.connect(self._on_view_at_rest)

    def _newest(self) -> BaseScene | None:
        """What was asked for last, or else what is shown and whole."""
        return self._asked or (self.picture.scene if self.picture and self.picture.is_final else None)

    def _on_grid(self, wanted: Viewport, newest: BaseScene | None) -> Viewport:
        """`wanted` moved by less than a pixel so that what is painted already falls on the same pixels."""
        if newest is None or newest.pixel_ratio != self._ratio or not same_scale(newest.view, wanted):
            return wanted
        step_m = wanted.metres_per_px / self._ratio
        columns = round((wanted.centre_x_m - newest.view.centre_x_m) / step_m)
        rows = round((wanted.centre_y_m - newest.view.centre_y_m) / step_m)
        return wanted.centred_on(newest.view.centre_x_m + columns * step_m, newest.view.centre_y_m + rows * step_m)

    @Slot(object)
    def _on_picture_drawn(self, picture: MapPicture) -> None:
        before, self.picture = self.picture, picture
        if before is not None:
            self._picture_renderer.buffers.give_back(before.frame.image)
        if picture.notes != self.notes:
            self.notes = picture.notes
            self.notes_changed.emit()
        if picture.is_final and picture.scene is self._asked:
            self._asked = None
        if not self._names_fit() or (self._changes_names(before, picture) and not self._rest.isActive()):
            self._ask_for_labels()
        self._tell()

    def _changes_names(self, before: MapPicture | None, picture: MapPicture) -> bool:
        """Whether markers or the words on distances lie elsewhere than when the names were placed around them."""
        if before is None or picture.placed != before.placed:
            return True
        now, then = picture.frame.content, before.frame.content
        return now.hidden != then.hidden or now.ranges is not then.ranges

    @Slot(object)
    def _on_labels_laid_out(self, labels: LabelLayer) -> None:
        self.labels = labels
        asked = self._labels_asked
        if asked is not None and asked.view == labels.view and asked.content is labels.content:
            self._labels_asked = None
        self._tell()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._asked = self._labels_asked = None
        self.failed.emit(error)

    @Slot()
    def _on_view_at_rest(self) -> None:
        self._ask_for_labels()
        self._tell()

    def _names_fit(self) -> bool:
        """Whether the names that are there, or will soon be, are those of this scale and look."""
        names, view = self._labels_asked or self.labels, self._view
        if names is None or view is None or not same_scale(names.view, view):
            return False
        return _name_look(names.content) == _name_look(self._content)

    def _ask_for_labels(self) -> None:
        if self._view is None:
            return
        request = LabelRequest(
            content=self._content,
            view=self._view.overscanned(),
            seen=self._view,
            pixel_ratio=self._ratio,
            placed=self.picture.placed if self.picture else {},
            furniture=_overscanned_boxes(self._furniture(), self._view),
        )
        self._labels_asked = request
        self._label_worker.submit(request)

    def _tell(self) -> None:
        self.frame_arrived.emit()
        if self.is_settled():
            self.settled.emit()


def _look(content: MapContent) -> tuple[object, ...]:
    """What the picture depends on besides the view; values by identity, for they are never changed."""
    values = (content.stations, content.incidents, content.units, content.areas, content.ranges)
    return tuple(map(id, values)), content.spread, base_look(content)


def _name_look(content: MapContent) -> tuple[object, ...]:
    return base_look(content), content.text_scale


def _overscanned_boxes(boxes: tuple[Box, ...], view: Viewport) -> tuple[Box, ...]:
    """Boxes of the view in the pixels of its overscanned one."""
    wide = view.overscanned()
    dx, dy = (wide.width_px - view.width_px) / 2, (wide.height_px - view.height_px) / 2
    return tuple((left + dx, top + dy, right + dx, bottom + dy) for left, top, right, bottom in boxes)
