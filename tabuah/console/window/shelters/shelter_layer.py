"""The map layer of open shelters, built on a worker when they change."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from PySide6.QtCore import QObject
from shapely.geometry import Point

from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.base_map import DETAIL, LayerKind, MapLayer
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.shelters.shelter import Shelter
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.shelters.shelter_text import describe_count, describe_occupancy, describe_shelter
from tabuah.widgets.map.canvas import MapCanvas

SHELTERS: Final = "shelters"


class ShelterMark(msgspec.Struct, frozen=True, kw_only=True):
    """One shelter on the map. Equal marks need no redraw."""

    id: str
    name: str
    note: str
    kind: str
    lon_deg: float
    lat_deg: float


def shelter_marks(shelters: Iterable[Shelter], exercises: Mapping[str, Exercise]) -> tuple[ShelterMark, ...]:
    """Return the marks of the open shelters."""
    return tuple(_mark(each, exercises) for each in shelters if each.is_open)


def shelter_layers(marks: tuple[ShelterMark, ...]) -> tuple[MapLayer, ...]:
    """Return the layer of these marks; none without marks."""
    shapes = [
        NamedShape(
            shape=Point(mark.lon_deg, mark.lat_deg),
            code=mark.id,
            name=mark.name,
            attributes={DETAIL: mark.note, "kind": mark.kind},
        )
        for mark in marks
    ]
    return (make_layer(SHELTERS, LayerKind.POINT, shapes),) if shapes else ()


def _mark(shelter: Shelter, exercises: Mapping[str, Exercise]) -> ShelterMark:
    mark, latest = exercise_mark(shelter, exercises), shelter.latest
    people = f"{shelter.name} · {describe_occupancy(shelter)}" if latest else shelter.name
    parts = (describe_shelter(shelter), describe_count(latest) if latest else "")
    return ShelterMark(
        id=shelter.id,
        name=f"{mark} · {people}" if mark else people,
        note=" · ".join(filter(None, parts)),
        kind=shelter.kind.value,
        lon_deg=shelter.place.lon_deg,
        lat_deg=shelter.place.lat_deg,
    )


class ShelterUpdates(QObject):
    """Updates the layer of shelters. It is built on a worker, and only for changed marks."""

    PARTS = frozenset({StatePart.SHELTERS, StatePart.WORLD})

    def __init__(self, state: ConsoleState, work: TaskRunner[None], canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._state, self._work, self._canvas = state, work, canvas
        self._marks: tuple[ShelterMark, ...] = ()
        self._is_map_held = False  # while the map shows the past

    def refresh(self) -> None:
        snapshot = self._state.snapshot
        marks = () if self._is_map_held else shelter_marks(snapshot.shelters.values(), snapshot.exercises)
        if marks != self._marks:
            self._marks = marks
            self._work.run(lambda _context: shelter_layers(marks), on_done=lambda made: self._show(marks, made))

    def hold_map(self, *, held: bool) -> None:
        """Hide the layer while the map shows the past, or show it again."""
        self._is_map_held = held
        self.refresh()

    def _show(self, marks: tuple[ShelterMark, ...], layers: tuple[MapLayer, ...]) -> None:
        if marks == self._marks:
            self._canvas.show_office_layers(layers)
