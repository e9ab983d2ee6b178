"""Deferred entries in the window: what they depend on, and how they take effect."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.console_sync import sync
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession
from tabuah.widgets.controls.buttons import KeyButton


def write_deferred_entry(tmp_path: Path, server: RunningServer) -> Incident:
    """Let Ani write on a report of the posko that reached her by bundle and not the server."""
    for name in ("posko", "ani"):
        log_in_and_sync(tmp_path / name, server, name)
    log_in_and_sync(tmp_path / "ani", server, "ani")  # now her console knows the posko's device
    with open_second_store(tmp_path / "posko") as posko, open_second_store(tmp_path / "ani") as ani:
        incident = report_in_second_store(posko)
        posko.relay.export_bundle(tmp_path / "hari-ini.tabuah")
        ani.relay.import_bundle(tmp_path / "hari-ini.tabuah")
        ani.save(note_incident(ani.incident(incident.id), "perahu menuju ke sana"))
        with ConsoleSession(ani).client as client:
            push_outbox(ani, client)
    return incident


def tray(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.trays)


def test_deferred_entry_shows_dependency_and_is_locked(open_console, data, tmp_path, server) -> None:
    write_deferred_entry(tmp_path, server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: "1 ditahan" in visible_texts(window.shell.parts.status))
    window.key(Qt.Key.Key_B)
    window.until(lambda: "Bergantung pada laporan insiden ini yang belum tiba" in tray(window))
    assert "Insiden yang belum tiba" in tray(window)
    assert "1 perubahan menunggu: bergantung pada entri lain." in tray(window)
    assert "menunggu penyelia" not in tray(window)
    assert "otomatis" in window.find(KeyButton, "tray_decide").toolTip()
    window.key(Qt.Key.Key_Return)
    assert window.console.services.state.snapshot.counts.held == 1


def test_deferred_entry_takes_effect_after_report(open_console, data, tmp_path, server) -> None:
    incident = write_deferred_entry(tmp_path, server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: window.console.services.state.snapshot.counts.held == 1)
    with open_second_store(tmp_path / "posko") as posko:
        sync(posko)
    window.until(lambda: [shown.id for shown in window.incidents] == [incident.id])
    window.until(lambda: window.console.services.state.snapshot.counts.held == 0)
    window.choose(window.incidents[0])
    window.until(
        lambda: "Entri yang menunggu kini berlaku: entri yang menjadi dasarnya sudah tiba" in window.details_text
    )
    assert "sempat menunggu: bergantung pada entri lain" in window.details_text
