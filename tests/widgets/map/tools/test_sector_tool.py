"""Sector tool: sectors and circles by mouse and keys, and their texts."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from support.map_samples import small_base_map

from tabuah.gis.geodesy import bearing_deg, distance_m
from tabuah.gis.layers.range_rings import RangeRings, range_rings_between, ring_outline
from tabuah.gis.reference_systems import from_mercator
from tabuah.text.map.measurements import describe_range
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import RANGES, MapContent
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.overlay.range_painter import label_boxes
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import LIGHT

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def canvas(appearance, qtbot) -> MapCanvas:
    """Return the canvas of a map with tool buttons and plate."""
    view = MapView(appearance)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.canvas.show_base_map(small_base_map())
    with qtbot.waitSignal(view.canvas.settled):
        view.show()
    view.canvas.tools.activate("sector")
    return view.canvas


def click(qtbot, canvas: MapCanvas, *places_m) -> None:
    for place in places_m:
        at = QPoint(*(round(each) for each in canvas.view.to_screen(*place)))
        qtbot.mouseMove(canvas, at)
        qtbot.mouseClick(canvas, LEFT, pos=at)


def test_sector_tool_draws_clockwise_with_three_clicks(canvas, qtbot):
    click(qtbot, canvas, (0, 0), (0, 4000), (4000, 0))
    (drawn,) = canvas.content.ranges
    assert drawn.sector_deg == pytest.approx((0, 90), abs=1)
    assert drawn.radii_m[0] == pytest.approx(4000, abs=2 * canvas.view.metres_per_px)
    assert drawn.radii_m[0] % 10 == 0
    click(qtbot, canvas, (0, 0), (4000, 0), (0, 4000))
    assert canvas.content.ranges[1].sector_deg == pytest.approx((90, 0), abs=1)
    assert canvas.content.ranges[1].width_deg == pytest.approx(270, abs=2)


def test_sector_tool_enter_draws_circle(canvas, qtbot):
    click(qtbot, canvas, (0, 0))
    qtbot.mouseMove(canvas, QPoint(*(round(each) for each in canvas.view.to_screen(3000, 0))))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    (drawn,) = canvas.content.ranges
    assert drawn.sector_deg is None
    assert describe_range(drawn) == "3 km"


def test_sector_tool_works_by_keys(canvas, qtbot):
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    for arrow in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(canvas, arrow)
        qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.content.ranges[0].sector_deg[0] == pytest.approx(90, abs=1)
    assert 90 < canvas.content.ranges[0].sector_deg[1] < 180


def test_sector_tool_undoes_redoes_and_clears(canvas, qtbot):
    click(qtbot, canvas, (0, 0), (0, 4000))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)  # including the centre
    click(qtbot, canvas, (0, 0), (0, 4000), (4000, 0), (1000, 0), (1000, 4000), (5000, 0))
    both = canvas.content.ranges
    assert len(both) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.content.ranges == both[:1]
    qtbot.keyClick(canvas, Qt.Key.Key_Y, CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.content.ranges == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.content.ranges == both


def test_sector_tool_escape_keeps_finished_sectors(canvas, qtbot):
    click(qtbot, canvas, (0, 0), (0, 4000), (4000, 0), (0, 0))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tools.active.running is None
    assert canvas.tools.is_working
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.tools.is_working
    assert len(canvas.content.ranges) == 1


def test_sector_tool_shows_hidden_range_layer(canvas, qtbot):
    canvas.set_layer_visible(RANGES, visible=False)
    click(qtbot, canvas, (0, 0), (0, 4000), (4000, 0))
    assert canvas.content.shows(RANGES)


def test_sector_tool_starts_at_position_in_degrees(canvas, qtbot):
    canvas.tools.deactivate()
    canvas.tools.draw_sector_from(*from_mercator(1000, 1000))
    click(qtbot, canvas, (1000, 5000), (5000, 1000))
    assert canvas.content.ranges[0].lon_deg == pytest.approx(from_mercator(1000, 0)[0])
    assert not canvas.tools.active.action_for_key(Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier)


def test_sector_tool_copies_distance_and_directions(canvas, qtbot):
    click(qtbot, canvas, (0, 0), (0, 4000), (4000, 0))
    with qtbot.waitSignal(canvas.tools.copy_requested) as copied:
        qtbot.keyClick(canvas, Qt.Key.Key_C, CTRL)
    assert copied.args == [describe_range(canvas.content.ranges[0])]
    assert "U – " in copied.args[0]
    assert copied.args[0].endswith("° T")


def test_sector_outline_is_true_on_ellipsoid():
    centre = (100.7, -0.95)
    made = range_rings_between(centre, (100.8, -0.95), (100.7, -0.9), step_m=500)
    ring = ring_outline(made, made.radii_m[0])[1:-1]
    assert [distance_m(*centre, *each) for each in ring] == pytest.approx([11_000] * len(ring))
    assert bearing_deg(*centre, *ring[0]) == pytest.approx(90, abs=0.01)
    assert made.width_deg == 270
    assert range_rings_between(centre, (100.8, -0.95), (100.9, -0.95), step_m=500).sector_deg is None


def test_sector_shows_distance_and_directions_with_room(qtbot):
    lon, lat = from_mercator(0, 0)
    sector = RangeRings(lon_deg=lon, lat_deg=lat, radii_m=(5000.0,), sector_deg=(0.0, 90.0))
    for metres_per_px, words in ((25, 3), (200, 1)):
        view = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=metres_per_px, width_px=500, height_px=500)
        content = MapContent(ranges=(sector,), palette=LIGHT)
        image = QImage(500, 500, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        OverlayPainter().paint(image, content, view=view, pixel_ratio=1.0)
        boxes = label_boxes(content, view)
        assert len(boxes) == words
        assert all(written_in(image, box) > 5 for box in boxes)
        assert label_boxes(replace(content, hidden=frozenset({RANGES})), view) == []


def written_in(image: QImage, box) -> int:
    left, top, right, bottom = (round(each) for each in box)
    places = [(x, y) for x in range(left, right) for y in range(top, bottom)]
    return sum(image.pixelColor(*each).name() == LIGHT.information_text for each in places)


def test_labels_avoid_sector_text(canvas, qtbot):
    with qtbot.waitSignal(canvas.settled):
        click(qtbot, canvas, (-6000, 1000), (-6000, 6000), (-1000, 1000))
    qtbot.waitUntil(lambda: canvas.renderer.labels.content.ranges == canvas.content.ranges)
    names = canvas.renderer.labels
    words = label_boxes(canvas.content, names.view)
    assert len(words) == 3
    assert names.boxes
    assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a in names.boxes for b in words)
