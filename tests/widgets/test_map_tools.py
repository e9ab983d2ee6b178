"""The working tools by mouse and by keys: measuring, drawing, selecting and asking what lies somewhere."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.amounts import length_words
from tabuah.widgets.map.tools.sketch import Figure, crossing_of
from tabuah.widgets.theme.tokens import DARK

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
    canvas.tools.take("draw_polygon")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)


def test_a_way_is_measured_on_the_ellipsoid_edge_by_edge(canvas, qtbot):
    canvas.tools.take("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0))
    qtbot.mouseMove(canvas, pixel(canvas, 0, 2000))
    pixels = [pixel(canvas, *at) for at in ((-3000, 0), (0, 0), (0, 2000))]
    places = [from_mercator(*canvas.view.to_map(*each.toTuple())) for each in pixels]
    so_far = distance_m(*places[0], *places[1])
    running = distance_m(*places[1], *places[2])
    assert canvas.tools.words().value == length_words(so_far + running)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)  # the running edge is not part of it
    assert canvas.tools.words().value == length_words(so_far)


def test_backspace_takes_a_point_back_and_a_click_after_the_end_begins_anew(canvas, qtbot):
    canvas.tools.take("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0), (0, 3000))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(canvas.tools.active.sketch.vertices) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    click(qtbot, canvas, (2000, 2000))
    assert len(canvas.tools.active.sketch.vertices) == 1


def test_a_double_click_ends_measuring_and_does_not_zoom(canvas, qtbot):
    before = canvas.view
    canvas.tools.take("measure_area")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 3000))
    qtbot.mouseDClick(canvas, LEFT, pos=pixel(canvas, 0, 3000))
    assert canvas.tools.active.sketch.closed
    assert "ha" in canvas.tools.words().value
    assert canvas.view == before


def test_an_outline_that_crosses_itself_has_no_area(canvas, qtbot):
    canvas.tools.take("measure_area")
    click(qtbot, canvas, (-3000, -3000), (3000, 3000), (3000, -3000), (-3000, 3000))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tools.words().problem
    assert not canvas.tools.words().value


def test_the_measured_value_is_handed_over_for_copying(canvas, qtbot):
    canvas.tools.take("distance")
    click(qtbot, canvas, (-3000, 0), (0, 0))
    with qtbot.waitSignal(canvas.tools.copy_requested) as copied:
        qtbot.keyClick(canvas, Qt.Key.Key_C, CTRL)
    assert copied.args[0].endswith("km")


def test_the_map_is_still_dragged_and_zoomed_while_a_tool_is_in_hand(canvas, qtbot):
    canvas.tools.take("distance")
    place = canvas.view.to_map(300, 300)
    drag(qtbot, canvas, QPoint(300, 300), QPoint(350, 320))
    assert canvas.view.to_screen(*place) == pytest.approx((350, 320))
    assert canvas.tools.active.sketch.vertices == ()
    scale = canvas.view.metres_per_px
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.metres_per_px < scale


def test_space_clicks_in_the_middle_so_that_no_mouse_is_needed(canvas, qtbot):
    canvas.tools.take("draw_line")
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tools.sketch.closed
    assert canvas.tools.sketch.vertices[1][0] == pytest.approx(
        canvas.view.centre_x_m, abs=10 * canvas.view.metres_per_px
    )


def test_a_polygon_is_drawn_and_closed_by_a_click_on_its_first_vertex(canvas, qtbot):
    canvas.tools.take("draw_polygon")
    click(qtbot, canvas, (-3000, -3000), (3000, -3000), (0, 2000), (-3000, -3000))
    assert canvas.tools.sketch.closed
    assert len(canvas.tools.sketch.vertices) == 3


def test_a_vertex_is_dragged_and_the_step_is_undone_and_done_again(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    drag(qtbot, canvas, pixel(canvas, 0, 2000), pixel(canvas, 1500, 2600), ALT)
    moved = canvas.tools.sketch
    assert moved.vertices[2] == pytest.approx((1500, 2600), abs=canvas.view.metres_per_px)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before
    qtbot.keyClick(canvas, Qt.Key.Key_Y, CTRL)
    assert canvas.tools.sketch == moved


def test_a_drag_from_the_middle_of_an_edge_inserts_a_vertex(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    drag(qtbot, canvas, pixel(canvas, 0, -3000), pixel(canvas, 0, -4500), ALT)
    assert len(canvas.tools.sketch.vertices) == 4
    assert canvas.tools.sketch.vertices[1] == pytest.approx((0, -4500), abs=canvas.view.metres_per_px)


def test_a_chosen_vertex_is_deleted_and_moved_by_keys(canvas, qtbot):
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


def test_tab_goes_from_vertex_to_vertex(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.tools.active.chosen == 1


def test_a_drag_that_would_make_it_cross_itself_is_refused_with_a_mark(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    drag(qtbot, canvas, pixel(canvas, 0, -3000), pixel(canvas, 0, -4500), ALT)
    before = canvas.tools.sketch
    drag(qtbot, canvas, pixel(canvas, 0, 2000), pixel(canvas, 4500, -6500), ALT)
    assert canvas.tools.sketch == before
    assert canvas.tools.words().problem
    crossing = crossing_of(before.with_moved(3, canvas.view.to_map(*pixel(canvas, 4500, -6500).toTuple())))
    image = canvas.grab().toImage()
    assert image.pixelColor(pixel(canvas, *crossing) + QPoint(0, -7)).name() == DARK.critical


def test_a_vertex_that_would_cross_what_is_drawn_is_refused(canvas, qtbot):
    canvas.tools.take("draw_line")
    click(qtbot, canvas, (-3000, -3000), (3000, 3000), (3000, -3000), (-3000, 3000))
    assert len(canvas.tools.sketch.vertices) == 3
    assert canvas.tools.words().problem


def test_a_vertex_snaps_to_a_corner_of_the_map_unless_alt_is_held(canvas, qtbot):
    canvas.tools.take("draw_point")
    at = pixel(canvas, 4000, 4000) + QPoint(5, 4)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    assert canvas.tools.sketch.vertices == ((4000.0, 4000.0),)
    drag(qtbot, canvas, at, at + QPoint(3, 4), ALT)
    assert canvas.tools.sketch.vertices != ((4000.0, 4000.0),)


def test_escape_drops_the_figure_then_leaves_and_the_figure_can_be_had_back(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tools.sketch.vertices == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.tools.is_working


def test_a_figure_that_was_saved_can_be_had_back_to_be_saved_otherwise(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    before = canvas.tools.sketch
    canvas.tools.drop_sketch()
    assert not canvas.tools.is_working
    canvas.tools.take("draw_polygon")
    assert canvas.tools.sketch.vertices == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.tools.sketch == before


def test_enter_on_a_whole_figure_accepts_it(canvas, qtbot):
    draw_triangle(qtbot, canvas)
    with qtbot.waitSignal(canvas.tools.accept_requested):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)


def test_an_area_is_taken_up_to_be_changed(canvas):
    canvas.tools.draw_on(Figure.POLYGON, ((0.0, 0.0), (0.02, 0.0), (0.02, 0.02), (0.0, 0.0)))
    assert canvas.tools.active.code == "draw_polygon"
    assert len(canvas.tools.sketch.vertices) == 3
    assert canvas.tools.sketch.closed


def test_a_box_selects_markers_and_the_features_inside_it(canvas, qtbot):
    canvas.tools.take("select_box")
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        drag(qtbot, canvas, pixel(canvas, -7000, -5000), pixel(canvas, 2000, 7000))
    found = told.args[0]
    assert found.ids(MarkerKind.STATION) == ("s0",)
    assert set(found.ids(MarkerKind.INCIDENT)) == {"i0", "i1"}
    towns = {item.title for group in found.groups if group.layer == "places" for item in group.items}
    assert towns == {"Kota Satu", "Kota Dua"}
    assert canvas.tools.chosen == {kind: ids for kind, ids in found.chosen.items() if ids}


def test_a_box_with_shift_adds_to_what_is_selected(canvas, qtbot):
    shift = Qt.KeyboardModifier.ShiftModifier
    canvas.tools.take("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, 5000, 1000), shift)
    stations = next(group for group in told.args[0].groups if group.layer == "stations")
    assert (stations.count, [item.id for item in stations.items]) == (2, ["s1", "s0"])
    drag(qtbot, canvas, pixel(canvas, -1000, 3000), pixel(canvas, 1000, 5000), shift)
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s0", "s1"), MarkerKind.INCIDENT: ("i0",)}
    drag(qtbot, canvas, pixel(canvas, 3000, -1000), pixel(canvas, 5000, 1000))
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s1",)}


def test_a_selection_that_was_cleared_elsewhere_is_added_to_no_more(canvas, qtbot):
    canvas.tools.take("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    canvas.tools.lay_down()
    canvas.tools.clear_found()
    canvas.tools.take("select_box")
    box = pixel(canvas, 3000, -1000), pixel(canvas, 5000, 1000)
    drag(qtbot, canvas, *box, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.tools.chosen == {MarkerKind.STATION: ("s1",)}


def test_two_fingers_on_a_touch_pad_zoom_around_themselves_in_every_tool(canvas):
    for code in ("pan", "distance", "draw_polygon"):
        if code != "pan":
            canvas.tools.take(code)
        place, scale = canvas.view.to_map(200, 150), canvas.view.metres_per_px
        at = QPointF(200, 150)
        kind = Qt.NativeGestureType.ZoomNativeGesture
        device = QPointingDevice.primaryPointingDevice()
        QApplication.sendEvent(canvas, QNativeGestureEvent(kind, device, 2, at, at, at, 0.25, QPointF()))
        assert canvas.view.metres_per_px == pytest.approx(scale / 1.25)
        assert canvas.view.to_screen(*place) == pytest.approx((200, 150))


def test_what_is_selected_has_a_ring_and_escape_clears_it(canvas, qtbot):
    beside = pixel(canvas, -4000, 0) + QPoint(11, 0)
    plain = canvas.grab().toImage().pixelColor(beside)
    canvas.tools.take("select_box")
    drag(qtbot, canvas, pixel(canvas, -5000, -1000), pixel(canvas, -3000, 1000))
    ringed = canvas.grab().toImage().pixelColor(beside)
    assert abs(ringed.hue() - QColor(DARK.accent).hue()) < 5
    assert ringed != plain
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert told.args == [None]
    assert canvas.grab().toImage().pixelColor(beside) == plain


def test_a_polygon_selects_what_is_in_it_and_not_what_is_in_its_box(canvas, qtbot):
    canvas.tools.take("select_polygon")
    click(qtbot, canvas, (-6000, -1000), (-6000, 6000), (3000, 6000))
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args[0].ids(MarkerKind.INCIDENT) == ("i0",)
    assert told.args[0].ids(MarkerKind.STATION) == ()


def test_a_box_is_set_by_keys_corner_by_corner(canvas, qtbot):
    canvas.centre_on(-0.09, 0.0)
    canvas.tools.take("select_box")
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(canvas, key)
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert told.args[0].ids(MarkerKind.INCIDENT) == ("i0",)


def test_asking_lists_what_lies_there_layer_by_layer(canvas, qtbot):
    canvas.tools.take("identify")
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 4000, 0))
    layers = [group.layer for group in told.args[0].groups]
    assert layers == ["stations", "kecamatan", "regency"]
    first = told.args[0].groups[0].items[0]
    assert (first.kind, first.id, first.title) == ("station", "s1", "Stasiun 1")
    assert told.args[0].groups[1].items[0].title == "Timur"


def test_a_found_feature_is_outlined(canvas, qtbot):
    canvas.tools.take("identify")
    with qtbot.waitSignal(canvas.tools.found_changed) as told:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 7000, 7000))
    lake = next(group for group in told.args[0].groups if group.layer == "lakes").items[0]
    edge = pixel(canvas, 8000, 5000)
    canvas.tools.outline(lake)
    image = canvas.grab().toImage()
    seen = {image.pixelColor(edge + QPoint(dx, 0)).name() for dx in (-2, -1, 0, 1)}
    assert DARK.attention in seen


def test_the_zoom_tool_fills_the_view_with_a_box_and_stays(canvas, qtbot):
    canvas.tools.take("zoom")
    west, north = canvas.view.to_map(100, 100)
    drag(qtbot, canvas, QPoint(100, 100), QPoint(250, 250))
    assert canvas.view.to_screen(west, north) == pytest.approx((0, 0), abs=1)
    scale = canvas.view.metres_per_px
    qtbot.mouseClick(canvas, LEFT, ALT, pos=QPoint(300, 300))
    assert canvas.view.metres_per_px == pytest.approx(2 * scale)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tools.active.code == "pan"


def test_taking_a_tool_twice_lays_it_down_and_a_click_selects_again(canvas, qtbot):
    canvas.tools.take("distance")
    canvas.tools.take("distance")
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 4000, 0))
    assert chosen.args == ["station", "s1"]


def test_a_tool_ends_the_pick_mode_and_the_pick_mode_ends_a_tool(canvas, qtbot):
    canvas.begin_pick()
    with qtbot.waitSignal(canvas.pick_cancelled):
        canvas.tools.take("distance")
    canvas.begin_pick()
    assert not canvas.tools.is_working


def test_a_key_of_the_tool_is_no_command_of_the_window(canvas):
    def asks(key: Qt.Key, held=NONE) -> bool:
        return canvas.tools.wants(QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, held))

    assert not asks(Qt.Key.Key_Space)
    canvas.tools.take("draw_polygon")
    assert asks(Qt.Key.Key_Space)
    assert not asks(Qt.Key.Key_Z, CTRL)  # nothing to undo here, so the window may
    assert not asks(Qt.Key.Key_N)
