"""Map tools in the window: keys, affected areas, a selection shared with the board, bookmarks."""

import json
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from support.window_fixture import KOTO_BARU, OpenWindow, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.map.bookmarks import Bookmark, read_bookmarks, save_bookmarks
from tabuah.console.window.shared.panels import SidePage
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.codes import Hazard
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.map.tools.tool_list import ENTRIES

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
AROUND_KOTO_BARU = ((100.61, -0.82), (100.65, -0.82), (100.63, -0.78))


@pytest.fixture
def incident_window(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window close to a selected incident in Koto Baru."""
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.context.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    return window


def pixel(window: OpenWindow, lon_deg: float, lat_deg: float) -> QPoint:
    x_px, y_px = window.shell.parts.map.canvas.view.to_screen(*to_mercator(lon_deg, lat_deg))
    return QPoint(round(x_px), round(y_px))


def click(window: OpenWindow, *places_deg: tuple[float, float]) -> None:
    for place in places_deg:
        window.qtbot.mouseClick(window.shell.parts.map.canvas, LEFT, ALT, pos=pixel(window, *place))


def offer(window: OpenWindow, code: str) -> KeyButton:
    return window.find(KeyButton, f"offer_{code}")


def test_map_tools_are_selected_by_key(window: OpenWindow) -> None:
    tools = window.shell.parts.map.canvas.tools
    for entry in ENTRIES:
        key = Qt.Key(ord(entry.key[-1]))
        window.key(key, *([Qt.KeyboardModifier.ShiftModifier] if "Shift" in entry.key else []))
        assert tools.active.code == entry.code
        window.key(Qt.Key.Key_Escape)
        assert tools.active.code == "pan"


def test_drawn_polygon_becomes_affected_area(incident_window: OpenWindow, data: Path) -> None:
    incident_window.key(Qt.Key.Key_P, SHIFT)
    click(incident_window, *AROUND_KOTO_BARU)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.area is not None)
    area = incident_window.incident.area
    assert area is not None
    assert area[0] == area[-1]
    assert shapely.Polygon(area).exterior.is_ccw
    assert shapely.Polygon(area).contains(shapely.Point(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg))
    incident_window.until(lambda: len(incident_window.shell.parts.map.canvas.content.areas) == 1)
    assert not incident_window.shell.parts.map.canvas.tools.is_working
    incident_window.wait_for_toast("Wilayah terdampak", "disimpan", "Urungkan")
    incident_window.key(Qt.Key.Key_Z, CTRL)
    incident_window.until(lambda: incident_window.incident.area is None)
    with open_second_store(data) as store:
        kinds = [entry.kind for entry, _verdict in store.entries_of(f"incident/{incident_window.incident.id}")]
    assert kinds == ["incident.reported", "incident.edited", "incident.edited"]


def test_affected_area_can_be_changed_and_removed(incident_window: OpenWindow) -> None:
    canvas = incident_window.shell.parts.map.canvas
    incident_window.key(Qt.Key.Key_P, SHIFT)
    click(incident_window, *AROUND_KOTO_BARU)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.area is not None)
    before = incident_window.incident.area
    incident_window.key(Qt.Key.Key_P, SHIFT)
    assert len(canvas.tools.sketch.vertices) == 3
    start, end = pixel(incident_window, 100.63, -0.78), pixel(incident_window, 100.64, -0.77)
    incident_window.qtbot.mousePress(canvas, LEFT, ALT, pos=start)
    incident_window.qtbot.mouseMove(canvas, end)
    incident_window.qtbot.mouseRelease(canvas, LEFT, ALT, pos=end)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.until(lambda: incident_window.incident.area not in (None, before))
    incident_window.key(Qt.Key.Key_P, SHIFT)
    incident_window.qtbot.mouseClick(offer(incident_window, "no_area"), LEFT)
    incident_window.until(lambda: incident_window.incident.area is None)


def test_affected_area_needs_incident(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_O)
    click(window, (100.6, -0.9), (100.7, -0.9), (100.65, -0.8))
    window.key(Qt.Key.Key_Return)
    assert not offer(window, "area").isEnabled()
    assert "Pilih insiden" in offer(window, "area").toolTip()


def test_undo_applies_to_figure_while_drawing(incident_window: OpenWindow) -> None:
    tools = incident_window.shell.parts.map.canvas.tools
    incident_window.key(Qt.Key.Key_O)
    click(incident_window, *AROUND_KOTO_BARU)
    incident_window.key(Qt.Key.Key_Z, CTRL)
    assert len(tools.sketch.vertices) == 2
    assert "urungkan" not in incident_window.toasts.casefold()


def test_drawn_point_opens_report_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_X)
    click(window, (100.63, -0.80))
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.side.page is SidePage.REPORT


def test_drawn_point_moves_incident(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_X)
    click(incident_window, (100.61, -0.83))
    incident_window.qtbot.mouseClick(offer(incident_window, "relocate"), LEFT)
    incident_window.until(lambda: incident_window.incident.place.lon_deg == pytest.approx(100.61, abs=0.002))


def test_figure_is_copied_as_geojson(incident_window: OpenWindow) -> None:
    incident_window.key(Qt.Key.Key_O)
    click(incident_window, *AROUND_KOTO_BARU)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.qtbot.mouseClick(offer(incident_window, "copy"), LEFT)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["type"] == "Polygon"
    assert len(copied["coordinates"][0]) == 4


def test_map_selection_filters_board(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
        report_in_second_store(store, hazard=Hazard.FIRE, title="Kebakaran, Nagari Koto Baru")
    board, canvas = window.shell.parts.board, window.shell.parts.map.canvas
    window.until(lambda: len(window.incidents) == 2)
    window.until(lambda: canvas.picture is not None and len(canvas.picture.frame.content.incidents.ids) == 2)
    window.context.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    window.until(lambda: canvas.tools.is_ready)
    window.key(Qt.Key.Key_S)
    drag(window, QPoint(40, 200), QPoint(80, 240))
    assert "dipilih di peta" not in board_text(window)  # the box was empty
    start = pixel(window, KOTO_BARU.lon_deg - 0.01, KOTO_BARU.lat_deg + 0.01)
    drag(window, start, pixel(window, KOTO_BARU.lon_deg + 0.01, KOTO_BARU.lat_deg - 0.01))
    assert len(canvas.tools.chosen[MarkerKind.INCIDENT]) == 2
    assert "2 dipilih di peta" in board_text(window)
    window.qtbot.mouseClick(window.find(QToolButton, "chosen_clear"), LEFT)
    assert "dipilih di peta" not in board_text(window)
    assert canvas.tools.chosen == {}
    assert board.isVisible()


def test_polygon_selects_objects_inside(incident_window: OpenWindow) -> None:
    canvas = incident_window.shell.parts.map.canvas
    incident_window.until(lambda: canvas.picture is not None and len(canvas.picture.frame.content.incidents.ids) == 1)
    incident_window.key(Qt.Key.Key_O)
    click(incident_window, *AROUND_KOTO_BARU)
    incident_window.key(Qt.Key.Key_Return)
    incident_window.qtbot.mouseClick(offer(incident_window, "inside"), LEFT)
    assert canvas.tools.chosen[MarkerKind.INCIDENT] == (incident_window.incident.id,)


def test_bookmark_is_saved_and_opened_by_key(window: OpenWindow, data: Path) -> None:
    canvas = window.shell.parts.map.canvas
    window.context.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    kept = canvas.view
    window.key(Qt.Key.Key_D, CTRL)
    window.edit("confirm_field").setText("Simpang Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("Simpang Koto Baru", "Alt+1")
    assert [each.name for each in read_bookmarks(data)] == ["Simpang Koto Baru"]
    canvas.fit_regency()
    canvas.setFocus()
    window.key(Qt.Key.Key_1, ALT)
    assert canvas.view.metres_per_px == pytest.approx(kept.metres_per_px)
    assert canvas.view.centre_deg == pytest.approx(kept.centre_deg)


def test_deleted_bookmark_can_be_restored(window: OpenWindow, data: Path) -> None:
    bookmark = Bookmark(name="Singkarak", lon_deg=100.54, lat_deg=-0.62, metres_per_px=30.0)
    bookmarks = window.commands.map.bookmarks
    assert bookmarks._take((bookmark,))
    bookmarks.forget(0)
    assert read_bookmarks(data) == ()
    window.wait_for_toast("Singkarak", "Urungkan")
    window.notifier.undo_last()
    assert read_bookmarks(data) == (bookmark,)


def test_bookmark_is_found_in_palette(window: OpenWindow) -> None:
    bookmarks = window.commands.map.bookmarks
    assert bookmarks._take((Bookmark(name="Singkarak", lon_deg=100.54, lat_deg=-0.62, metres_per_px=30.0),))
    item = bookmarks.items()[0]
    window.shell.parts.palette.chosen.emit(item)
    assert window.shell.parts.map.canvas.view.centre_deg == pytest.approx((100.54, -0.62), abs=1e-6)


@pytest.mark.parametrize(
    "typed", ["100.63, -0.80", "0°48′0″ LS 100°37′48″ BT", "47M 0681426 9911542", "47MPV8142611542"]
)
def test_coordinates_in_palette_move_map(window: OpenWindow, typed: str) -> None:
    window.key(Qt.Key.Key_G)
    QGuiApplication.clipboard().setText(typed)
    window.key(Qt.Key.Key_V, CTRL)
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.map.canvas.view.centre_deg == pytest.approx((100.63, -0.80), abs=2e-3)
    assert window.shell.parts.map.canvas.tools.has_pin


def test_damaged_bookmarks_cost_only_themselves(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bookmarks.json").write_text('[{"name": 1}]')
    assert read_bookmarks(tmp_path) == ()
    assert "bookmarks.json" in caplog.text
    save_bookmarks(tmp_path, (Bookmark(name="a", lon_deg=1, lat_deg=2, metres_per_px=3),))
    assert read_bookmarks(tmp_path)[0].name == "a"


def drag(window: OpenWindow, start: QPoint, end: QPoint) -> None:
    canvas = window.shell.parts.map.canvas
    window.qtbot.mousePress(canvas, LEFT, pos=start)
    window.qtbot.mouseMove(canvas, (start + end) / 2)
    window.qtbot.mouseMove(canvas, end)
    window.qtbot.mouseRelease(canvas, LEFT, pos=end)


def board_text(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.board)
