"""Map canvas: display, selection, pick mode and signals by mouse and keyboard."""

import threading

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from support.map_samples import small_base_map, stations

from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.theme.design_tokens import DARK, LIGHT


def pixel(canvas: MapCanvas, x_m: float, y_m: float) -> QPoint:
    x_px, y_px = canvas.view.to_screen(x_m, y_m)
    return QPoint(round(x_px), round(y_px))


def test_canvas_fits_and_draws_first_base_map(canvas):
    image = canvas.grab().toImage()
    assert image.pixelColor(pixel(canvas, -3100, -3300)).name() == DARK.land
    assert image.pixelColor(pixel(canvas, 4000, 0)).name() == DARK.critical
    west, _, east, _ = canvas.view.bounds_m
    assert west < -10_000
    assert east > 10_000


def test_click_selects_marker_or_clears_selection(canvas, qtbot):
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=pixel(canvas, 4000, 0))
    assert chosen.args == ["station", "s1"]
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=pixel(canvas, 4000, 0) + QPoint(40, 0))
    assert chosen.args == ["", ""]


def test_set_selection_marks_marker_without_signal(canvas, qtbot):
    before = canvas.grab().toImage()
    with qtbot.assertNotEmitted(canvas.selection_changed):
        canvas.set_selection("incident", "i0")
    ring = pixel(canvas, 0, 4000) + QPoint(19, 0)
    after = canvas.grab().toImage()
    assert after.pixelColor(ring) != before.pixelColor(ring)


def test_hover_emits_marker_and_shows_card(canvas, qtbot):
    before = canvas.grab().toImage()
    with qtbot.waitSignal(canvas.hover_changed) as hovered:
        qtbot.mouseMove(canvas, pixel(canvas, -4000, 0))
    assert hovered.args == ["station", "s0"]
    beside = pixel(canvas, -4000, 0) + QPoint(22, -6)
    assert canvas.grab().toImage().pixelColor(beside) != before.pixelColor(beside)


def test_drag_pans_without_selecting(canvas, qtbot):
    place = canvas.view.to_map(300, 300)
    with qtbot.assertNotEmitted(canvas.selection_changed):
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
        qtbot.mouseMove(canvas, QPoint(330, 310))
        qtbot.mouseMove(canvas, QPoint(350, 320))
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(350, 320))
    assert canvas.view.to_screen(*place) == pytest.approx((350, 320))


def test_shift_drag_zooms_to_box(canvas, qtbot):
    west, north = canvas.view.to_map(100, 100)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, shift, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(250, 250))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, shift, pos=QPoint(250, 250))
    assert canvas.view.to_screen(west, north) == pytest.approx((0, 0), abs=1)


def test_keyboard_pans_zooms_and_fits(canvas, qtbot):
    home = canvas.view
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.view.centre_x_m > home.centre_x_m
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.metres_per_px < home.metres_per_px
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.view == home


def test_tab_focuses_incidents_worst_first(canvas, qtbot):
    canvas.setFocus()
    seen = []
    canvas.hover_changed.connect(lambda _kind, marker: seen.append(marker))
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    with qtbot.waitSignal(canvas.selection_changed) as chosen:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert seen == ["i1", "i0"]
    assert chosen.args == ["incident", "i0"]
    qtbot.keyClick(canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert seen[-1] == "i1"
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert seen[-1] == ""


def test_pick_mode_accepts_click_enter_and_escape(canvas, qtbot):
    canvas.begin_pick()
    with qtbot.waitSignal(canvas.location_picked) as picked:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=pixel(canvas, 4000, 0))
    assert picked.args == pytest.approx(from_mercator(4000.0, 0.0), abs=5e-4)
    canvas.begin_pick()
    with qtbot.waitSignal(canvas.location_picked) as picked:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert picked.args == pytest.approx((0, 0), abs=1e-6)
    canvas.begin_pick()
    with qtbot.waitSignal(canvas.pick_cancelled):
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_picking


def test_context_menu_request_carries_position(canvas, qtbot):
    at = pixel(canvas, 4000, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at))
    with qtbot.waitSignal(canvas.context_requested) as asked:
        QApplication.sendEvent(canvas, event)
    assert asked.args[:2] == pytest.approx(list(from_mercator(4000.0, 0.0)), abs=5e-4)


def test_zoom_shows_scaled_picture_then_sharp(canvas, qtbot):
    canvas.zoom_at(2.0, QPointF(300, 300))
    blurred = canvas.grab().toImage()
    assert blurred.pixelColor(pixel(canvas, -1500, -1700)).name() == DARK.land
    qtbot.waitSignal(canvas.settled).wait()
    assert canvas.renderer.picture.is_final
    assert canvas.renderer.picture.frame.is_sharp_in(canvas.view)


def test_palette_change_repaints_everything(canvas, qtbot):
    with qtbot.waitSignal(canvas.settled):
        canvas.set_palette(LIGHT)
    assert canvas.grab().toImage().pixelColor(pixel(canvas, -3100, -3300)).name() == LIGHT.land
    assert canvas.renderer.labels.content.palette is LIGHT


def test_class_change_reaches_screen(canvas, qtbot):
    with qtbot.waitSignal(canvas.settled):
        canvas.show_stations(stations([(-4000, 0), (4000, 0)], [MarkerClass.CRITICAL, MarkerClass.NORMAL]))
    image = canvas.grab().toImage()
    assert image.pixelColor(pixel(canvas, -4000, 0)).name() == DARK.critical
    assert image.pixelColor(pixel(canvas, 4000, 0)).name() == DARK.normal


def test_select_brings_hidden_marker_into_view(canvas):
    canvas.centre_on(0.5, 0.3)
    canvas.select("incident", "i0")
    assert canvas.rect().contains(pixel(canvas, 0, 4000))


def test_exercise_watermark_covers_map(canvas):
    before = canvas.grab().toImage()
    canvas.set_exercise("LATIHAN")
    assert canvas.grab().toImage() != before


def test_image_for_print_equals_screen_content(canvas):
    image = canvas.grab_image()
    assert image.pixelColor(pixel(canvas, 4000, 0)).name() == DARK.critical


@pytest.mark.parametrize("end", ["close", "hide", "delete"])
def test_closed_canvas_leaves_no_worker_thread(qtbot, end):
    window = QWidget()
    canvas = MapCanvas()
    QVBoxLayout(window).addWidget(canvas)
    canvas.show_base_map(small_base_map())
    with qtbot.waitSignal(canvas.settled):
        window.show()
    assert {"map-picture", "map-labels"} <= {thread.name for thread in threading.enumerate()}
    if end == "delete":
        window.deleteLater()
        with qtbot.waitSignal(window.destroyed):
            pass
    else:
        getattr(window, end)()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("map-")]
    if end != "delete":
        window.deleteLater()
