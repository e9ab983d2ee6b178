"""Positions of incident markers, clustered or spread, and of unit badges that they would hide."""

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.text.exercises.exercise_text import exercise_tag
from tabuah.widgets.map.content import CLOSED_INCIDENTS, INCIDENTS, UNITS, MapContent, MarkerKind, UnitMarkers
from tabuah.widgets.map.overlay.clusters import Clusters, group_nearby, summarise_clusters
from tabuah.widgets.map.overlay.marker_sprites import (
    CLUSTER_RADIUS_PX,
    INCIDENT_RADIUS_PX,
    UNIT_HEIGHT_PX,
    unit_width_px,
)
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


class _Spread(msgspec.Struct, frozen=True, eq=False):
    """Spread incidents: their indices, where they came from, and all incidents with these moved."""

    made_from: tuple[object, ...]
    indices: NDArray[np.int64]
    legs_m: NDArray[np.float64]
    placed: PlacedMarkers


class _Groups(msgspec.Struct, frozen=True, eq=False):
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


MAX_UNITS: Final = 60  # with more units the badges are unreadable at any position
_PAST_INCIDENT_PX: Final = 34.0  # includes the ring around a selected incident
_PAST_BADGE_PX: Final = UNIT_HEIGHT_PX + 5.0

Boxes = NDArray[np.float64]  # shape (n, 4): centre x and y, half width and half height, logical pixels


class _Source(msgspec.Struct, frozen=True, eq=False):
    """The input of an arrangement."""

    units: UnitMarkers
    tagged: frozenset[int]  # by index: units with the tag of an exercise, which have wider badges
    placed: PlacedMarkers
    incidents: PlacedMarkers
    alone: NDArray[np.bool_]  # visible incidents that are not clustered
    metres_per_px: float
    is_shown: bool

    def is_as(self, other: "_Source | None") -> bool:
        """Return whether the input is the same."""
        return (
            other is not None
            and (self.units, self.tagged) == (other.units, other.tagged)
            and (self.placed, self.incidents) == (other.placed, other.incidents)
            and (self.metres_per_px, self.is_shown) == (other.metres_per_px, other.is_shown)
            and np.array_equal(self.alone, other.alone)
        )


class UnitArrangement:
    """Arranges badges when positions, scale or visibility change. Use it from one thread only.

    `legs_m` are lines x1, y1, x2, y2 from a unit's place to its badge, EPSG:3857 metres.
    """

    def __init__(self) -> None:
        self.placed = PlacedMarkers(np.zeros(0), np.zeros(0))
        self.legs_m = np.zeros((0, 4))
        self._source: _Source | None = None

    def arrange(
        self, content: MapContent, placed: PlacedMarkers, *, incidents: IncidentArrangement, view: Viewport
    ) -> None:
        """Arrange the units of `content`, whose true places are `placed`, around arranged incidents."""
        alone = shown_incidents(content) & (incidents.clusters.number_of < 0)
        source = _Source(
            units=content.units,
            tagged=content.tagged(MarkerKind.UNIT),
            placed=placed,
            incidents=incidents.placed,
            alone=alone,
            metres_per_px=view.metres_per_px,
            is_shown=content.shows(UNITS),
        )
        if source.is_as(self._source):
            return
        self._source, self.placed, self.legs_m = source, placed, np.zeros((0, 4))
        if source.is_shown and 0 < len(placed) <= MAX_UNITS:
            marks = np.concatenate((_marks(incidents.placed, alone, view), _signs(incidents.clusters, view)))
            self._step_aside(_badges(content, placed, view), marks, view)

    def _step_aside(self, badges: Boxes, marks: Boxes, view: Viewport) -> None:
        moved_px = find_offsets(badges, marks)
        indices = np.flatnonzero(moved_px.any(axis=1))
        if len(indices):
            at_m = np.array([self.placed.position_m(int(index)) for index in indices])
            to_m = at_m + moved_px[indices] * (view.metres_per_px, -view.metres_per_px)
            self.placed = self.placed.with_moved(indices, to_m[:, 0], to_m[:, 1])
            self.legs_m = np.column_stack((at_m, to_m))


def find_offsets(badges: Boxes, marks: Boxes) -> NDArray[np.float64]:
    """Return the offset of each badge in pixels right and down, shape (n, 2).

    A badge hides no mark and no earlier badge if possible. Otherwise it hides a badge rather than a
    mark, and stays in place if even that is impossible.
    """
    taken, steps = marks, np.zeros((len(badges), 2))
    for index, badge in enumerate(badges):
        step = _step(badge, taken) or _step(badge, marks) or (0.0, 0.0)
        steps[index] = step
        taken = np.concatenate((taken, _moved(badge, step)[None]))
    return steps


def _step(badge: NDArray[np.float64], taken: Boxes) -> tuple[float, float] | None:
    return next((step for step in _steps(badge) if _is_free(_moved(badge, step), taken)), None)


def _steps(badge: NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """Yield no offset, then offsets in order of preference."""
    yield 0.0, 0.0
    beside_px = float(badge[2]) + INCIDENT_RADIUS_PX + 4.0
    for across_px, down_px in (
        (0.0, _PAST_BADGE_PX),
        (0.0, _PAST_INCIDENT_PX),
        (beside_px, 0.0),
        (beside_px, _PAST_BADGE_PX),
        (-beside_px, _PAST_BADGE_PX),
        (0.0, _PAST_INCIDENT_PX + _PAST_BADGE_PX),
        (2 * beside_px, 0.0),
        (2 * beside_px, _PAST_BADGE_PX),
        (-2 * beside_px, _PAST_BADGE_PX),
    ):
        yield across_px, -down_px
        yield (across_px, down_px) if down_px else (-across_px, 0.0)


def _is_free(box: NDArray[np.float64], taken: Boxes) -> bool:
    apart = np.abs(taken[:, :2] - box[:2]) - (taken[:, 2:] + box[2:])
    return not bool((apart < 0.0).all(axis=1).any())


def _moved(box: NDArray[np.float64], step: tuple[float, float]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = box + np.array((*step, 0.0, 0.0))
    return moved


def _badges(content: MapContent, placed: PlacedMarkers, view: Viewport) -> Boxes:
    tag, tagged = exercise_tag(), content.tagged(MarkerKind.UNIT)
    names = (content.units.details(index)[0] for index in range(len(placed)))
    half_widths = [unit_width_px(name, tag if index in tagged else "") / 2 for index, name in enumerate(names)]
    x, y = placed.columns(view)
    return _boxes(x, y, np.array(half_widths), np.full(len(placed), UNIT_HEIGHT_PX / 2))


def _marks(incidents: PlacedMarkers, alone: NDArray[np.bool_], view: Viewport) -> Boxes:
    x, y = incidents.columns(view)
    half = np.full(int(alone.sum()), INCIDENT_RADIUS_PX)
    return _boxes(x[alone], y[alone], half, half)


def _signs(clusters: Clusters, view: Viewport) -> Boxes:
    x = (clusters.x_m - view.centre_x_m) / view.metres_per_px + view.width_px / 2
    y = (view.centre_y_m - clusters.y_m) / view.metres_per_px + view.height_px / 2
    half = np.full(len(x), CLUSTER_RADIUS_PX)
    return _boxes(x, y, half, half)


def _boxes(*columns: NDArray[np.floating]) -> Boxes:
    return np.asarray(np.column_stack(columns), dtype=np.float64)
