"""Incident clusters: grouping, signs, zoom and spreading."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from support.map_samples import incidents, small_base_map

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import CLOSED_INCIDENTS, IncidentMarkers, MapContent, MarkerClass, MarkerKind
from tabuah.widgets.map.overlay.clusters import group_nearby, summarise_clusters
from tabuah.widgets.map.overlay.marker_arrangement import spread_offsets_px
from tabuah.widgets.map.overlay.marker_sprites import ClusterLook
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK

CROWD = [(4000.0, 4000.0), (4300.0, 4100.0), (3900.0, 4200.0), (4100.0, 3900.0)]
PAIR = [(-5000.0, 2000.0), (-4900.0, 2000.0)]
LONE = [(0.0, -6000.0)]
CLASSES = [MarkerClass.ATTENTION, MarkerClass.CRITICAL, MarkerClass.NORMAL, MarkerClass.HIGH]


def crowd(**changes) -> IncidentMarkers:
    return replace(incidents(CROWD + PAIR + LONE, CLASSES + [MarkerClass.HIGH] * 3), **changes)


def placed(markers: IncidentMarkers) -> PlacedMarkers:
    return PlacedMarkers(markers.lon_deg, markers.lat_deg)


def numbers(markers: IncidentMarkers, metres_per_px: float, shown: np.ndarray | None = None) -> list[int]:
    everything = np.ones(len(markers.ids), np.bool_)
    return group_nearby(placed(markers), everything if shown is None else shown, metres_per_px).tolist()


def test_cluster_needs_three_touching_markers():
    assert numbers(crowd(), 30.0) == [0, 0, 0, 0, -1, -1, -1]


def test_clusters_split_and_merge_with_zoom():
    assert numbers(crowd(), 3.0) == [-1] * 7
    assert len(set(numbers(crowd(), 900.0))) == 1


def test_cluster_is_independent_of_cell_borders():
    edge = 2.0**11  # a multiple of every cell size used here
    beside = incidents([(edge - 40, 10), (edge + 40, 10), (edge - 40, -30), (edge + 40, -30)], CLASSES)
    assert numbers(beside, 20.0) == [0, 0, 0, 0]


@pytest.mark.parametrize("metres_per_px", [5.0, 20.0, 80.0, 320.0])
def test_cluster_signs_never_overlap_or_lose_markers(metres_per_px):
    rng = np.random.default_rng(2)
    places = [tuple(each) for each in rng.normal(0, 4000, (2000, 2))]
    many = incidents(places, [MarkerClass.HIGH] * 2000)
    where, number_of = placed(many), np.array(numbers(many, metres_per_px))
    found = summarise_clusters(where, number_of, classes=many.classes, closed=many.closed)
    assert found.counts.sum() + np.count_nonzero(number_of < 0) == 2000
    assert found.counts.min(initial=3) >= 3
    gaps = np.hypot(found.x_m[:, None] - found.x_m, found.y_m[:, None] - found.y_m)
    np.fill_diagonal(gaps, np.inf)
    assert np.all(np.sort(gaps.min(axis=1))[len(found) // 20 :] > 20 * metres_per_px)


def test_cluster_counts_open_and_shows_worst():
    closed = np.array([False, True, False, False, False, False, False])
    some = crowd(closed=closed)
    found = summarise_clusters(
        placed(some), np.array([0, 0, 0, 0, -1, -1, -1]), classes=some.classes, closed=some.closed
    )
    assert (found.counts.tolist(), found.open_counts.tolist()) == ([4], [3])
    assert found.worst.tolist() == [MarkerClass.HIGH]  # the critical incident is closed
    assert (found.x_m[0], found.y_m[0]) == pytest.approx((4075, 4050), abs=0.5)


def test_cluster_excludes_hidden_markers():
    shown = np.array([True, True, False, False, True, True, True])
    assert numbers(crowd(), 30.0, shown) == [-1] * 7


def test_cluster_sign_has_worst_colour_capped_count(qtbot):
    view = Viewport(centre_x_m=4075, centre_y_m=4050, metres_per_px=30, width_px=200, height_px=200)
    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    for hidden, expected in ((frozenset(), DARK.critical), (frozenset({CLOSED_INCIDENTS}), DARK.high)):
        image.fill(0)
        content = MapContent(
            incidents=crowd(closed=np.arange(7) == 1 if hidden else np.zeros(7, bool)), hidden=hidden
        )
        OverlayPainter().paint(image, content, view=view, pixel_ratio=1.0)
        assert image.pixelColor(100, 111).name() == expected
    assert ClusterLook(count=1000, worst=None).text == "999+"


@pytest.mark.parametrize("count", [1, 3, 9, 10, 40])
def test_spread_markers_do_not_touch(count):
    places = spread_offsets_px(count)
    gaps = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    assert gaps.min() > 24
    assert np.hypot(*places.T).min() > 30


@pytest.fixture
def canvas(qtbot) -> MapCanvas:
    """Return a settled map of 600 × 600 with four incidents close together, a pair and a lone one."""
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.show_base_map(small_base_map())
    made.show_incidents(crowd())
    with qtbot.waitSignal(made.settled):
        made.show()
    return made


def pixel(canvas: MapCanvas, x_m: float, y_m: float) -> QPoint:
    x_px, y_px = canvas.view.to_screen(x_m, y_m)
    return QPoint(round(x_px), round(y_px))


def click(qtbot, canvas: MapCanvas, at: QPoint) -> None:
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)


def test_cluster_click_zooms_until_members_separate(canvas, qtbot):
    with qtbot.assertNotEmitted(canvas.selection_changed), qtbot.waitSignal(canvas.settled):
        click(qtbot, canvas, pixel(canvas, 4075, 4050))
    assert canvas.view.metres_per_px < 5
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        click(qtbot, canvas, pixel(canvas, *CROWD[1]))
    assert chosen.args == ["incident", "i1"]


def test_cluster_at_one_place_spreads_and_collapses(canvas, qtbot):
    with qtbot.waitSignal(canvas.settled):
        canvas.show_incidents(incidents([(4000.0, 4000.0)] * 5, [MarkerClass.HIGH] * 5))
    before = canvas.view
    middle = pixel(canvas, 4000, 4000)
    with qtbot.waitSignal(canvas.settled):
        click(qtbot, canvas, middle)
    assert canvas.view == before
    chosen = []
    canvas.selection_changed.connect(lambda _kind, marker: chosen.append(marker))
    for dx, dy in spread_offsets_px(5).round().astype(int).tolist():
        click(qtbot, canvas, middle + QPoint(dx, dy))
    assert chosen == ["i0", "i1", "i2", "i3", "i4"]
    with qtbot.waitSignal(canvas.settled):
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.content.spread == ()
    assert len(canvas.renderer.picture.clusters) == 1


def test_spread_markers_collapse_when_scale_changes(canvas, qtbot):
    with qtbot.waitSignal(canvas.settled):
        canvas.show_incidents(incidents([(0.0, 0.0)] * 3, [MarkerClass.HIGH] * 3))
    with qtbot.waitSignal(canvas.settled):
        click(qtbot, canvas, pixel(canvas, 0, 0))
    assert canvas.content.spread == ("i0", "i1", "i2")
    with qtbot.waitSignal(canvas.settled):
        canvas.zoom_in()
    assert canvas.content.spread == ()
    assert canvas.renderer.picture.placed[MarkerKind.INCIDENT].position_m(0) == pytest.approx((0, 0), abs=0.01)


def test_cluster_hover_shows_member_count(canvas, qtbot):
    before = canvas.grab().toImage()
    at = pixel(canvas, 4075, 4050)
    qtbot.mouseMove(canvas, at)
    after = canvas.grab().toImage()
    card = [(dx, dy) for dx in range(-120, 120, 5) for dy in range(-20, 20, 5) if abs(dx) > 30]
    assert any(after.pixelColor(at + QPoint(*each)) != before.pixelColor(at + QPoint(*each)) for each in card)


def test_selection_ring_surrounds_cluster_of_incident(canvas, qtbot):
    before = canvas.grab().toImage()
    canvas.set_selection("incident", "i1")
    ring = pixel(canvas, 4075, 4050) + QPoint(0, 19)
    assert canvas.grab().toImage().pixelColor(ring) != before.pixelColor(ring)
