"""A viewer at 1366×768 by keyboard alone: finds, reads, exports and prints, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.console_sync import sync
from support.earlier_shift import FLOOD, report
from support.keyboard_steps import (
    CTRL,
    OFFICE_LAPTOP,
    SHIFT,
    choose_in_menu,
    dialog_in_front,
    focused,
    leave_dialog,
    log_in,
    name_of,
    save_as,
    step,
)
from support.running_server import RunningServer, start_server
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    open_window,
    raise_alarm_at_gauge,
    register_gauge,
)

from tabuah.console.reports.incident_report import ReportKind
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.actions import BY_ID
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.incidents.drafts import note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.people.roles import Role
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.map.print.print_dialog import PrintDialog

# The actions that write; each is refused with its reason.
WRITING: Final = (
    "report", "report_line", "note", "dispatch", "add_task", "move", "edit", "photo", "figures", "figure_groups",
    "answers", "caller", "relocate", "area", "merge", "put_under_event", "acknowledge", "make_incident", "shelve",
    "maintain", "volcano_level", "register_station", "edit_station", "import_stations", "type_reading",
    "register_unit",
)  # fmt: skip
# The lists that a viewer reads; in each, only these endings of button names may be enabled.
LISTS: Final = (
    "tasks", "shift", "shelters", "aid", "disruptions", "messages", "calls", "contacts", "events", "roster", "rules",
    "exercises", "alarms", "stations", "incident_list", "incident_performance", "incident_tasks", "incident_contacts",
)  # fmt: skip
READING: Final = frozenset({
    "callers", "close", "columns", "export", "leave", "locate", "more", "notices", "open", "page", "pdf", "turn",
    "views", "week", "window", "xlsx",
})  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a server with a flood that has a note and figures, and an alarm."""
    with start_server(tmp_path / "server") as running:
        running.add_user("ani")
        running.add_user("bupati", Role.VIEWER, opd="Sekretariat Daerah")
        register_gauge(running)
        raise_alarm_at_gauge(running)
        log_in_and_sync(tmp_path / "ani", running, "ani")
        with open_second_store(tmp_path / "ani") as store:
            flood = report(store, Hazard.FLOOD, FLOOD, Severity.SEVERE)
            store.save(note_incident(flood, "Jembatan Lubuak Agung hanyut"))
            store.save(report_figures(store.incident(flood.id), Figures(displaced_people=40), source="Wali Nagari"))
            sync(store)
        yield running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, server: RunningServer) -> Iterator[OpenWindow]:
    opened = open_window(qtbot, tmp_path / "console")
    opened.shell.resize(OFFICE_LAPTOP)
    yield opened
    opened.console.close()


def test_viewer_reads_and_prints_and_changes_nothing(
    window: OpenWindow, server: RunningServer, tmp_path: Path
) -> None:
    log_in(window, server.url, "bupati")
    window.until(lambda: len(window.incidents) == 1)
    step(window, "viewer-board")
    head = server.journal.head().seq
    find_flood(window)
    read_flood(window)
    try_to_write(window)
    read_lists(window)
    export_list(window, tmp_path / "daftar.xlsx")
    save_report(window, tmp_path / "laporan.pdf")
    print_map(window, tmp_path / "peta.pdf")
    assert server.journal.head().seq == head, "nothing was written"
    assert window.console.services.state.snapshot.counts.pending == 0


def find_flood(window: OpenWindow) -> None:
    """Find the flood by its words in the palette."""
    window.key(Qt.Key.Key_K, CTRL)
    window.until(lambda: name_of(focused()) == "palette_text")
    window.write("banjir koto")
    step(window, "viewer-search")
    window.key(Qt.Key.Key_Return)
    (flood,) = window.incidents
    window.until(lambda: window.selection.incident == flood.id)
    window.until(lambda: flood.number in window.details_text)
    window.until(lambda: window.context.canvas.view.metres_per_px < 100)
    step(window, "viewer-found")


def read_flood(window: OpenWindow) -> None:
    """Read timeline, figures and impact; find a word in the timeline."""
    window.until(lambda: "Jembatan Lubuak Agung hanyut" in window.details_text)
    window.until(lambda: "40" in window.details_text)
    window.until(lambda: "Dampak" in window.details_text)
    window.key(Qt.Key.Key_3, CTRL)
    step(window, "viewer-details")
    window.key(Qt.Key.Key_F, SHIFT)
    window.write("hanyut")
    step(window, "viewer-timeline_filter")
    window.key(Qt.Key.Key_Escape)
    step(window, "viewer-timeline")
    window.key(Qt.Key.Key_2, CTRL)


def press(window: OpenWindow, keys: str) -> None:
    """Press the keys of an action."""
    combination = QKeySequence(keys)[0]
    window.key(combination.key(), combination.keyboardModifiers())


def shown_toasts(window: OpenWindow) -> list[QWidget]:
    return [each for each in window.shell.findChildren(QWidget, "toast") if each.isVisible()]


def try_to_write(window: OpenWindow) -> None:
    """Press the key of each action that writes: it is refused with the reason, and nothing opens."""
    for name in WRITING:
        before = shown_toasts(window)
        press(window, BY_ID[name].shown_key)
        window.until(lambda known=before: any(each not in known for each in shown_toasts(window)))
        assert describe_reason("role_forbids") in window.toasts, name
        assert window.shell.parts.side.page is SidePage.DETAILS, name
        assert QApplication.activeWindow() is window.shell, name
        assert QApplication.activePopupWidget() is None, name
    step(window, "viewer-refused")


def read_lists(window: OpenWindow) -> None:
    """Open each list by its key: no button in it changes anything, and each disabled one says why."""
    for name in LISTS:
        press(window, BY_ID[name].shown_key)
        dialog = dialog_in_front(window, QDialog)
        step(window, f"viewer-{name}")
        shown = [each for each in dialog.findChildren(QPushButton) if each.isVisible()]
        enabled = {each.objectName().rstrip("_012").rpartition("_")[2] for each in shown if each.isEnabled()}
        assert enabled <= READING, f"{name}: {enabled - READING}"
        assert [
            each.objectName() for each in shown if not each.isEnabled() and not each.accessibleDescription()
        ] == []
        leave_dialog(window)


def export_list(window: OpenWindow, file: Path) -> None:
    window.key(Qt.Key.Key_E, CTRL)
    save_as(window, file, picture="viewer-export")
    assert any(FLOOD in row for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    step(window, "viewer-exported")


def save_report(window: OpenWindow, file: Path) -> None:
    window.key(Qt.Key.Key_R)
    choose_in_menu(window, ReportKind.INITIAL.value)
    save_as(window, file)
    assert file.read_bytes().startswith(b"%PDF")
    step(window, "viewer-report")


def print_map(window: OpenWindow, file: Path) -> None:
    window.key(Qt.Key.Key_P, CTRL)
    dialog_in_front(window, PrintDialog)
    step(window, "viewer-print")
    window.key(Qt.Key.Key_Return)
    save_as(window, file)
    assert file.read_bytes().startswith(b"%PDF")
    step(window, "viewer-printed")
