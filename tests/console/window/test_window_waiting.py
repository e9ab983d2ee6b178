"""What waits for something that has not come, in the window: what for, that nobody need do anything, and its end."""

from pathlib import Path

from PySide6.QtCore import Qt
from running_server import RunningServer
from window_room import OpenWindow, beside, log_in_and_sync, report_beside, sync, texts_of

from tabuah.operations.incidents.gestures import note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession
from tabuah.widgets.buttons import KeyButton


def answer_alone(tmp_path: Path, server: RunningServer) -> Incident:
    """Ani answers what the posko has reported; that was carried to her and has not reached the server."""
    for name in ("posko", "ani"):
        log_in_and_sync(tmp_path / name, server, name)
    log_in_and_sync(tmp_path / "ani", server, "ani")  # now her console knows the posko's device
    with beside(tmp_path / "posko") as posko, beside(tmp_path / "ani") as ani:
        incident = report_beside(posko)
        posko.carrier.export(tmp_path / "hari-ini.tabuah")
        ani.carrier.take(tmp_path / "hari-ini.tabuah")
        ani.save(note_incident(ani.incident(incident.id), "perahu menuju ke sana"))
        with ConsoleSession(ani).client as client:
            push_outbox(ani, client)
    return incident


def tray(window: OpenWindow) -> str:
    return texts_of(window.shell.parts.trays)


def test_an_answer_that_came_first_says_what_it_waits_for_and_cannot_be_released(
    open_console, data, tmp_path, server
) -> None:
    answer_alone(tmp_path, server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: "1 ditahan" in texts_of(window.shell.parts.status))
    window.key(Qt.Key.Key_B)
    window.until(lambda: "Menunggu laporan insiden ini, yang belum tiba" in tray(window))
    assert "Insiden yang belum tiba" in tray(window)
    assert "1 perubahan menunggu hal yang mendasarinya." in tray(window)
    assert "menunggu penyelia" not in tray(window)
    assert "dengan sendirinya" in window.find(KeyButton, "tray_decide").toolTip()
    window.key(Qt.Key.Key_Return)
    assert window.console.services.room.snapshot.counts.held == 1


def test_it_takes_effect_by_itself_when_the_report_has_come(open_console, data, tmp_path, server) -> None:
    incident = answer_alone(tmp_path, server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: window.console.services.room.snapshot.counts.held == 1)
    with beside(tmp_path / "posko") as posko:
        sync(posko)
    window.until(lambda: [shown.id for shown in window.incidents] == [incident.id])
    window.until(lambda: window.console.services.room.snapshot.counts.held == 0)
    window.choose(window.incidents[0])
    window.until(lambda: "Yang menunggu kini berlaku: yang mendasarinya sudah tiba" in window.details_text)
    assert "sempat menunggu hal yang mendasarinya" in window.details_text
