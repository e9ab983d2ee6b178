"""The window itself: one for a directory, remembered, dressed, told in two languages, honest about errors."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from window_room import OpenWindow, beside, report_beside, texts_of

from tabuah.console.window.actions import ACTIONS, BY_ID, MENUS
from tabuah.console.window.memory import WindowMemory, keep_memory, read_memory
from tabuah.console.window.panels import Page
from tabuah.console.window.services import Services
from tabuah.operations.codes import Hazard
from tabuah.resources.catalogue import current_language
from tabuah.storage.cache.errors import DamagedCache, DirectoryInUse

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_second_window_on_the_same_directory_is_refused(window: OpenWindow, data: Path) -> None:
    with pytest.raises(DirectoryInUse, match="Jendela"):
        Services(data)


def test_a_window_may_open_after_another_was_closed(open_console, data: Path) -> None:
    first = open_console()
    first.console.close()
    assert open_console().shell.isVisible()


def test_a_damaged_cache_is_refused_with_what_is_safe(qtbot, data: Path) -> None:
    data.mkdir()
    (data / "cache.gpkg").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(DamagedCache, match="server"):
        Services(data)


def test_an_imported_map_that_is_damaged_is_told_and_stays_named_in_the_legend(open_console, data: Path) -> None:
    (data / "map").mkdir(parents=True)
    (data / "map" / "layers.npz").write_bytes(b"not a map")
    window = open_console()
    window.until_toast("layers.npz", "rusak", "Impor lagi")
    row = window.find(QAbstractButton, "legend_problem")
    assert row.isVisible()
    assert row.text() == "Peta impor tidak dapat dibaca"
    assert "layers.npz" in row.toolTip()


def test_the_theme_changes_at_once_and_is_remembered(open_console) -> None:
    window = open_console()
    assert window.shell.parts.map.canvas.content.palette.name == "dark"
    window.key(Qt.Key.Key_F9)
    assert window.shell.parts.map.canvas.content.palette.name == "light"
    window.console.close()
    assert open_console().console.appearance.palette.name == "light"


def test_the_language_changes_at_once_and_the_incident_stays_chosen(open_console, data: Path) -> None:
    with beside(data) as store:
        report_beside(store, hazard=Hazard.FIRE, title="Kebakaran rumah")
    window = open_console()
    window.choose(window.incidents[0])
    chosen = window.shell.selection.incident
    assert "Insiden" in texts_of(window.shell.parts.board)
    window.key(Qt.Key.Key_F10)
    window.until(lambda: "Incidents" in texts_of(window.shell.parts.board))
    assert current_language() == "en"
    assert window.shell.selection.incident == chosen
    window.until(lambda: "Kebakaran rumah" in window.details_text)
    window.until(lambda: "Reported" in window.details_text or "reported" in window.details_text)
    window.console.close()
    assert "Incidents" in texts_of(open_console().shell.parts.board)


def test_the_language_waits_for_an_open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.key(Qt.Key.Key_F10)
    assert current_language() == "id"
    assert window.shell.parts.side.page is Page.REPORT


def test_layout_filter_view_and_layers_come_back(open_console) -> None:
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


def test_a_broken_memory_costs_only_itself(open_console, data: Path) -> None:
    data.mkdir()
    (data / "window.json").write_text("{not json", encoding="utf-8")
    assert open_console().shell.isVisible()


def test_a_memory_of_another_version_is_not_trusted(open_console, data: Path) -> None:
    data.mkdir()
    keep_memory(data, WindowMemory(theme="sepia"))
    window = open_console()
    assert window.console.appearance.palette.name == "dark"
    window.console.close()
    assert read_memory(data).theme == "dark"


def test_the_palette_finds_incidents_places_and_commands(window: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        incident = report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_K, CTRL)
    window.write(incident.number.lower())
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.shell.selection.incident == incident.id)
    window.key(Qt.Key.Key_K, CTRL)
    window.write("alahan panjang")
    window.key(Qt.Key.Key_Return)
    lon_deg, _lat_deg = window.shell.parts.map.canvas.view.centre_deg
    assert 100.7 < lon_deg < 100.9
    window.key(Qt.Key.Key_K, CTRL)
    window.write("gelap atau")
    window.key(Qt.Key.Key_Return)
    assert window.console.appearance.palette.name == "light"


def test_text_grows_and_shrinks_within_what_is_laid_out_for(window: OpenWindow) -> None:
    for _step in range(5):
        window.key(Qt.Key.Key_Plus, CTRL)
    assert window.console.appearance.text_scale == 1.5
    window.key(Qt.Key.Key_Minus, CTRL)
    assert window.console.appearance.text_scale == 1.3


def test_a_bug_is_logged_whole_and_told_as_one(window: OpenWindow, data: Path) -> None:
    def fail(_store: object) -> None:
        raise ZeroDivisionError("simulated")

    window.console.services.store.run(fail)
    window.until_toast("seharusnya tidak terjadi", "tersimpan aman")
    log = (data / "tabuah.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "ZeroDivisionError: simulated" in log


def test_a_full_disk_is_told_and_the_form_is_not_lost(window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    from tabuah.storage.cache.errors import DiskFull
    from tabuah.storage.cache.store import ConsoleStore

    def full(store: ConsoleStore, _drafts: object) -> None:
        raise DiskFull(store.directory)

    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    monkeypatch.setattr(ConsoleStore, "save_all", full)
    window.key(Qt.Key.Key_Return)
    window.until_toast("penuh")
    assert window.shell.parts.side.page is Page.REPORT
    assert window.shell.parts.report_form.draft().hazard == Hazard.FLOOD
    monkeypatch.undo()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)


def test_every_key_belongs_to_one_action() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    assert len(BY_ID) == len(ACTIONS)
    assert {action.menu for action in ACTIONS} <= set(MENUS)


def test_every_control_has_an_accessible_name(window: OpenWindow) -> None:
    nameless = [
        f"{type(w).__name__} {w.objectName()}"
        for w in window.shell.findChildren(QWidget)
        if isinstance(w, QAbstractButton | QLineEdit)
        and w.isVisibleTo(window.shell)
        and not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))
        and not w.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_goes_through_the_window_in_reading_order(window: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        report_beside(store)
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


def test_tab_stays_inside_an_open_question(window: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        report_beside(store)
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
