"""The map's tools in the window: keys, an affected area drawn and saved, a selection shared with the board, views."""

import json
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from window_room import KOTO_BARU, OpenWindow, beside, report_beside, texts_of

from tabuah.console.window.bookmarks import Bookmark, keep_bookmarks, read_bookmarks
from tabuah.console.window.panels import Page
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.codes import Hazard
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.tool_list import ENTRIES

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
AROUND_KOTO_BARU = ((100.61, -0.82), (100.65, -0.82), (100.63, -0.78))


@pytest.fixture
def worked(window: OpenWindow, data: Path) -> OpenWindow:
    """A window that looks at an incident in Koto Baru, close enough to draw around it."""
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.shell.doing.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    return window


def pixel(window: OpenWindow, lon_deg: float, lat_deg: float) -> QPoint:
    x_px, y_px = window.shell.parts.map.canvas.view.to_screen(*to_mercator(lon_deg, lat_deg))
    return QPoint(round(x_px), round(y_px))


def click(window: OpenWindow, *places_deg: tuple[float, float]) -> None:
    for place in places_deg:
        window.qtbot.mouseClick(window.shell.parts.map.canvas, LEFT, ALT, pos=pixel(window, *place))


def offer(window: OpenWindow, code: str) -> KeyButton:
    return window.find(KeyButton, f"offer_{code}")


def test_every_tool_is_taken_by_its_key_and_left_by_escape(window: OpenWindow) -> None:
    tools = window.shell.parts.map.canvas.tools
    for entry in ENTRIES:
        key = Qt.Key(ord(entry.key[-1]))
        window.key(key, *([Qt.KeyboardModifier.ShiftModifier] if "Shift" in entry.key else []))
        assert tools.active.code == entry.code
        window.key(Qt.Key.Key_Escape)
        assert tools.active.code == "pan"


def test_a_drawn_polygon_becomes_the_affected_area_and_can_be_undone(worked: OpenWindow, data: Path) -> None:
    worked.key(Qt.Key.Key_P, SHIFT)
    click(worked, *AROUND_KOTO_BARU)
    worked.key(Qt.Key.Key_Return)
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.area is not None)
    area = worked.incident.area
    assert area is not None
    assert area[0] == area[-1]
    assert shapely.Polygon(area).exterior.is_ccw
    assert shapely.Polygon(area).contains(shapely.Point(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg))
    worked.until(lambda: len(worked.shell.parts.map.canvas.content.areas) == 1)
    assert not worked.shell.parts.map.canvas.tools.is_working
    worked.until_toast("Wilayah terdampak", "disimpan", "Urungkan")
    worked.key(Qt.Key.Key_Z, CTRL)
    worked.until(lambda: worked.incident.area is None)
    with beside(data) as store:
        kinds = [entry.kind for entry, _verdict in store.entries_of(f"incident/{worked.incident.id}")]
    assert kinds == ["incident.reported", "incident.edited", "incident.edited"]


def test_an_affected_area_is_taken_up_changed_and_removed(worked: OpenWindow) -> None:
    canvas = worked.shell.parts.map.canvas
    worked.key(Qt.Key.Key_P, SHIFT)
    click(worked, *AROUND_KOTO_BARU)
    worked.key(Qt.Key.Key_Return)
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.area is not None)
    before = worked.incident.area
    worked.key(Qt.Key.Key_P, SHIFT)
    assert len(canvas.tools.sketch.vertices) == 3
    start, end = pixel(worked, 100.63, -0.78), pixel(worked, 100.64, -0.77)
    worked.qtbot.mousePress(canvas, LEFT, ALT, pos=start)
    worked.qtbot.mouseMove(canvas, end)
    worked.qtbot.mouseRelease(canvas, LEFT, ALT, pos=end)
    worked.key(Qt.Key.Key_Return)
    worked.until(lambda: worked.incident.area not in (None, before))
    worked.key(Qt.Key.Key_P, SHIFT)
    worked.qtbot.mouseClick(offer(worked, "no_area"), LEFT)
    worked.until(lambda: worked.incident.area is None)


def test_without_an_incident_the_area_says_why_it_cannot_be_saved(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_O)
    click(window, (100.6, -0.9), (100.7, -0.9), (100.65, -0.8))
    window.key(Qt.Key.Key_Return)
    assert not offer(window, "area").isEnabled()
    assert "Pilih insiden" in offer(window, "area").toolTip()


def test_undo_belongs_to_the_figure_while_one_is_drawn(worked: OpenWindow) -> None:
    tools = worked.shell.parts.map.canvas.tools
    worked.key(Qt.Key.Key_O)
    click(worked, *AROUND_KOTO_BARU)
    worked.key(Qt.Key.Key_Z, CTRL)
    assert len(tools.sketch.vertices) == 2
    assert "urungkan" not in worked.toasts.casefold()


def test_a_drawn_point_opens_the_report_there(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_X)
    click(window, (100.63, -0.80))
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.side.page is Page.REPORT


def test_a_drawn_point_moves_the_incident(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_X)
    click(worked, (100.61, -0.83))
    worked.qtbot.mouseClick(offer(worked, "relocate"), LEFT)
    worked.until(lambda: worked.incident.place.lon_deg == pytest.approx(100.61, abs=0.002))


def test_a_figure_is_copied_as_geojson(worked: OpenWindow) -> None:
    worked.key(Qt.Key.Key_O)
    click(worked, *AROUND_KOTO_BARU)
    worked.key(Qt.Key.Key_Return)
    worked.qtbot.mouseClick(offer(worked, "copy"), LEFT)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["type"] == "Polygon"
    assert len(copied["coordinates"][0]) == 4


def test_what_is_selected_on_the_map_is_all_that_the_board_shows(window: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        report_beside(store)
        report_beside(store, hazard=Hazard.FIRE, title="Kebakaran, Nagari Koto Baru")
    board, canvas = window.shell.parts.board, window.shell.parts.map.canvas
    window.until(lambda: len(window.incidents) == 2)
    window.until(lambda: canvas.picture is not None and len(canvas.picture.frame.content.incidents.ids) == 2)
    window.shell.doing.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    window.until(lambda: canvas.tools.is_ready)
    window.key(Qt.Key.Key_S)
    drag(window, QPoint(40, 200), QPoint(80, 240))
    assert "dipilih di peta" not in board_text(window)  # nothing was in the box
    start = pixel(window, KOTO_BARU.lon_deg - 0.01, KOTO_BARU.lat_deg + 0.01)
    drag(window, start, pixel(window, KOTO_BARU.lon_deg + 0.01, KOTO_BARU.lat_deg - 0.01))
    assert len(canvas.tools.chosen[MarkerKind.INCIDENT]) == 2
    assert "2 dipilih di peta" in board_text(window)
    window.qtbot.mouseClick(window.find(QToolButton, "chosen_clear"), LEFT)
    assert "dipilih di peta" not in board_text(window)
    assert canvas.tools.chosen == {}
    assert board.isVisible()


def test_the_polygon_selects_what_is_inside_it(worked: OpenWindow) -> None:
    canvas = worked.shell.parts.map.canvas
    worked.until(lambda: canvas.picture is not None and len(canvas.picture.frame.content.incidents.ids) == 1)
    worked.key(Qt.Key.Key_O)
    click(worked, *AROUND_KOTO_BARU)
    worked.key(Qt.Key.Key_Return)
    worked.qtbot.mouseClick(offer(worked, "inside"), LEFT)
    assert canvas.tools.chosen[MarkerKind.INCIDENT] == (worked.incident.id,)


def test_a_view_is_kept_under_a_name_and_gone_to_by_its_key(window: OpenWindow, data: Path) -> None:
    canvas = window.shell.parts.map.canvas
    window.shell.doing.look_at(KOTO_BARU.lon_deg, KOTO_BARU.lat_deg)
    kept = canvas.view
    window.key(Qt.Key.Key_D, CTRL)
    window.edit("confirm_field").setText("Simpang Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.until_toast("Simpang Koto Baru", "Alt+1")
    assert [each.name for each in read_bookmarks(data)] == ["Simpang Koto Baru"]
    canvas.fit_regency()
    canvas.setFocus()
    window.key(Qt.Key.Key_1, ALT)
    assert canvas.view.metres_per_px == pytest.approx(kept.metres_per_px)
    assert canvas.view.centre_deg == pytest.approx(kept.centre_deg)


def test_a_forgotten_view_can_be_had_back(window: OpenWindow, data: Path) -> None:
    bookmark = Bookmark(name="Singkarak", lon_deg=100.54, lat_deg=-0.62, metres_per_px=30.0)
    bookmarking = window.shell.doing.bookmarking
    assert bookmarking._take((bookmark,))
    bookmarking.forget(0)
    assert read_bookmarks(data) == ()
    window.until_toast("Singkarak", "Urungkan")
    window.shell.teller.undo_last()
    assert read_bookmarks(data) == (bookmark,)


def test_a_view_is_found_in_the_palette(window: OpenWindow) -> None:
    bookmarking = window.shell.doing.bookmarking
    assert bookmarking._take((Bookmark(name="Singkarak", lon_deg=100.54, lat_deg=-0.62, metres_per_px=30.0),))
    item = bookmarking.items()[0]
    window.shell.parts.palette.chosen.emit(item)
    assert window.shell.parts.map.canvas.view.centre_deg == pytest.approx((100.54, -0.62), abs=1e-6)


@pytest.mark.parametrize(
    "typed", ["100.63, -0.80", "0°48′0″ LS 100°37′48″ BT", "47M 0681426 9911542", "47MPV8142611542"]
)
def test_a_place_is_gone_to_by_coordinates_of_any_form_and_marked(window: OpenWindow, typed: str) -> None:
    window.key(Qt.Key.Key_G)
    QGuiApplication.clipboard().setText(typed)
    window.key(Qt.Key.Key_V, CTRL)
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.map.canvas.view.centre_deg == pytest.approx((100.63, -0.80), abs=2e-3)
    assert window.shell.parts.map.canvas.tools.flagged


def test_damaged_bookmarks_cost_only_themselves(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bookmarks.json").write_text('[{"name": 1}]')
    assert read_bookmarks(tmp_path) == ()
    assert "bookmarks.json" in caplog.text
    keep_bookmarks(tmp_path, (Bookmark(name="a", lon_deg=1, lat_deg=2, metres_per_px=3),))
    assert read_bookmarks(tmp_path)[0].name == "a"


def drag(window: OpenWindow, start: QPoint, end: QPoint) -> None:
    canvas = window.shell.parts.map.canvas
    window.qtbot.mousePress(canvas, LEFT, pos=start)
    window.qtbot.mouseMove(canvas, (start + end) / 2)
    window.qtbot.mouseMove(canvas, end)
    window.qtbot.mouseRelease(canvas, LEFT, pos=end)


def board_text(window: OpenWindow) -> str:
    return texts_of(window.shell.parts.board)
