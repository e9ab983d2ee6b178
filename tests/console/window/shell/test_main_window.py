"""The main window: saved settings, theme, two languages, keys and focus order."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from support.running_server import RunningServer
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    register_gauge,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.action import MENUS
from tabuah.console.window.shell.actions import ACTIONS, BY_ID
from tabuah.console.window.state.window_settings import WindowSettings, read_window_settings, save_window_settings
from tabuah.operations.codes import Hazard
from tabuah.resources.localisation import current_language
from tabuah.resources.regency import current_regency, set_regency

CTRL = Qt.KeyboardModifier.ControlModifier


def test_damaged_imported_map_is_reported_in_legend(open_console, data: Path) -> None:
    (data / "map").mkdir(parents=True)
    (data / "map" / "layers.npz").write_bytes(b"not a map")
    window = open_console()
    window.wait_for_toast("layers.npz", "rusak", "Impor lagi")
    row = window.find(QAbstractButton, "legend_problem")
    assert row.isVisible()
    assert row.text() == "Peta impor tidak dapat dibaca"
    assert "layers.npz" in row.toolTip()


def test_theme_change_is_remembered(open_console) -> None:
    window = open_console()
    assert window.shell.parts.map.canvas.content.palette.name == "dark"
    window.key(Qt.Key.Key_F9)
    assert window.shell.parts.map.canvas.content.palette.name == "light"
    window.console.close()
    assert open_console().console.appearance.palette.name == "light"


def test_language_change_keeps_selected_incident(open_console, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store, hazard=Hazard.FIRE, title="Kebakaran rumah")
    window = open_console()
    window.choose(window.incidents[0])
    chosen = window.selection.incident
    assert "Insiden" in visible_texts(window.shell.parts.board)
    window.key(Qt.Key.Key_F10)
    window.until(lambda: "Incidents" in visible_texts(window.shell.parts.board))
    assert current_language() == "en"
    assert window.selection.incident == chosen
    window.until(lambda: "Kebakaran rumah" in window.details_text)
    window.until(lambda: "Reported" in window.details_text or "reported" in window.details_text)
    window.console.close()
    assert "Incidents" in visible_texts(open_console().shell.parts.board)


def test_language_change_waits_for_open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.key(Qt.Key.Key_F10)
    assert current_language() == "id"
    assert window.shell.parts.side.page is SidePage.REPORT


def test_window_settings_are_restored(open_console) -> None:
    window = open_console()
    window.key(Qt.Key.Key_F8)
    assert window.shell.parts.panels["chart"].isHidden()
    window.edit("board_filter").setText("koto")
    canvas = window.shell.parts.map.canvas
    canvas.centre_on(100.65, -0.95, 60.0)
    canvas.set_layer_visible("rivers", visible=False)
    window.console.close()
    again = open_console()
    canvas = again.shell.parts.map.canvas
    assert again.shell.parts.panels["chart"].isHidden()
    assert again.edit("board_filter").text() == "koto"
    assert "rivers" in canvas.content.hidden
    again.until(lambda: not canvas.is_fitted)
    assert round(canvas.view.centre_deg[0], 3) == 100.65
    assert round(canvas.view.metres_per_px) == 60


@pytest.mark.parametrize("content", [b"{not json", b'{"theme": "\xff"}'])
def test_broken_window_settings_cost_only_themselves(open_console, data: Path, content: bytes) -> None:
    data.mkdir()
    (data / "window.json").write_bytes(content)
    assert open_console().shell.isVisible()


def test_window_settings_of_other_version_are_ignored(open_console, data: Path) -> None:
    data.mkdir()
    save_window_settings(data, WindowSettings(theme="sepia"))
    window = open_console()
    assert window.console.appearance.palette.name == "dark"
    window.console.close()
    assert read_window_settings(data).theme == "dark"


def test_text_size_stays_in_supported_range(window: OpenWindow) -> None:
    for _step in range(5):
        window.key(Qt.Key.Key_Plus, CTRL)
    assert window.console.appearance.text_scale == 1.5
    window.key(Qt.Key.Key_Minus, CTRL)
    assert window.console.appearance.text_scale == 1.3


def test_shortcut_keys_are_unique() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    assert len(BY_ID) == len(ACTIONS)
    assert {action.menu for action in ACTIONS} <= set(MENUS)


def test_controls_all_have_accessible_names(window: OpenWindow) -> None:
    nameless = [
        f"{type(w).__name__} {w.objectName()}"
        for w in window.shell.findChildren(QWidget)
        if isinstance(w, QAbstractButton | QLineEdit)
        and w.isVisibleTo(window.shell)
        and not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))
        and not w.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_key_follows_reading_order(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.shell.parts.header.findChild(QAbstractButton, "command_field").setFocus()
    order: list[str] = []
    for _step in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        home = next(name for name, part in _parts(window) if part is focus or part.isAncestorOf(focus))
        order += [home] if not order or order[-1] != home else []
        if len(order) > 1 and home == "header":
            break
        window.key(Qt.Key.Key_Tab)
    assert order == ["header", "board", "map", "details", "header"]


def test_tab_key_visits_all_form_fields_in_order(window: OpenWindow) -> None:
    window.shell.resize(1366, 768)
    window.key(Qt.Key.Key_N)
    window.until(window.edit("place_text").hasFocus)
    visited: list[str] = []
    for _step in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        window.until(lambda: _is_fully_visible(QApplication.focusWidget()))
        visited.append(focus.objectName())
        if visited[-1] == "report_save":
            break
        if isinstance(focus, QLineEdit):
            window.write("a")
            assert "a" in focus.text(), focus.objectName()
        window.key(Qt.Key.Key_Tab)
    named = [name for name in visited if name.startswith(("place_", "report_"))]
    wanted = [
        "place_text",
        "report_jorong",
        "report_landmark",
        "report_people_at_risk",
        "report_title",
        "report_note",
        "report_caller",
        "report_number",
        "report_moment",
    ]
    assert [name for name in named if name in wanted] == wanted
    assert named[-1] == "report_save"
    assert window.shell.parts.side.page is SidePage.REPORT


def test_chart_is_one_line_until_a_station_is_chosen(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.shell.resize(1366, 768)
    panel, canvas = window.shell.parts.panels["chart"], window.shell.parts.map.canvas
    window.selection.choose_station("")
    window.until(lambda: window.shell.parts.chart.is_strip and panel.height() <= 60)
    assert canvas.height() >= 560
    window.selection.choose_station(GAUGE.code)
    window.until(lambda: panel.height() >= 140)


def test_low_window_gives_map_the_room(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    parts = window.shell.parts
    window.until(lambda: window.selection.station == GAUGE.code)
    window.shell.resize(1366, 768)
    window.until(lambda: parts.chart.is_strip and parts.panels["chart"].height() <= 60)
    share = parts.map.canvas.width() * parts.map.canvas.height() / (1366 * 768)
    assert share >= 0.40
    parts.panels["details"].hide()
    window.until(lambda: parts.map.canvas.width() * parts.map.canvas.height() / (1366 * 768) >= 0.55)
    window.qtbot.mouseClick(parts.chart, Qt.MouseButton.LeftButton)
    window.until(lambda: not parts.chart.is_strip and parts.panels["chart"].height() >= 140)
    assert window.selection.station_by_person


def test_letters_are_no_shortcuts_while_a_form_is_open(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.until(window.edit("place_text").hasFocus)
    window.shell.parts.map.canvas.setFocus()
    window.key(Qt.Key.Key_G)
    assert window.shell.parts.palette.isHidden()
    window.wait_for_toast("Formulir masih terbuka")
    window.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.shell.parts.palette.isVisible()


def test_tab_key_stays_in_open_question(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.key(Qt.Key.Key_D)
    for _step in range(4):
        window.key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert window.shell.parts.confirm.isAncestorOf(focus)


def _parts(window: OpenWindow) -> list[tuple[str, QWidget]]:
    parts = window.shell.parts
    return [
        ("header", parts.header),
        ("strip", parts.strip),
        ("board", parts.board),
        ("map", parts.map),
        ("details", parts.side),
        ("chart", parts.lower),
    ]


def _is_fully_visible(widget: QWidget | None) -> bool:
    return widget is not None and widget.visibleRegion().boundingRect().contains(widget.rect())


def test_window_shows_changed_name_of_the_regency(window: OpenWindow) -> None:
    before = current_regency()
    try:
        set_regency(msgspec.structs.replace(before, name="Kabupaten Harapan"))
        window.until(lambda: window.shell.windowTitle().endswith("Kabupaten Harapan"))
        assert "Kabupaten Harapan" in visible_texts(window.shell.parts.header)
    finally:
        set_regency(None)
