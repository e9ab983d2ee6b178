"""Map renderer: keeps the picture of a moving view up to date with two workers."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from tabuah.widgets.map.base_map.base_picture import BaseScene, base_cache_key
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.labels.label_painter import LabelLayer, LabelRenderer, LabelRequest
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.layers.layer_notes import LayerNote
from tabuah.widgets.map.rendering.frame_buffers import covers_view, has_same_scale
from tabuah.widgets.map.rendering.latest_request_worker import LatestRequestWorker
from tabuah.widgets.map.rendering.picture_worker import MapPicture, PictureRenderer
from tabuah.widgets.map.rendering.warm_up import warm_up
from tabuah.widgets.map.viewport import Viewport

_REST_MS: Final = 90  # the view is at rest if it has not moved for this long; then labels are placed


class MapRenderer(QObject):
    """Two workers (picture and labels) and their latest results.

    Signals:
        frame_arrived: a new picture can be shown.
        settled: picture and labels match the view.
        notes_changed: the status of a layer has changed (see `notes`).
        failed: a worker failed; the previous picture stays.
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
        self.notes: dict[str, LayerNote] = {}  # status of layers that may be missing
        self._furniture = furniture
        self._content = MapContent()
        self._view: Viewport | None = None
        self._ratio = 1.0
        self._asked: BaseScene | None = None  # the latest request, until it is complete
        self._labels_asked: LabelRequest | None = None
        self._last_labels: LabelRequest | None = None  # the latest request, complete or not
        self._picture_renderer = PictureRenderer()
        self._picture_worker = LatestRequestWorker(
            "map-picture", self._picture_renderer.render, finish=self._picture_renderer.close
        )
        self._label_worker = LatestRequestWorker("map-labels", LabelRenderer().render)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._connect()

    def show(self, content: MapContent, view: Viewport, pixel_ratio: float) -> None:
        """Request what is missing for `view`; reuse what is still good enough."""
        moved = view != self._view or pixel_ratio != self._ratio
        self._content, self._view, self._ratio = content, view, pixel_ratio
        newest = self._newest()
        serves = newest is not None and newest.pixel_ratio == pixel_ratio and covers_view(newest.view, view)
        if newest is None or not serves or _look(newest.content) != _look(content):
            wanted = newest.view if newest is not None and serves else self._on_grid(view.overscanned(), newest)
            self._asked = BaseScene(content=content, view=wanted, pixel_ratio=pixel_ratio)
            self._picture_worker.submit(self._asked)
        if moved:
            self._rest.start()

    def lay_out_names(self) -> None:
        """Place the labels again, because the occupied boxes have changed."""
        if self._newest() is not None:
            self._rest.start()

    def close(self) -> None:
        """Join the workers; the next `show` starts them again."""
        self._rest.stop()
        self._asked = self._labels_asked = self._last_labels = None
        self.stopper()()

    def stopper(self) -> Callable[[], None]:
        """Return a function that joins the workers and needs no living Qt object."""
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
        return asked_for_nothing and has_same_scale(picture.frame.view, view) and has_same_scale(labels.view, view)

    def _connect(self) -> None:
        self._picture_worker.delivery.done.connect(self._on_picture_drawn)
        self._label_worker.delivery.done.connect(self._on_labels_laid_out)
        for worker in (self._picture_worker, self._label_worker):
            worker.delivery.failed.connect(self._on_failed)
        self._rest.timeout.connect(self._on_view_at_rest)

    def _newest(self) -> BaseScene | None:
        """Return the latest request, or else the complete picture that is shown."""
        return self._asked or (self.picture.scene if self.picture and self.picture.is_final else None)

    def _on_grid(self, wanted: Viewport, newest: BaseScene | None) -> Viewport:
        """Return `wanted` moved by less than a pixel, so that painted parts stay on the same pixels."""
        if newest is None or newest.pixel_ratio != self._ratio or not has_same_scale(newest.view, wanted):
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
        """Return whether markers or range texts have moved since the labels were placed."""
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
        self._asked = self._labels_asked = self._last_labels = None
        self.failed.emit(error)

    @Slot()
    def _on_view_at_rest(self) -> None:
        self._ask_for_labels()
        self._tell()

    def _names_fit(self) -> bool:
        """Return whether current or requested labels match this scale and style."""
        names, view = self._labels_asked or self.labels, self._view
        if names is None or view is None or not has_same_scale(names.view, view):
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
        if self._last_labels is not None and _same_labels(self._last_labels, request):
            return
        self._labels_asked = self._last_labels = request
        self._label_worker.submit(request)

    def _tell(self) -> None:
        self.frame_arrived.emit()
        if self.is_settled():
            self.settled.emit()


def _look(content: MapContent) -> tuple[object, ...]:
    """Return all that the picture depends on besides the view; values by identity, as they are immutable."""
    markers = (content.stations, content.incidents, content.units)
    values = (*(each for each in markers if each.ids), content.areas, content.ranges)
    return tuple(map(id, values)), content.spread, base_cache_key(content)


def _same_labels(one: LabelRequest, other: LabelRequest) -> bool:
    """Return whether two requests lead to the same labels."""
    places = (one.view, one.seen, one.pixel_ratio, one.furniture, one.placed)
    return one.content is other.content and places == (
        other.view,
        other.seen,
        other.pixel_ratio,
        other.furniture,
        other.placed,
    )


def _name_look(content: MapContent) -> tuple[object, ...]:
    return base_cache_key(content), content.text_scale


def _overscanned_boxes(boxes: tuple[Box, ...], view: Viewport) -> tuple[Box, ...]:
    """Convert boxes of the view to the pixels of its overscanned view."""
    wide = view.overscanned()
    dx, dy = (wide.width_px - view.width_px) / 2, (wide.height_px - view.height_px) / 2
    return tuple((left + dx, top + dy, right + dx, bottom + dy) for left, top, right, bottom in boxes)
