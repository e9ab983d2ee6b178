"""Working tools by mouse and keys: measure, draw, select and identify."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.text.map.measurements import describe_length
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.map.tools.sketch import SketchKind, find_crossing
from tabuah.widgets.theme.design_tokens import DARK

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def pixel(canvas: MapCanvas, x_m: float, y_m: float) -> QPoint:
    x_px, y_px = canvas.view.to_screen(x_m, y_m)
    return QPoint(round(x_px), round(y_px))


def click(qtbot, canvas, *places_m, held=NONE):
    for place in places_m:
        qtbot.mouseMove(canvas, pixel(canvas, *place))
        qtbot.mouseClick(canvas, LEFT, held, pos=pixel(canvas, *place))


def drag(qtbot, canvas, start: QPoint, end: QPoint, held=NONE):
    qtbot.mousePress(canvas, LEFT, held, pos=start)
    qtbot.mouseMove(canvas, (start + end) / 2)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, held, pos=end)


def draw_triangle(qtbot, canvas) -> None:
    canvas.tools.activate("draw_polygon")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)


def test_distance_tool_measures_edges_on_ellipsoid(canvas, qtbot):
    canvas.tools.activate("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0))
    qtbot.mouseMove(canvas, pixel(canvas, 0, 2000))
    pixels = [pixel(canvas, *at) for at in ((-3000, 0), (0, 0), (0, 2000))]
    places = [from_mercator(*canvas.view.to_map(*each.toTuple())) for each in pixels]
    so_far = distance_m(*places[0], *places[1])
    running = distance_m(*places[1], *places[2])
    assert canvas.tools.status().value == describe_length(so_far + running)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)  # the running edge is not included
    assert canvas.tools.status().value == describe_length(so_far)


def test_measure_backspace_removes_point_and_restarts(canvas, qtbot):
    canvas.tools.activate("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0), (0, 3000))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(canvas.tools.active.sketch.vertices) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    click(qtbot, canvas, (2000, 2000))
    assert len(canvas.tools.active.sketch.vertices) == 1


def test_measure_double_click_ends_without_zoom(canvas, qtbot):
    before = canvas.view
    canvas.tools.activate("measure_area")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 3000))
    qtbot.mouseDClick(canvas, LEFT, pos=pixel(canvas, 0, 3000))
    assert canvas.tools.active.sketch.closed
    assert "ha" in canvas.tools.status().value
    assert canvas.view == before


def test_measure_self_crossing_polygon_has_no_area(canvas, qtbot):
    canvas.tools.activate("measure_area")
    click(qtbot, canvas, (-3000, -3000), (3000, 3000), (3000, -3000), (-3000, 3000))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tools.status().problem
    assert not canvas.tools.status().value


def test_measured_value_is_offered_for_copying(canvas, qtbot):
    canvas.tools.activate("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0))
    with qtbot.waitSignal(canvas.tools.copy_requested) as copied:
        qtbot.keyClick(canvas, Qt.Key.Key_C, CTRL)
    assert copied.args[0].endswith("km")


def test_active_tool_keeps_map_drag_and_zoom(canvas, qtbot):
    canvas.tools.activate("distance")
    place = canvas.view.to_map(300, 300)
    drag(qtbot, canvas, QPoint(300, 300), QPoint(350, 320))
    assert canvas.view.to_screen(*place) == pytest.approx((350, 320))
    assert canvas.tools.active.sketch.vertices == ()
    scale = canvas.view.metres_per_px
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.metres_per_px < scale


def test_space_key_clicks_view_centre(canvas, qtbot):
    canvas.tools.activate("draw_line")
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tools.sketch.closed
    assert canvas.tools.sketch.vertices[1][0] == pytest.approx(
        canvas.view.centre_x_m, abs=10 * canvas.view.metres_per_px
    )


def test_draw_polygon_closes_on_first_vertex(canvas, qtbot):
    canvas.tools.activate("draw_polygon")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 2000), (-3000, -3000))
    assert canvas.tools.sketch.closed
    assert len(canvas.tools.sketch.vertices) == 3


def test_vertex_drag_can_be_undone_and_redone(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    drag(qtbot, canvas, pixel(canvas, 0, 2000), pixel(canvas, 1500, 2600), ALT)
    moved = canvas.tools.sketch
    assert moved.vertices[2] == pytest.approx((1500, 2600), abs=canvas.view.metres_per_px)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before
    qtbot.keyClick(canvas, Qt.Key.Key_Y, CTRL)
    assert canvas.tools.sketch == moved


def test_edge_middle_drag_inserts_vertex(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    drag(qtbot, canvas, pixel(canvas, 0, -3000), pixel(canvas, 0, -4500), ALT)
    assert len(canvas.tools.sketch.vertices) == 4
    assert canvas.tools.sketch.vertices[1] == pytest.approx((0, -4500), abs=canvas.view.metres_per_px)


def test_selected_vertex_moves_and_deletes_by_keys(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    drag(qtbot, canvas, pixel(canvas, 0, -3000), pixel(canvas, 0, -4500), ALT)
    qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 0, -4500))
    qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 3000, -3000))
    x_m, _y_m = canvas.tools.sketch.vertices[canvas.tools.active.chosen]
    qtbot.keyClick(canvas, Qt.Key.Key_Right, ALT)
    assert canvas.tools.sketch.vertices[canvas.tools.active.chosen][0] == pytest.approx(
        x_m + canvas.view.metres_per_px
    )
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(canvas.tools.sketch.vertices) == 3


def test_tab_steps_through_vertices(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.tools.active.chosen == 1


def test_vertex_drag_rejects_self_crossing_with_mark(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    drag(qtbot, canvas, pixel(canvas, 0, -3000), pixel(canvas, 0, -4500), ALT)
    before = canvas.tools.sketch
    drag(qtbot, canvas, pixel(canvas, 0, 2000), pixel(canvas, 4500, -6500), ALT)
    assert canvas.tools.sketch == before
    assert canvas.tools.status().problem
    crossing = find_crossing(before.with_moved(3, canvas.view.to_map(*pixel(canvas, 4500, -6500).toTuple())))
    image = canvas.grab().toImage()
    assert image.pixelColor(pixel(canvas, *crossing) + QPoint(0, -7)).name() == DARK.critical


def test_new_vertex_rejects_self_crossing(canvas, qtbot):
    canvas.tools.activate("draw_line")
    click(qtbot, canvas, (-3000, -3000), (3000, 3000), (3000, -3000), (-3000, 3000))
    assert len(canvas.tools.sketch.vertices) == 3
    assert canvas.tools.status().problem


def test_vertex_snaps_to_corner_unless_alt_held(canvas, qtbot):
    canvas.tools.activate("draw_point")
    at = pixel(canvas, 4000, 4000) + QPoint(5, 4)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    assert canvas.tools.sketch.vertices == ((4000.0, 4000.0),)
    drag(qtbot, canvas, at, at + QPoint(3, 4), ALT)
    assert canvas.tools.sketch.vertices != ((4000.0, 4000.0),)


def test_escape_drops_sketch_and_undo_restores_it(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tools.sketch.vertices == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.tools.is_working


def test_saved_sketch_can_be_restored_by_undo(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    canvas.tools.drop_sketch()
    assert not canvas.tools.is_working
    canvas.tools.activate("draw_polygon")
    assert canvas.tools.sketch.vertices == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before


def test_enter_accepts_complete_sketch(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    with qtbot.waitSignal(canvas.tools.accept_requested):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)


def test_existing_area_can_be_edited(canvas):
    canvas.tools.edit_sketch(SketchKind.POLYGON, ((0.0, 0.0), (0.02, 0.0), (0.02, 0.02), (0.0, 0.0)))
    assert canvas.tools.active.code == "draw_polygon"
    assert len(canvas.tools.sketch.vertices) == 3
    assert canvas.tools.sketch.closed


def test_select_box_selects_markers_and_features_inside(canvas, qtbot):
    canvas.tools.activate("select_box")
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        drag(qtbot, canvas, pixel(canvas, -7000, -5000), pixel(canvas, 2000, 7000))
    found = told.args[0]
    assert found.ids(MarkerKind.STATION) == ("s0",)
    assert set(found.ids(MarkerKind.INCIDENT)) == {"i0", "i1"}
    towns = {item.title for group in found.groups if group.layer == "places" for item in group.items}
    assert towns == {"Kota Satu", "Kota Dua"}
    assert canvas.tools.chosen == {kind: ids for kind, ids in found.chosen.items() if ids}


def test_select_box_with_shift_adds(canvas, qtbot):
    shift = Qt.KeyboardModifier.ShiftModifier
    canvas.tools.activate("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, 5000, 1000), shift)
    stations = next(group for group in told.args[0].groups if group.layer == "stations")
    assert (stations.count, [item.id for item in stations.items]) == (2, ["s1", "s0"])
    drag(qtbot, canvas, pixel(canvas, -1000, 3000), pixel(canvas, 1000, 5000), shift)
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s0", "s1"), MarkerKind.INCIDENT: ("i0",)}
    drag(qtbot, canvas, pixel(canvas, 3000, -1000), pixel(canvas, 5000, 1000))
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s1",)}


def test_cleared_selection_is_not_added_to(canvas, qtbot):
    canvas.tools.activate("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    canvas.tools.deactivate()
    canvas.tools.clear_results()
    canvas.tools.activate("select_box")
    box = pixel(canvas, 3000, -1000), pixel(canvas, 5000, 1000)
    drag(qtbot, canvas, *box, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s1",)}


def test_touch_pad_zoom_works_in_every_tool(canvas):
    for code in ("pan", "distance", "draw_polygon"):
        if code != "pan":
            canvas.tools.activate(code)
        place, scale = canvas.view.to_map(200, 150), canvas.view.metres_per_px
        at = QPointF(200, 150)
        kind = Qt.NativeGestureType.ZoomNativeGesture
        device = QPointingDevice.primaryPointingDevice()
        QApplication.sendEvent(canvas, QNativeGestureEvent(kind, device, 2, at, at, at, 0.25, QPointF()))
        assert canvas.view.metres_per_px == pytest.approx(scale / 1.25)
        assert canvas.view.to_screen(*place) == pytest.approx((200, 150))


def test_selection_has_ring_and_escape_clears_it(canvas, qtbot):
    beside = pixel(canvas, -4000, 0) + QPoint(11, 0)
    plain = canvas.grab().toImage().pixelColor(beside)
    canvas.tools.activate("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    ringed = canvas.grab().toImage().pixelColor(beside)
    assert abs(ringed.hue() - QColor(DARK.accent).hue()) < 5
    assert ringed != plain
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert told.args == [None]
    assert canvas.grab().toImage().pixelColor(beside) == plain


def test_select_polygon_excludes_markers_of_its_box(canvas, qtbot):
    canvas.tools.activate("select_polygon")
    click(qtbot, canvas, (-6000, -1000), (-6000, 6000), (3000, 6000))
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args[0].ids(MarkerKind.INCIDENT) == ("i0",)
    assert told.args[0].ids(MarkerKind.STATION) == ()


def test_select_box_is_set_by_keys(canvas, qtbot):
    canvas.centre_on(-0.09, 0.0)
    canvas.tools.activate("select_box")
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(canvas, key)
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert told.args[0].ids(MarkerKind.INCIDENT) == ("i0",)


def test_identify_lists_results_by_layer(canvas, qtbot):
    canvas.tools.activate("identify")
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 4000, 0))
    layers = [group.layer for group in told.args[0].groups]
    assert layers == ["stations", "kecamatan", "regency"]
    first = told.args[0].groups[0].items[0]
    assert (first.kind, first.id, first.title) == ("station", "s1", "Stasiun 1")
    assert told.args[0].groups[1].items[0].title == "Timur"


def test_found_feature_is_outlined(canvas, qtbot):
    canvas.tools.activate("identify")
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 7000, 7000))
    lake = next(group for group in told.args[0].groups if group.layer == "lakes").items[0]
    edge = pixel(canvas, 8000, 5000)
    canvas.tools.outline(lake)
    image = canvas.grab().toImage()
    seen = {image.pixelColor(edge + QPoint(dx, 0)).name() for dx in (-2, -1, 0, 1)}
    assert DARK.attention in seen


def test_zoom_tool_zooms_to_box_and_stays(canvas, qtbot):
    canvas.tools.activate("zoom")
    west, north = canvas.view.to_map(100, 100)
    drag(qtbot, canvas, QPoint(100, 100), QPoint(250, 250))
    assert canvas.view.to_screen(west, north) == pytest.approx((0, 0), abs=1)
    scale = canvas.view.metres_per_px
    qtbot.mouseClick(canvas, LEFT, ALT, pos=QPoint(300, 300))
    assert canvas.view.metres_per_px == pytest.approx(2 * scale)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tools.active.code == "pan"


def test_tool_activated_twice_is_deactivated(canvas, qtbot):
    canvas.tools.activate("distance")
    canvas.tools.activate("distance")
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 4000, 0))
    assert chosen.args == ["station", "s1"]


def test_tool_and_pick_mode_end_each_other(canvas, qtbot):
    canvas.begin_pick()
    with qtbot.waitSignal(canvas.pick_cancelled):
        canvas.tools.activate("distance")
    canvas.begin_pick()
    assert not canvas.tools.is_working


def test_tool_key_is_no_window_shortcut(canvas):
    def asks(key: Qt.Key, held=NONE) -> bool:
        return canvas.tools.wants(QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, held))

    assert not asks(Qt.Key.Key_Space)
    canvas.tools.activate("draw_polygon")
    assert asks(Qt.Key.Key_Space)
    assert not asks(Qt.Key.Key_Z, CTRL)  # nothing to undo here, so the window may use the key
    assert not asks(Qt.Key.Key_N)
