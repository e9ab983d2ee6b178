"""Positions of incidents at a scale: alone, clustered, or spread around a shared place."""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.map.content import CLOSED_INCIDENTS, INCIDENTS, MapContent
from tabuah.widgets.map.overlay.clusters import Clusters, group_nearby, summarise_clusters
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

_SPREAD_GAP_PX: Final = 34.0
_IN_ONE_RING: Final = 9
_NEAREST_PX: Final = 38.0


def spread_offsets_px(count: int) -> NDArray[np.float64]:
    """Return pixel offsets for `count` markers, shape (n, 2): a ring, or a spiral if there are many."""
    if count <= _IN_ONE_RING:
        radius = max(_NEAREST_PX, count * _SPREAD_GAP_PX / (2 * pi))
        turns = np.arange(count) * (2 * pi / max(count, 1)) - pi / 2
        return radius * np.column_stack((np.cos(turns), np.sin(turns)))
    places, turn, radius = [], -pi / 2, _NEAREST_PX
    for _ in range(count):
        places.append((radius * cos(turn), radius * sin(turn)))
        turn += _SPREAD_GAP_PX / radius
        radius += _SPREAD_GAP_PX * _SPREAD_GAP_PX / (2 * pi * radius)
    return np.array(places)


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Spread incidents: their indices, where they came from, and all incidents with these moved."""

    made_from: tuple[object, ...]
    indices: NDArray[np.int64]
    legs_m: NDArray[np.float64]
    placed: PlacedMarkers


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """The cluster number of each incident, and the input it was computed from."""

    placed: PlacedMarkers
    shown: NDArray[np.bool_]
    metres_per_px: float
    number_of: NDArray[np.int64]

    def serves(self, placed: PlacedMarkers, shown: NDArray[np.bool_], view: Viewport) -> bool:
        """Return whether the result is still valid."""
        same_scale = self.metres_per_px == view.metres_per_px
        return self.placed is placed and same_scale and np.array_equal(self.shown, shown)


class IncidentArrangement:
    """Arranges incidents when positions, scale or visibility change. Use it from one thread only.

    `legs_m` are lines x1, y1, x2, y2 from a shared place to the incidents spread around it, EPSG:3857
    metres.
    """

    def __init__(self) -> None:
        self.placed = PlacedMarkers(np.zeros(0), np.zeros(0))
        self.clusters = Clusters.none(0)
        self.legs_m = np.zeros((0, 4))
        self._spread: _Spread | None = None
        self._groups: _Groups | None = None

    def arrange(self, content: MapContent, placed: PlacedMarkers, view: Viewport) -> None:
        """Arrange the incidents of `content`, whose true places are `placed`, for the scale of `view`."""
        incidents, shown = content.incidents, shown_incidents(content)
        self.placed, self.legs_m = placed, np.zeros((0, 4))
        if content.spread:
            spread = self._spread_out(content, placed, view)
            self.placed, self.legs_m = spread.placed, spread.legs_m
            shown[spread.indices] = False
        if self._groups is None or not self._groups.serves(placed, shown, view):
            number_of = group_nearby(placed, shown, view.metres_per_px)
            self._groups = _Groups(placed, shown, view.metres_per_px, number_of)
        self.clusters = summarise_clusters(
            placed, self._groups.number_of, classes=incidents.classes, closed=incidents.closed
        )

    def _spread_out(self, content: MapContent, placed: PlacedMarkers, view: Viewport) -> _Spread:
        made_from = (placed, content.spread, view.metres_per_px)
        if self._spread is None or self._spread.made_from != made_from:
            self._spread = _spread(content, placed, view, made_from)
        return self._spread


def shown_incidents(content: MapContent) -> NDArray[np.bool_]:
    """Return a mask of the incidents that are switched on."""
    shown = np.full(len(content.incidents.ids), content.shows(INCIDENTS))
    if not content.shows(CLOSED_INCIDENTS):
        shown &= ~content.incidents.closed
    return shown


def _spread(content: MapContent, placed: PlacedMarkers, view: Viewport, made_from: tuple[object, ...]) -> _Spread:
    wanted = set(content.spread)
    indices = np.array([i for i, each in enumerate(content.incidents.ids) if each in wanted], dtype=np.int64)
    if len(indices) == 0:
        return _Spread(made_from, indices, np.zeros((0, 4)), placed)
    middle_m = np.add(placed.origin_m, (placed.dx_m[indices].mean(), placed.dy_m[indices].mean()))
    places_m = middle_m + spread_offsets_px(len(indices)) * (view.metres_per_px, -view.metres_per_px)
    moved = placed.with_moved(indices, places_m[:, 0], places_m[:, 1])
    legs_m = np.column_stack((np.broadcast_to(middle_m, places_m.shape), places_m))
    return _Spread(made_from, indices, legs_m, moved)
