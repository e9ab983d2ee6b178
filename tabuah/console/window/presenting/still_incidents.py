"""Marks of many incidents of which most never change: those are laid out once, only the others for each moment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from tabuah.console.window.presenting.incident_marks import ENDED_ON_MAP, LazyTexts, incident_markers
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.incidents.incident import Incident
from tabuah.widgets.map.markers import IncidentMarkers

_ENDED_ON_MAP_S: Final = ENDED_ON_MAP.total_seconds()


class StillIncidents:
    """The incidents of a snapshot that stand as they are from `since` on."""

    def __init__(self, snapshot: RoomSnapshot, since: datetime) -> None:
        self._snapshot = snapshot
        self._still = incident_markers(snapshot, since)  # who had ended long before does not come back later
        updated = [snapshot.incidents[key].updated_at.timestamp() for key in self._still.ids]
        self._updated_s = np.array(updated, dtype=np.float64)

    def with_moving(self, moving: Mapping[str, Incident], moment: datetime) -> IncidentMarkers:
        """The marks of a moment: the still ones, and those of `moving`."""
        still, changed = self._still, incident_markers(replace(self._snapshot, incidents=moving), moment)
        kept = ~still.closed | (moment.timestamp() - self._updated_s <= _ENDED_ON_MAP_S)
        ids = still.ids if kept.all() else [key for key, keep in zip(still.ids, kept.tolist(), strict=True) if keep]
        shown = [*ids, *changed.ids]

        def told(part: str) -> LazyTexts:
            return LazyTexts(len(shown), self._words(shown, moving, moment, part))

        return IncidentMarkers(
            ids=shown,
            lon_deg=np.concatenate((still.lon_deg[kept], changed.lon_deg)),
            lat_deg=np.concatenate((still.lat_deg[kept], changed.lat_deg)),
            classes=np.concatenate((still.classes[kept], changed.classes)),
            letter_of=np.concatenate((still.letter_of[kept], changed.letter_of)),
            closed=np.concatenate((still.closed[kept], changed.closed)),
            pending=np.zeros(len(shown), dtype=np.bool_),
            letters=still.letters,
            names=told("names"),
            values=told("values"),
            ages=told("ages"),
        )

    def _words(
        self, shown: list[str], moving: Mapping[str, Incident], moment: datetime, part: str
    ) -> Callable[[int], str]:
        """Words of one incident, made when somebody hovers."""

        def words(index: int) -> str:
            key = shown[index]
            one = {key: moving.get(key) or self._snapshot.incidents[key]}
            return str(getattr(incident_markers(replace(self._snapshot, incidents=one), moment), part)[0])

        return words
