"""A supervisor's shift at 1366×768 by keyboard alone: from the handover before to the handover after."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from support.earlier_shift import FIRE, FLOOD, work_earlier_shift
from support.keyboard_steps import (
    CTRL,
    NEXT_CHIP,
    OFFICE_LAPTOP,
    SHIFT,
    answer,
    choose_in_menu,
    dialog_in_front,
    fill_log_in,
    fill_some,
    focused,
    leave_dialog,
    log_in,
    return_to_window,
    run_command,
    save_as,
    step,
    tab_to,
    wait_until_sent,
)
from support.readings_fixture import Clock
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, open_window, visible_texts

from tabuah.console.reports.incident_report import ReportKind
from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.tasks.task import Task, TaskKind
from tabuah.widgets.incidents.performance_dialog import IncidentPerformanceDialog
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog
from tabuah.widgets.tasks.task_list_dialog import TaskListDialog


@pytest.fixture
def clock() -> Clock:
    """The clock of the server and all consoles."""
    return Clock(datetime(2026, 12, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[RunningServer]:
    """Run a server on which Yusuf has worked the shift before."""
    with start_server(tmp_path / "server", clock=clock) as running:
        running.add_user("yusuf")
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("posko", Role.FIELD, opd="Kecamatan Kubung")
        work_earlier_shift(running, tmp_path, clock, user="yusuf", posko="posko")
        yield running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, server: RunningServer, clock: Clock) -> Iterator[OpenWindow]:
    opened = open_window(qtbot, tmp_path / "console", clock=clock)
    opened.shell.resize(OFFICE_LAPTOP)
    yield opened
    opened.console.close()


def test_supervisor_works_a_shift_by_keyboard_alone(
    window: OpenWindow, server: RunningServer, tmp_path: Path
) -> None:
    log_in(window, server.url, "kalaksa", picture="supervisor-login")
    window.until(lambda: len(window.incidents) == 2)
    step(window, "supervisor-board")
    confirm_handover(window)
    start_shift(window)
    see_late_incident_first(window)
    give_disposition(window)
    change_owner(window)
    release_held_change(window)
    close_flood(window)
    read_performance(window, tmp_path / "kinerja.xlsx")
    make_special_report(window, tmp_path / "khusus.pdf")
    hand_over(window, server)


def titled(window: OpenWindow, title: str) -> Incident:
    return next(each for each in window.incidents if each.title == title)


def shifts(window: OpenWindow) -> list[DutyShift]:
    found = window.console.services.state.snapshot.shifts.values()
    return sorted(found, key=lambda each: each.starts_at)


def only_task(window: OpenWindow) -> Task:
    (task,) = window.console.services.state.snapshot.tasks.values()
    return task


def open_shift(window: OpenWindow) -> DutyShiftDialog:
    window.key(Qt.Key.Key_S, CTRL, SHIFT)
    return dialog_in_front(window, DutyShiftDialog)


def confirm_handover(window: OpenWindow) -> None:
    """Read the handover of the shift before, and confirm the incoming side."""
    dialog = open_shift(window)
    step(window, "supervisor-shift_before")
    window.key(Qt.Key.Key_F2)
    texts = visible_texts(dialog)
    assert texts.index(FIRE) < texts.index(FLOOD), "late incidents come first"
    assert "Pompa di Kubung kembali besok" in texts
    step(window, "supervisor-handover_facts")
    window.key(Qt.Key.Key_F4)
    answer(window, picture="supervisor-handover_confirm")
    window.until(lambda: not shifts(window)[0].is_open)
    step(window, "supervisor-handover_confirmed")


def start_shift(window: OpenWindow) -> None:
    """Start the own shift: no roster plans one."""
    dialog = dialog_in_front(window, DutyShiftDialog)
    window.key(Qt.Key.Key_F2)
    window.until(dialog.findChild(QWidget, "duty_shift_start").isVisible)
    tab_to(window, "duty_shift_start")
    step(window, "supervisor-shift_start_button")
    window.key(Qt.Key.Key_Space)
    window.until(lambda: dialog.has_form)
    fill_some(window, dialog.form, {"duty_shift_crew": "Regu B"})
    step(window, "supervisor-shift_start_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(shifts(window)) == 2)
    window.until(lambda: focused().objectName() == "duty_shift_entry")
    window.write("Piket Regu B mulai, serah terima diterima")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "serah terima diterima" in visible_texts(dialog))
    step(window, "supervisor-shift_log")
    leave_dialog(window)
    step(window, "supervisor-back_in_window")


def see_late_incident_first(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_1, CTRL)
    window.key(Qt.Key.Key_Home)
    window.until(lambda: window.selection.incident == titled(window, FIRE).id)
    window.until(lambda: titled(window, FIRE).number in window.details_text)
    step(window, "supervisor-late_first")


def give_disposition(window: OpenWindow) -> None:
    """Add a disposition to the fire."""
    window.key(Qt.Key.Key_D, SHIFT)
    dialog = dialog_in_front(window, TaskListDialog)
    values = {"what": "Pasang rambu di jembatan", "kind": NEXT_CHIP, "owner": "Dinas PUPR", "due": "2099-01-01 08.00"}
    fill_some(window, dialog.form, {f"task_{code}": value for code, value in values.items()})
    step(window, "supervisor-disposition_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: bool(window.console.services.state.snapshot.tasks))
    assert (only_task(window).kind, only_task(window).owner.name) == (TaskKind.DISPOSITION, "Dinas PUPR")
    step(window, "supervisor-disposition")


def change_owner(window: OpenWindow) -> None:
    """Give the disposition to another OPD."""
    dialog = dialog_in_front(window, TaskListDialog)
    window.until(lambda: dialog.list.chosen == only_task(window).id)
    window.key(Qt.Key.Key_E, CTRL, SHIFT)
    window.until(lambda: not dialog.shows_list)
    fill_some(window, dialog.form, {"task_owner": "Dinas Sosial"})
    step(window, "supervisor-owner_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: only_task(window).owner.name == "Dinas Sosial")
    window.until(lambda: dialog.shows_list)
    step(window, "supervisor-owner_changed")
    leave_dialog(window)
    step(window, "supervisor-tasks_closed")


def release_held_change(window: OpenWindow) -> None:
    """Release the change that the posko made after the incident was given to another OPD."""
    assert titled(window, FIRE).severity is Severity.MODERATE
    window.key(Qt.Key.Key_B)
    window.until(lambda: window.shell.parts.lower.shows_trays)
    step(window, "supervisor-held")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: titled(window, FIRE).severity is Severity.CATASTROPHIC)
    step(window, "supervisor-released")
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: not window.shell.parts.lower.shows_trays)
    step(window, "supervisor-tray_closed")


def close_flood(window: OpenWindow) -> None:
    """Close the flood that the shift before has contained: closing needs a supervisor as a second person."""
    number = titled(window, FLOOD).number
    run_command(window, number)
    window.until(lambda: window.selection.incident == titled(window, FLOOD).id)
    window.until(lambda: number in window.details_text)
    window.key(Qt.Key.Key_M)
    window.until(lambda: QApplication.activePopupWidget() is not None)
    step(window, "supervisor-status_menu")
    choose_in_menu(window, Status.CLOSED.value)
    answer(window, "Air surut, warga kembali", picture="supervisor-close")
    window.until(lambda: titled(window, FLOOD).status is Status.CLOSED)
    step(window, "supervisor-closed")


def read_performance(window: OpenWindow, file: Path) -> None:
    """Drill a number to its incidents, save the table, and open an incident from it."""
    window.key(Qt.Key.Key_F, CTRL, SHIFT)
    dialog = dialog_in_front(window, IncidentPerformanceDialog)
    window.until(lambda: "2 insiden" in visible_texts(dialog))
    step(window, "supervisor-performance")
    while not dialog.incidents.isVisible():
        row = dialog.grid.currentIndex().row()
        window.key(Qt.Key.Key_Down)
        assert dialog.grid.currentIndex().row() > row, "a number has incidents"
    window.key(Qt.Key.Key_Return)
    window.until(dialog.incidents.hasFocus)
    step(window, "supervisor-performance_drilled")
    window.key(Qt.Key.Key_X)
    save_as(window, file, picture="supervisor-performance_file")
    assert openpyxl.load_workbook(file).sheetnames[0] == "Ringkasan"
    window.until(dialog.isActiveWindow)
    step(window, "supervisor-performance_saved")
    chosen = dialog.incidents.chosen
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.selection.incident == chosen)
    window.until(window.shell.isActiveWindow)
    step(window, "supervisor-performance_incident")


def make_special_report(window: OpenWindow, file: Path) -> None:
    """Save the special report of the fire from the menu of reports."""
    run_command(window, titled(window, FIRE).number)
    window.until(lambda: window.selection.incident == titled(window, FIRE).id)
    window.until(lambda: titled(window, FIRE).number in window.details_text)
    window.key(Qt.Key.Key_R)
    window.until(lambda: QApplication.activePopupWidget() is not None)
    step(window, "supervisor-report_menu")
    choose_in_menu(window, ReportKind.SPECIAL.value)
    save_as(window, file, picture="supervisor-special_report")
    assert file.read_bytes().startswith(b"%PDF")
    window.until(lambda: "khusus.pdf" in window.toasts)
    step(window, "supervisor-special_report_saved")


def hand_over(window: OpenWindow, server: RunningServer) -> None:
    """Prepare and confirm the handover; the next person logs in here and confirms, too."""
    dialog = open_shift(window)
    window.key(Qt.Key.Key_F2)
    window.key(Qt.Key.Key_F3)
    answer(window, "Disposisi ke Dinas Sosial berjalan", picture="supervisor-prepare")
    window.until(lambda: shifts(window)[1].handover is not None)
    window.until(lambda: dialog.findChild(QWidget, "duty_shift_confirm").isEnabled())
    step(window, "supervisor-prepared")
    window.key(Qt.Key.Key_F4)
    answer(window)
    window.until(lambda: shifts(window)[1].handover.outgoing is not None)
    step(window, "supervisor-outgoing")
    window.key(Qt.Key.Key_F3, SHIFT)
    return_to_window(window)
    window.until(lambda: isinstance(focused(), QLineEdit))
    step(window, "supervisor-next_login")
    fill_log_in(window, server.url, "yusuf")
    again = dialog_in_front(window, DutyShiftDialog)
    assert again.shows_handover
    window.until(lambda: again.findChild(QWidget, "duty_shift_confirm").isEnabled())
    step(window, "supervisor-incoming")
    window.key(Qt.Key.Key_F4)
    answer(window)
    wait_until_sent(window, lambda: not shifts(window)[1].is_open)
    handover = shifts(window)[1].handover
    assert (handover.outgoing.by, handover.incoming.by) == ("kalaksa", "yusuf")
    step(window, "supervisor-handed_over")
    leave_dialog(window)
