"""A field office without a connection, at 1366×768 by keyboard alone: what it records survives and arrives."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.keyboard_steps import (
    CTRL,
    OFFICE_LAPTOP,
    SHIFT,
    choose_file,
    dialog_in_front,
    fill_some,
    focused,
    leave_dialog,
    log_in,
    name_of,
    run_command,
    step,
    tab_to,
    type_value,
)
from support.photo_samples import photo
from support.running_server import RunningServer, start_server
from support.window_fixture import GAUGE, OpenWindow, open_window, register_gauge

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.storage.blobs.store import BlobStore
from tabuah.widgets.controls.record_dialog import RecordDialog

_REMARK = "Tebing runtuh menutup jalan"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """Return a function that starts the server, on the same data each time."""
    with ExitStack() as running:

        def start_it(port: int = 0) -> RunningServer:
            return running.enter_context(start_server(tmp_path / "server", port=port))

        yield start_it


@pytest.fixture
def open_console(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], OpenWindow]]:
    """Return a function that opens the console, on the same data each time."""
    opened: list[OpenWindow] = []

    def open_it() -> OpenWindow:
        window = open_window(qtbot, tmp_path / "console")
        window.shell.resize(OFFICE_LAPTOP)
        opened.append(window)
        return window

    yield open_it
    opened[-1].console.close()


def test_field_office_loses_nothing_without_a_connection(
    start: Callable[..., RunningServer], open_console: Callable[[], OpenWindow], tmp_path: Path
) -> None:
    server = start()
    server.add_user("budi", Role.FIELD, opd="Kecamatan Kubung")
    register_gauge(server)
    window = open_console()
    log_in(window, server.url, "budi", picture="field-login")
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    server.stop()
    window.until(lambda: "Luring" in badge(window))
    step(window, "field-offline")
    report_with_coordinates(window)
    add_photo(window, tmp_path / "jembatan.jpg")
    record_figures(window)
    record_reading(window)
    record_need(window)
    begin_report(window, tmp_path / "console")
    window.console.close()  # the battery is empty
    window = open_console()
    finish_report(window)
    assert window.console.services.state.snapshot.counts.pending > 0
    again = start(int(server.url.rpartition(":")[2]))
    send_everything(window, again)


def badge(window: OpenWindow) -> str:
    return window.shell.parts.header.sync_badge.accessibleName()


def the_incident(window: OpenWindow) -> Incident:
    (found,) = window.incidents
    return found


def report_with_coordinates(window: OpenWindow) -> None:
    """Report a flood at coordinates of a GPS."""
    window.key(Qt.Key.Key_N)
    window.write("-0,8012 100,6345")
    step(window, "field-report_place")
    window.key(Qt.Key.Key_Return)
    form = window.shell.parts.report_form
    values = {
        "report_hazard": "B",
        "answer_water_cm": "80",
        "report_severity": "3",
        "report_people_at_risk": "12",
        "report_title": "Banjir di hilir jembatan",
        "report_note": "air naik cepat",
    }
    for name, value in values.items():
        tab_to(window, name)
        assert form.isAncestorOf(focused())
        type_value(window, value)
    step(window, "field-report_filled")
    window.key(Qt.Key.Key_Tab)  # in the note Enter begins a new line
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    flood = the_incident(window)
    assert (flood.hazard, flood.severity) == (Hazard.FLOOD, Severity.SEVERE)
    assert (flood.place.lon_deg, flood.place.lat_deg) == (100.6345, -0.8012)
    window.until(lambda: flood.number in window.details_text)
    step(window, "field-reported")


def add_photo(window: OpenWindow, file: Path) -> None:
    file.write_bytes(photo(position=False))
    window.key(Qt.Key.Key_F)
    choose_file(window, file, picture="field-photo_file")
    window.until(lambda: len(the_incident(window).attachments) == 1)
    step(window, "field-photo")


def record_figures(window: OpenWindow) -> None:
    """Enter casualties and damage, then the groups of the displaced."""
    window.key(Qt.Key.Key_H)
    window.until(lambda: window.shell.parts.side.page is SidePage.EDIT)
    values = {"edit_injured_minor": "2", "edit_displaced_people": "40", "edit_source": "Wali Nagari"}
    fill_some(window, window.shell.parts.edit_form, values)
    step(window, "field-figures_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: the_incident(window).figures.displaced_people == 40)
    assert the_incident(window).figures.injured_minor == 2
    step(window, "field-figures")


def record_reading(window: OpenWindow) -> None:
    """Read the staff gauge."""
    run_command(window, GAUGE.name)
    window.until(lambda: window.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_W)
    values = {"reading_stage_m": "1,42", "reading_source": "papan duga"}
    fill_some(window, window.shell.parts.reading_form, values)
    step(window, "field-reading_form")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("1,42 m")
    step(window, "field-reading")


def record_need(window: OpenWindow) -> None:
    """Write what the displaced need into the ledger of the incident."""
    run_command(window, "Kebutuhan dan bantuan insiden")
    dialog = dialog_in_front(window, RecordDialog)
    step(window, "field-aid")
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.until(lambda: not dialog.shows_list)
    fill_some(window, dialog.form, {"aid_item": "selimut", "aid_quantity": "40"})
    step(window, "field-need_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.console.services.state.snapshot.aid) == 1)
    window.until(lambda: dialog.shows_list)
    step(window, "field-need")
    leave_dialog(window)
    step(window, "field-aid_closed")


def begin_report(window: OpenWindow, folder: Path) -> None:
    """Type a second report, which is not saved when the computer stops."""
    window.key(Qt.Key.Key_N, CTRL)
    window.until(lambda: name_of(focused()) == "place_text")
    window.write("Selayo")
    window.key(Qt.Key.Key_Return)
    window.write("L")
    tab_to(window, "report_note")
    window.write(_REMARK)
    drafts = folder / "drafts"
    window.until(lambda: any(_REMARK in file.read_text("utf-8") for file in drafts.glob("*")))
    step(window, "field-unsaved_report")


def finish_report(window: OpenWindow) -> None:
    """Find everything again, and save the report that was not finished."""
    window.until(lambda: len(window.incidents) == 1)
    assert the_incident(window).figures.displaced_people == 40
    window.until(lambda: "Luring" in badge(window))
    window.wait_for_toast("tekan N untuk melanjutkan")
    step(window, "field-after_restart")
    window.key(Qt.Key.Key_N)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)
    step(window, "field-report_continued")
    tab_to(window, "report_note")
    window.key(Qt.Key.Key_Return, CTRL)
    window.until(lambda: len(window.incidents) == 2)
    assert [each.hazard for each in window.incidents if each.description == _REMARK] == [Hazard.LANDSLIDE]
    step(window, "field-second_report")


def send_everything(window: OpenWindow, server: RunningServer) -> None:
    """Sync with F5: nothing waits any more, and the server has all of it."""
    window.key(Qt.Key.Key_F5)
    window.until(lambda: badge(window).endswith("Tersinkron · 0 menunggu"))
    step(window, "field-synced")
    found = [state.value for state in server.journal.states_of_kind("incident").values()]
    flood = next(each for each in found if each.hazard is Hazard.FLOOD)
    assert len(found) == 2
    assert (flood.figures.displaced_people, flood.intake.people_at_risk) == (40, 12)
    (attached,) = flood.attachments
    assert BlobStore(server.journal.directory.blobs_path).path_of(attached.sha256).exists()
    assert len(server.journal.states_of_kind("aid")) == 1
    with server.client("budi") as client:
        reply = client.get("/v1/readings/latest")
    assert "1.42" in reply.text
