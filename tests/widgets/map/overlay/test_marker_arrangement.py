"""Unit badges: moved away from incidents and each other, and hit where they are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tabuah.widgets.map.content import UNITS, IncidentMarkers, MapContent, UnitMarkers
from tabuah.widgets.map.overlay.marker_arrangement import (
    MAX_UNITS,
    IncidentArrangement,
    UnitArrangement,
    find_offsets,
)
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

pytestmark = pytest.mark.usefixtures("qapp")  # badges are as wide as their text

PLACE = (100.66, -0.87)
NOWHERE = np.zeros((0, 4))


@pytest.fixture
def view() -> Viewport:
    middle = PlacedMarkers(*np.array([[PLACE[0]], [PLACE[1]]])).position_m(0)
    return Viewport(centre_x_m=middle[0], centre_y_m=middle[1], metres_per_px=40.0, width_px=800, height_px=600)


def units_at(*places: tuple[float, float]) -> UnitMarkers:
    lon_deg, lat_deg = np.array(places).T
    ids = [f"TRC-{number}" for number in range(len(places))]
    return UnitMarkers(ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, busy=np.ones(len(places), dtype=np.bool_))


def incidents_at(*places: tuple[float, float]) -> IncidentMarkers:
    lon_deg, lat_deg = np.array(places).T
    none, no_flags = np.zeros(len(places), dtype=np.uint8), np.zeros(len(places), dtype=np.bool_)
    ids = [str(number) for number in range(len(places))]
    return IncidentMarkers(
        ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, classes=none, letter_of=none, closed=no_flags, pending=no_flags,
        letters=("B",),
    )  # fmt: skip


def arranged(content: MapContent, view: Viewport, arrangement: UnitArrangement | None = None) -> UnitArrangement:
    incidents, arrangement = IncidentArrangement(), arrangement or UnitArrangement()
    incidents.arrange(content, PlacedMarkers(content.incidents.lon_deg, content.incidents.lat_deg), view)
    placed = PlacedMarkers(content.units.lon_deg, content.units.lat_deg)
    arrangement.arrange(content, placed, incidents=incidents, view=view)
    return arrangement


def content_of(units: UnitMarkers, incidents: IncidentMarkers | None = None) -> MapContent:
    return MapContent(units=units) if incidents is None else MapContent(units=units, incidents=incidents)


def test_unit_badge_moves_off_incident_with_line(view: Viewport):
    found = arranged(content_of(units_at(PLACE), incidents_at(PLACE)), view)
    (x_px, y_px) = found.placed.to_screen(view)[0]
    assert x_px == pytest.approx(400, abs=0.1)
    assert y_px == pytest.approx(300 - 25, abs=0.1)
    ((x1_m, y1_m, x2_m, y2_m),) = found.legs_m
    assert (x1_m, y1_m) == pytest.approx((view.centre_x_m, view.centre_y_m), abs=0.1)
    assert (x2_m, y2_m) == pytest.approx(found.placed.position_m(0), abs=0.1)


def test_unit_badge_with_room_keeps_place(view: Viewport):
    found = arranged(content_of(units_at(PLACE), incidents_at((PLACE[0] + 0.1, PLACE[1]))), view)
    assert found.placed.to_screen(view)[0] == pytest.approx((400, 300), abs=0.1)
    assert len(found.legs_m) == 0


def test_hidden_or_too_many_badges_stay(view: Viewport):
    off = MapContent(units=units_at(PLACE), incidents=incidents_at(PLACE), hidden=frozenset({UNITS}))
    crowd = content_of(units_at(*[PLACE] * (MAX_UNITS + 1)))
    for content in (off, crowd):
        assert len(arranged(content, view).legs_m) == 0


def test_badges_are_rearranged_only_when_scale_changes(view: Viewport):
    content = content_of(units_at(PLACE, (PLACE[0] + 0.011, PLACE[1])))
    incidents, arrangement = IncidentArrangement(), UnitArrangement()
    placed = PlacedMarkers(content.units.lon_deg, content.units.lat_deg)
    incidents.arrange(content, PlacedMarkers(np.zeros(0), np.zeros(0)), view)
    arrangement.arrange(content, placed, incidents=incidents, view=view)
    before = arrangement.placed
    assert len(arrangement.legs_m) == 1
    arrangement.arrange(content, placed, incidents=incidents, view=view)
    assert arrangement.placed is before
    closer = Viewport(
        centre_x_m=view.centre_x_m, centre_y_m=view.centre_y_m, metres_per_px=5.0, width_px=800, height_px=600
    )
    arrangement.arrange(content, placed, incidents=incidents, view=closer)
    assert len(arrangement.legs_m) == 0


def test_badges_are_rearranged_when_tags_of_exercise_change(view: Viewport):
    apart = (PLACE[0] + 0.024, PLACE[1])  # room for badges without tags only
    units = replace(units_at(PLACE, apart), drills=frozenset({0, 1}))
    exercise = MapContent(units=units, is_one_exercise=True)
    incidents, arrangement = IncidentArrangement(), UnitArrangement()
    placed = PlacedMarkers(units.lon_deg, units.lat_deg)
    incidents.arrange(exercise, PlacedMarkers(np.zeros(0), np.zeros(0)), view)
    moved = []
    for content in (exercise, replace(exercise, is_one_exercise=False), exercise):
        arrangement.arrange(content, placed, incidents=incidents, view=view)
        moved.append(len(arrangement.legs_m))
    assert moved == [0, 1, 0]


def test_badge_without_room_stays(view: Viewport):
    badge = np.array([[0.0, 0.0, 24.0, 10.0]])
    everything = np.array([[0.0, 0.0, 500.0, 500.0]])
    assert find_offsets(badge, everything).tolist() == [[0.0, 0.0]]


PIXELS = st.floats(-150, 150)
BOXES = st.tuples(PIXELS, PIXELS)


@given(st.lists(BOXES, max_size=6), st.lists(BOXES, max_size=6))
def test_moved_badge_covers_no_mark(units: list, marks: list):
    badges = np.array([(x, y, 24.0, 10.0) for x, y in units]).reshape(-1, 4)
    taken = np.array([(x, y, 14.0, 14.0) for x, y in marks]).reshape(-1, 4)
    steps = find_offsets(badges, taken)
    placed = badges + np.column_stack((steps, np.zeros_like(steps)))
    for index in np.flatnonzero(steps.any(axis=1)):
        assert covered(placed[index], taken) == 0


@given(st.lists(BOXES, max_size=6))
def test_few_badges_do_not_cover_each_other(units: list):
    badges = np.array([(x, y, 24.0, 10.0) for x, y in units]).reshape(-1, 4)
    steps = find_offsets(badges, NOWHERE)
    placed = badges + np.column_stack((steps, np.zeros_like(steps)))
    assert all(covered(placed[index], placed[:index]) == 0 for index in range(min(len(placed), 4)))


def test_badge_without_room_covers_badge_not_incident():
    incident = np.array([[0.0, 0.0, 14.0, 14.0]])
    units = np.tile([0.0, 0.0, 24.0, 10.0], (20, 1))
    steps = find_offsets(units, incident)
    assert all(covered(badge, incident) == 0 for badge in units + np.column_stack((steps, np.zeros_like(steps))))


def covered(badge: np.ndarray, others: np.ndarray) -> int:
    apart = np.abs(others[:, :2] - badge[:2]) - (others[:, 2:] + badge[2:])
    return int((apart < 0).all(axis=1).sum())
