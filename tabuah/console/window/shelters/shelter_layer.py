"""The map layer of open shelters."""

from collections.abc import Mapping
from typing import Final

from tabuah.console.window.shared.mark_updates import Marks, MarkUpdates, RecordMark
from tabuah.console.window.state.console_state import StatePart
from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.map_layers import make_layer
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.shelters.shelter import Shelter
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.shelters.shelter_text import describe_count, describe_occupancy, describe_shelter

SHELTERS: Final = "shelters"


class ShelterUpdates(MarkUpdates):
    """Updates the layer of open shelters."""

    PARTS = frozenset({StatePart.SHELTERS, StatePart.WORLD})

    def _present_marks(self) -> Marks:
        snapshot = self._state.snapshot
        return tuple(_mark(each, snapshot.exercises) for each in snapshot.shelters.values() if each.is_open)

    def _make_layers(self, marks: Marks) -> tuple[MapLayer, ...]:
        points = [mark.point() for mark in marks]
        return (make_layer(SHELTERS, LayerKind.POINT, points),) if points else ()

    def _show_layers(self, layers: tuple[MapLayer, ...]) -> None:
        self._canvas.show_office_layers(layers)


def _mark(shelter: Shelter, exercises: Mapping[str, Exercise]) -> RecordMark:
    mark, latest = exercise_mark(shelter, exercises), shelter.latest
    people = f"{shelter.name} · {describe_occupancy(shelter)}" if latest else shelter.name
    parts = (describe_shelter(shelter), describe_count(latest) if latest else "")
    return RecordMark(
        id=shelter.id,
        name=f"{mark} · {people}" if mark else people,
        note=" · ".join(filter(None, parts)),
        kind=shelter.kind.value,
        lon_deg=shelter.place.lon_deg,
        lat_deg=shelter.place.lat_deg,
    )
