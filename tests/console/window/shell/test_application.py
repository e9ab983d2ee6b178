"""The window application: data directory, errors and bugs."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.window_fixture import OpenWindow

from tabuah.console import bootstrap
from tabuah.console.bootstrap import WindowObjects
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.application import ConsoleWindow
from tabuah.console.window.shell.services import Services
from tabuah.operations.codes import Hazard
from tabuah.storage.cache.errors import DamagedCache, DirectoryInUse


def test_second_window_on_directory_is_refused(window: OpenWindow, data: Path) -> None:
    with pytest.raises(DirectoryInUse, match="Jendela"):
        Services(data)


def test_window_opens_after_another_closed(open_console, data: Path) -> None:
    first = open_console()
    first.console.close()
    assert open_console().shell.isVisible()


def test_first_key_before_controls_exist_is_obeyed(qtbot, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_CONTROLS_WITHIN_MS", 60_000)
    monkeypatch.setattr(WindowObjects, "_on_map_settled", lambda _objects: None)
    console = ConsoleWindow(data, QApplication.instance())
    console.show()
    console.shell.activateWindow()
    qtbot.waitUntil(console.shell.isActiveWindow)
    assert not console.objects.has_controls
    qtbot.keyClick(console.shell, Qt.Key.Key_N)
    assert console.shell.parts.side.page is SidePage.REPORT
    console.close()


def test_damaged_cache_is_refused_with_advice(qtbot, data: Path) -> None:
    data.mkdir()
    (data / "cache.gpkg").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(DamagedCache, match="server"):
        Services(data)


def test_bug_is_logged_and_shown_as_bug(window: OpenWindow, data: Path) -> None:
    def fail(_store: object) -> None:
        raise ZeroDivisionError("simulated")

    window.console.services.store.run(fail)
    window.wait_for_toast("seharusnya tidak terjadi", "tersimpan aman")
    log = (data / "tabuah.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "ZeroDivisionError: simulated" in log


def test_full_disk_is_reported_and_keeps_form(window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
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
    window.wait_for_toast("penuh")
    assert window.shell.parts.side.page is SidePage.REPORT
    assert window.shell.parts.report_form.draft().hazard == Hazard.FLOOD
    monkeypatch.undo()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
