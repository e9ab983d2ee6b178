"""The window of tasks by keyboard: add, find, receive, end, undo; details, reminder and export."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from support.console_stores import report_incident_at
from support.window_fixture import OpenWindow, identity, open_second_store, visible_texts

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.tasks.task_forms import read_task_change
from tabuah.operations.people.roles import Role
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner, TaskStatus
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.tasks.task_list_dialog import TaskListDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> TaskListDialog:
    """The form of a new task of the selected incident, of a supervisor of the control room."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR, "rina"))
        report_incident_at(store)
    window.context.state.refresh()
    window.until(lambda: window.context.state.snapshot.actor == "rina")
    window.until(lambda: bool(window.incidents))
    window.choose(window.incidents[0])
    window.key(Qt.Key.Key_D, SHIFT)
    dialog = window.commands.tasks.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def write(dialog: TaskListDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.form._controls[name]
        if isinstance(field, ChoiceChips):
            field.show_current(text)
        elif isinstance(field, GrowingTextEdit):
            field.setPlainText(text)
        else:
            assert isinstance(field, QLineEdit)
            field.setText(text)


def add(window: OpenWindow, dialog: TaskListDialog, **texts: str) -> Task:
    write(dialog, **texts)
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: bool(window.context.state.snapshot.tasks))
    window.until(lambda: dialog.list.chosen != "")
    return only_task(window)


def only_task(window: OpenWindow) -> Task:
    (task,) = window.context.state.snapshot.tasks.values()
    return task


def answer(window: OpenWindow, dialog: TaskListDialog, text: str = "") -> None:
    card = dialog.findChild(QWidget, "confirm_card")
    assert isinstance(card, QWidget)
    window.until(card.isVisible)
    field = card.findChild(QLineEdit, "confirm_field")
    assert isinstance(field, QLineEdit)
    field.setText(text)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)


def test_changed_task_keeps_the_lines_of_its_detail(window: OpenWindow, dialog: TaskListDialog):
    task_id = add(window, dialog, what="pasang rambu", owner="Dinas PUPR").id
    window.until(lambda: dialog.shows_list)
    window.qtbot.keyClick(dialog, Qt.Key.Key_E, CTRL | SHIFT)
    window.until(lambda: not dialog.shows_list)
    detail = dialog.form._controls["detail"]
    assert isinstance(detail, GrowingTextEdit)
    detail.setPlainText("Simpang Koto Baru\n\nDua arah")
    window.qtbot.keyClick(detail, Qt.Key.Key_Return, CTRL)
    window.until(lambda: only_task(window).detail == "Simpang Koto Baru\n\nDua arah")
    window.until(lambda: dialog.shows_list)
    window.qtbot.keyClick(dialog, Qt.Key.Key_E, CTRL | SHIFT)
    write(dialog, what="pasang dua rambu")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: only_task(window).what == "pasang dua rambu")
    assert (only_task(window).id, only_task(window).detail) == (task_id, "Simpang Koto Baru\n\nDua arah")


def test_task_is_added_found_and_ended_by_keys(window: OpenWindow, dialog: TaskListDialog):
    write(dialog, what="pasang rambu", owner="Dinas PUPR", due="bukan waktu")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert not dialog.shows_list
    task = add(window, dialog, due="2099-01-01 08.00")
    assert task.owner.name == "Dinas PUPR"
    assert "pasang rambu" in visible_texts(window.shell)
    window.qtbot.keyClicks(dialog.findChild(QLineEdit, "task_search"), "tidak ada")
    window.until(lambda: dialog.list.chosen == "")
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    window.until(lambda: dialog.list.chosen == task.id)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    answer(window, dialog, "terpasang")
    window.until(lambda: only_task(window).status is TaskStatus.DONE)
    assert only_task(window).end_note == "terpasang"
    window.commands.undo()
    window.until(lambda: only_task(window).is_open)


def test_disposition_is_received_by_name_and_taken_back(window: OpenWindow, dialog: TaskListDialog):
    write(dialog, kind="disposition", what="perbaiki jalan", owner="rina", due="")
    task = add(window, dialog, owner="Dinas PUPR")
    assert task.awaits_receipt
    window.qtbot.keyClick(dialog, Qt.Key.Key_R, CTRL)
    answer(window, dialog, "Yusuf")
    window.until(lambda: only_task(window).receipt is not None)
    window.qtbot.keyClick(dialog, Qt.Key.Key_R, CTRL)
    window.until(lambda: only_task(window).receipt is None)


def test_task_is_changed_cancelled_and_reopened(window: OpenWindow, dialog: TaskListDialog):
    add(window, dialog, what="pasang rambu", owner="BPBD", due="")
    window.qtbot.keyClick(dialog, Qt.Key.Key_E, CTRL | SHIFT)
    write(dialog, detail="dua sisi")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: only_task(window).detail == "dua sisi")
    window.commands.undo()
    window.until(lambda: only_task(window).detail == "")
    window.qtbot.keyClick(dialog, Qt.Key.Key_D, CTRL | SHIFT)
    answer(window, dialog, "tidak perlu")
    window.until(lambda: only_task(window).status is TaskStatus.CANCELLED)
    window.qtbot.keyClick(dialog, Qt.Key.Key_4, CTRL)  # all tasks
    window.until(lambda: dialog.list.chosen != "")
    window.qtbot.keyClick(dialog, Qt.Key.Key_D, CTRL | SHIFT)
    answer(window, dialog, "ternyata perlu")
    window.until(lambda: only_task(window).is_open)


def test_overdue_task_is_counted_on_the_board_and_exported(
    window: OpenWindow, dialog: TaskListDialog, tmp_path: Path
):
    add(window, dialog, what="pasang rambu", owner="BPBD", due="2026-01-02 08.00")
    window.until(lambda: "1 tugas terlambat" in visible_texts(window.shell))
    file = tmp_path / "tugas.csv"
    window.commands.tasks.write_export(file)
    window.until(file.exists)
    window.until(lambda: "pasang rambu" in file.read_text("utf-8-sig"))


def test_due_time_is_read_by_the_clock_of_the_console():
    task = Task(
        id="1",
        incident="2",
        kind=TaskKind.ACTION,
        what="pasang rambu",
        owner=TaskOwner(kind=OwnerKind.OPD, name="BPBD"),
        added_by="rina",
        added_at=datetime(2026, 12, 2, 1, tzinfo=UTC),
        changed_at=datetime(2026, 12, 2, 1, tzinfo=UTC),
    )
    draft = read_task_change(task, {"due": "16.30"}, ConsoleSnapshot(), datetime(2026, 12, 2, 2, tzinfo=UTC))
    due_at = msgspec.json.decode(draft.body)["due_at"]
    assert datetime.fromisoformat(due_at) == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
