"""The map layers of open disruptions: symbols, and the closed parts of roads."""

from collections.abc import Mapping
from typing import Final

from tabuah.console.window.shared.mark_updates import Marks, MarkUpdates, RecordMark
from tabuah.console.window.state.console_state import StatePart
from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.map_layers import make_layer
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.exercises.exercise import Exercise
from tabuah.text.disruptions.disruption_text import describe_disruption, describe_period
from tabuah.text.exercises.exercise_text import exercise_mark

DISRUPTIONS: Final = "disruptions"
CLOSED_ROADS: Final = "closed_roads"


class DisruptionUpdates(MarkUpdates):
    """Updates the layers of open disruptions, lines below symbols."""

    PARTS = frozenset({StatePart.DISRUPTIONS, StatePart.WORLD})

    def _present_marks(self) -> Marks:
        snapshot = self._state.snapshot
        return tuple(_mark(each, snapshot.exercises) for each in snapshot.disruptions.values() if each.is_open)

    def _make_layers(self, marks: Marks) -> tuple[MapLayer, ...]:
        lines = [mark.path() for mark in marks if len(mark.line) > 1]
        points = [mark.point() for mark in marks]
        found = ((CLOSED_ROADS, LayerKind.LINE, lines), (DISRUPTIONS, LayerKind.POINT, points))
        return tuple(make_layer(name, kind, shapes) for name, kind, shapes in found if shapes)

    def _show_layers(self, layers: tuple[MapLayer, ...]) -> None:
        self._canvas.show_disruption_layers(layers)


def _mark(disruption: Disruption, exercises: Mapping[str, Exercise]) -> RecordMark:
    mark = exercise_mark(disruption, exercises)
    # The time of the text is that of the last change: the layer is not drawn again as time passes.
    parts = (describe_disruption(disruption), describe_period(disruption, disruption.changed_at), disruption.source)
    return RecordMark(
        id=disruption.id,
        name=f"{mark} · {disruption.name}" if mark else disruption.name,
        note=" · ".join(filter(None, parts)),
        kind=disruption.kind.value,
        lon_deg=disruption.place.lon_deg,
        lat_deg=disruption.place.lat_deg,
        line=disruption.line,
    )
