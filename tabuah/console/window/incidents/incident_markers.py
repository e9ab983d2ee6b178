"""Incident markers of the map: arrays for the canvas, and texts that are made on hover."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, overload

import numpy as np

from tabuah.console.window.incidents.board_cards import short_title
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.places import place_text
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age
from tabuah.text.code_labels import code_label
from tabuah.widgets.map.markers import IncidentMarkers, MarkerClass

_LETTERS: Final = tuple(HAZARD_LETTERS.values())
_LETTER_INDEX: Final = {hazard: index for index, hazard in enumerate(HAZARD_LETTERS)}
ENDED_SHOWN_FOR: Final = timedelta(hours=24)


class LazyTexts(Sequence[str]):
    """A sequence of texts that are made on access: the map reads one of thousands."""

    def __init__(self, count: int, make: Callable[[int], str]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self._make(i) for i in range(*index.indices(self._count))]
        return self._make(index)


def incident_markers(snapshot: ConsoleSnapshot, now: datetime) -> IncidentMarkers:
    """Return markers of the incidents with a place: open ones and those that ended recently."""
    shown = [
        i for i in snapshot.incidents.values() if i.place and (i.is_open or now - i.updated_at <= ENDED_SHOWN_FOR)
    ]
    count = len(shown)

    def words(index: int) -> str:
        incident = shown[index]
        return " · ".join((code_label(incident.status), place_text(incident.place), incident.number))

    def age(index: int) -> str:
        return _("reported {age} ago").format(age=format_age(now - shown[index].reported_at))

    return IncidentMarkers(
        ids=[incident.id for incident in shown],
        lon_deg=np.array([_place(i)[0] for i in shown], dtype=np.float64),
        lat_deg=np.array([_place(i)[1] for i in shown], dtype=np.float64),
        classes=np.array([MarkerClass.of(LEVEL_OF_SEVERITY[i.severity]) for i in shown], dtype=np.uint8),
        letter_of=np.array([_LETTER_INDEX[i.hazard] for i in shown], dtype=np.uint8),
        closed=np.array([not i.is_open for i in shown], dtype=np.bool_),
        pending=np.array([i.id in snapshot.pending for i in shown], dtype=np.bool_),
        letters=_LETTERS,
        names=LazyTexts(count, lambda index: short_title(shown[index])),
        values=LazyTexts(count, words),
        ages=LazyTexts(count, age),
    )


def _place(incident: Incident) -> tuple[float, float]:
    assert incident.place is not None
    return incident.place.lon_deg, incident.place.lat_deg
