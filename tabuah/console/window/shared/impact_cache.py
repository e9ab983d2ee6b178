"""Impacts of areas for the views of the window, computed on a worker and cached by area."""

from collections import OrderedDict
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.queries.impact import AreaImpact
from tabuah.operations.impact_areas import ImpactArea
from tabuah.resources.fault_isolation import record_fault
from tabuah.storage.cache.map.impact_layers import ImpactReader

MAX_AREAS: Final = 256


class ImpactCache(QObject):
    """Returns known impacts at once and computes others in the background, one after the other.

    Signals:
        computed: an impact that was asked for is known now.
        forgotten: the map has changed, so all impacts may have.
    """

    computed = Signal()
    forgotten = Signal()

    def __init__(self, work: TaskRunner[None], directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._reader = work, ImpactReader(directory)  # the reader is used by the worker only
        self._known: OrderedDict[ImpactArea, AreaImpact | None] = OrderedDict()
        self._asked: set[ImpactArea] = set()
        self._map_number = 0

    def impact(self, area: ImpactArea | None) -> AreaImpact | None:
        """Return the impact of an area; None while it is computed, without an area, and where it failed."""
        if area is None:
            return None
        if area in self._known:
            self._known.move_to_end(area)
            return self._known[area]
        if area not in self._asked:
            self._asked.add(area)
            number = self._map_number
            self._work.run(
                lambda _context: self._reader.read(area.shape()),
                on_done=lambda impact: self._keep(area, impact, number),
                on_error=lambda error: self._on_failed(area, error, number),
            )
        return None

    def forget(self) -> None:
        """Forget all impacts, because the map has changed."""
        self._map_number += 1
        self._known.clear()
        self._asked.clear()
        self.forgotten.emit()

    def _keep(self, area: ImpactArea, impact: AreaImpact | None, map_number: int) -> None:
        if map_number != self._map_number:
            return
        self._asked.discard(area)
        self._known[area] = impact
        while len(self._known) > MAX_AREAS:
            self._known.popitem(last=False)
        self.computed.emit()

    def _on_failed(self, area: ImpactArea, error: Exception, map_number: int) -> None:
        """Log the fault; the views show no impact, and it is computed again after the next change of the map."""
        record_fault("impact", str(hash(area)), error)
        self._keep(area, None, map_number)
