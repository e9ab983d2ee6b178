"""Layer index: spatial indexes of the map's layers, built ahead of queries in a worker thread."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal, Slot

from tabuah.gis.base_map import MapLayer
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.latest_request_worker import LatestRequestWorker, Peek
from tabuah.widgets.map.tools.layer_shapes import LayerShapes

LayerQuery = Callable[[], None]


class LayerIndex(QObject):
    """Indexes the visible layers, then those of other scales. A newer view replaces an older one.

    Signals:
        prepared: all visible layers can be queried.
        failed: the worker could not index a layer; the exception.
    """

    prepared = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[int, LayerShapes] = {}
        self._seen: tuple[MapContent, float] | None = None  # for this scale in metres per pixel
        self._missing: tuple[MapLayer, ...] = ()  # not indexed yet; visible layers first
        self._drawn: frozenset[int] = frozenset()  # layers that the pending query needs
        self._question: LayerQuery | None = None
        self._worker = LatestRequestWorker("map-shapes", _indexed)
        self._worker.delivery.done.connect(self._on_indexed)
        self._worker.delivery.failed.connect(self._on_failed)

    @property
    def is_ready(self) -> bool:
        """Whether all visible layers can be queried."""
        return self._seen is not None and not any(id(layer) in self._drawn for layer in self._missing)

    @property
    def is_waiting(self) -> bool:
        """Whether a query waits for layers."""
        return self._question is not None

    def prepare(self, content: MapContent, metres_per_px: float) -> None:
        """Index the visible layers at this scale, then the rest; cheap if nothing has changed."""
        if self._seen is not None and self._seen[0] is content and self._seen[1] == metres_per_px:
            return
        self._seen = (content, metres_per_px)
        drawn, all_of_them = _asked_about(content, metres_per_px), _worth_asking(content.base_layers(), content)
        ordered = {id(layer): layer for layer in (*drawn, *all_of_them)}
        self._drawn = frozenset(map(id, drawn))
        self._kept = {key: shapes for key, shapes in self._kept.items() if key in ordered}
        asked, missing = self._missing, tuple(layer for key, layer in ordered.items() if key not in self._kept)
        self._missing = missing
        if missing and [*map(id, missing)] != [*map(id, asked)]:
            self._worker.submit(missing)
        self._answer()

    def visible(self, content: MapContent, metres_per_px: float) -> list[LayerShapes]:
        """Return the visible layers that are indexed, topmost first."""
        kept = (self._kept.get(id(layer)) for layer in _asked_about(content, metres_per_px))
        return [shapes for shapes in kept if shapes is not None]

    def when_ready(self, question: LayerQuery) -> None:
        """Run a query now, or when the layers are ready. It replaces a pending query."""
        self._question = question
        self._answer()

    def drop_query(self) -> bool:
        """Drop the pending query; return whether there was one."""
        dropped, self._question = self._question, None
        return dropped is not None

    def close(self) -> None:
        """Join the thread; the next content starts it again."""
        self._seen, self._missing = None, ()
        self.drop_query()
        self._worker.close()

    def stopper(self) -> Callable[[], None]:
        """Return a function that joins the thread and needs no living Qt object."""
        return self._worker.close

    @Slot(object)
    def _on_indexed(self, shapes: LayerShapes) -> None:
        if not any(layer is shapes.layer for layer in self._missing):
            return  # of a map that is no longer shown
        was_ready = self.is_ready
        self._kept[id(shapes.layer)] = shapes
        self._missing = tuple(layer for layer in self._missing if layer is not shapes.layer)
        self._answer()
        if self.is_ready and not was_ready:
            self.prepared.emit()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        """Answer the pending query without the layers that could not be indexed."""
        self._missing = ()
        self._answer()
        self.failed.emit(error)

    def _answer(self) -> None:
        if self._question is not None and self.is_ready:
            question, self._question = self._question, None
            question()


def _asked_about(content: MapContent, metres_per_px: float) -> list[MapLayer]:
    """Return the layers visible at a scale that are more than label points, topmost first."""
    return _worth_asking(content.layers_at(metres_per_px), content)


def _worth_asking(layers: tuple[MapLayer, ...], content: MapContent) -> list[MapLayer]:
    shown = (layer for layer in reversed(layers) if content.shows(layer.name))
    return [layer for layer in shown if layer.levels and not _only_names(layer)]


def _only_names(layer: MapLayer) -> bool:
    """Return whether the points of a layer only carry labels."""
    return not layer.features or layer.name.endswith("_labels")


def _indexed(layers: tuple[MapLayer, ...], peek: Peek) -> Iterator[LayerShapes]:
    for layer in layers:
        if peek() is not None:
            return
        yield LayerShapes(layer)
