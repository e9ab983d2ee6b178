"""The call log in the window: filter, correct, link, unlink, report, export and undo, by keyboard."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.calls.call_items import ListedCall, call_view
from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import record_call
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.incidents.drafts import caller_value
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.widgets.calls.call_list_dialog import CallListDialog
from tabuah.widgets.calls.values import CallAct
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> CallListDialog:
    """The call log with a prank call and a question, which is the newer one; one incident is open."""
    with open_second_store(data) as store:
        report_in_second_store(store, title="Jembatan putus")
        record(data, CallClass.PRANK, "anak-anak tertawa", caller="Budi 0812 345")
        record(data, CallClass.INFORMATION, "tanya jalan", channel=Channel.WHATSAPP)
    window.context.state.refresh()
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_C, CTRL | SHIFT)
    dialog = window.commands.calls.dialog
    assert dialog is not None
    window.until(lambda: len(rows(dialog)) == 2)
    return dialog


def record(data: Path, call_class: CallClass, note: str, *, caller: str = "", **fields: Channel) -> None:
    with open_second_store(data) as store:
        sealed = caller_value(caller, salt=new_salt()) if caller else None
        store.save(record_call(new_uuid(store.now()), call_class, note=note, caller=sealed, **fields))


def rows(dialog: CallListDialog) -> list[str]:
    model = dialog.list.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def press(dialog: CallListDialog, window: OpenWindow, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    window.qtbot.keyClick(dialog, key, held)


def call_of(data: Path, note: str) -> Call:
    with open_second_store(data) as store:
        return next(each for each in store.calls() if each.note == note)


def choose(dialog: CallListDialog, data: Path, note: str) -> None:
    dialog.list.choose(call_of(data, note).id)


def test_calls_are_filtered_by_class_channel_time_and_words(dialog: CallListDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_3, CTRL)
    window.until(lambda: len(rows(dialog)) < 2)
    press(dialog, window, Qt.Key.Key_1, CTRL)
    window.until(lambda: len(rows(dialog)) == 2)
    channels, search = dialog.findChild(QWidget, "call_channels"), dialog.findChild(QLineEdit, "call_search")
    while dialog.filters[2] != "whatsapp":
        window.qtbot.keyClick(channels, Qt.Key.Key_Right)
    window.until(lambda: len(rows(dialog)) == 1)
    while dialog.filters[2] != "all":
        window.qtbot.keyClick(channels, Qt.Key.Key_Left)
    search.setText("budi")
    window.until(lambda: len(rows(dialog)) == 1 and "tertawa" in rows(dialog)[0])
    search.setText("tidak ada")
    window.until(lambda: not rows(dialog) and not dialog.list.isVisibleTo(dialog))


def test_call_is_corrected_and_undone(dialog: CallListDialog, window: OpenWindow, data: Path):
    choose(dialog, data, "anak-anak tertawa")
    press(dialog, window, Qt.Key.Key_F4)
    assert not dialog.shows_list
    note_edit(dialog).setPlainText("suara motor")
    dialog.form.findChildren(QLineEdit, "call_caller")[-1].setText("Yanti 0813")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: "suara motor" in visible_texts(dialog) and "Yanti" in visible_texts(dialog))
    window.wait_for_toast("dikoreksi")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: "Budi 0812 345" in visible_texts(dialog))


def note_edit(dialog: CallListDialog) -> GrowingTextEdit:
    return dialog.form.findChildren(GrowingTextEdit, "call_note")[-1]


def test_corrected_call_keeps_the_lines_of_its_note(dialog: CallListDialog, window: OpenWindow, data: Path):
    record(data, CallClass.PRANK, "tertawa\n\nditutup", caller="Budi")
    window.context.state.refresh()
    window.until(lambda: len(rows(dialog)) == 3)
    choose(dialog, data, "tertawa\n\nditutup")
    press(dialog, window, Qt.Key.Key_F4)
    assert note_edit(dialog).toPlainText() == "tertawa\n\nditutup"
    dialog.form.findChildren(QLineEdit, "call_caller")[-1].setText("Yanti 0813")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: "Yanti" in visible_texts(dialog))
    assert call_of(data, "tertawa\n\nditutup").call_class is CallClass.PRANK
    press(dialog, window, Qt.Key.Key_F4)
    note = note_edit(dialog)
    note.moveCursor(note.textCursor().MoveOperation.End)
    window.qtbot.keyClick(note, Qt.Key.Key_Return)
    window.qtbot.keyClicks(note, "lagi")
    window.qtbot.keyClick(note, Qt.Key.Key_Return, CTRL)
    window.until(lambda: dialog.shows_list)
    window.until(lambda: "lagi" in visible_texts(dialog))
    assert call_of(data, "tertawa\n\nditutup\nlagi").call_class is CallClass.PRANK


def test_call_is_linked_shown_unlinked_and_linked_again_by_undo(
    dialog: CallListDialog, window: OpenWindow, data: Path
):
    choose(dialog, data, "anak-anak tertawa")
    press(dialog, window, Qt.Key.Key_F3, SHIFT)
    field = dialog.findChild(QLineEdit, "confirm_field")
    assert field.text() == window.incidents[0].number  # the only one is filled in
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: call_of(data, "anak-anak tertawa").call_class is CallClass.NORMAL)
    window.until(lambda: window.incidents[0].number in visible_texts(dialog))
    press(dialog, window, Qt.Key.Key_F4, SHIFT)
    window.until(lambda: call_of(data, "anak-anak tertawa").call_class is CallClass.PRANK)
    window.wait_for_toast("tidak lagi")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: call_of(data, "anak-anak tertawa").incident == window.incidents[0].id)
    window.until(lambda: window.incidents[0].number in visible_texts(dialog))
    press(dialog, window, Qt.Key.Key_Return)
    assert window.selection.incident == window.incidents[0].id


def test_report_of_a_call_links_it(dialog: CallListDialog, window: OpenWindow, data: Path):
    choose(dialog, data, "anak-anak tertawa")
    press(dialog, window, Qt.Key.Key_F3)
    assert window.context.side.page is SidePage.REPORT
    form = window.shell.parts.report_form
    window.context.canvas.location_picked.emit(100.63, -0.8)
    draft = form.draft()
    assert (draft.note, draft.caller_name) == ("anak-anak tertawa", "Budi 0812 345")
    form.submitted.emit(replace(draft, hazard="flood", title="Air naik"))
    window.until(lambda: call_of(data, "anak-anak tertawa").incident != "")
    window.until(lambda: len(window.incidents) == 2)
    made = next(each for each in window.incidents if each.title == "Air naik")
    assert call_of(data, "anak-anak tertawa").incident == made.id


def test_call_added_to_a_known_incident_is_linked_to_it(dialog: CallListDialog, window: OpenWindow, data: Path):
    known = window.incidents[0]
    choose(dialog, data, "tanya jalan")
    press(dialog, window, Qt.Key.Key_F3)
    form = window.shell.parts.report_form
    form.submitted.emit(replace(form.draft(), adds_to=known.id))
    window.until(lambda: call_of(data, "tanya jalan").incident == known.id)


def test_report_form_of_a_call_keeps_the_report_that_was_typed(
    dialog: CallListDialog, window: OpenWindow, data: Path
):
    reports, form = window.commands.incidents.report_actions, window.shell.parts.report_form
    reports.begin()
    form.show_draft(replace(form.draft(), title="Pohon tumbang"))
    reports.set_aside()
    choose(dialog, data, "tanya jalan")
    press(dialog, window, Qt.Key.Key_F3)
    assert form.draft().title == ""
    reports.set_aside()
    reports.begin()
    assert form.draft().title == "Pohon tumbang"


@pytest.mark.parametrize("with_callers", [False, True])
def test_calls_are_exported(dialog: CallListDialog, window: OpenWindow, tmp_path: Path, with_callers: bool):
    file, calls = tmp_path / "panggilan.csv", window.commands.calls
    calls.write_table(file, calls.listed, with_callers=with_callers)
    window.wait_for_toast("panggilan.csv")
    assert "tanya jalan" in file.read_text("utf-8-sig")
    assert ("0812 345" in file.read_text("utf-8-sig")) is with_callers


def test_viewer_only_shows_and_exports(dialog: CallListDialog, window: OpenWindow):
    found: ListedCall = window.commands.calls.listed[0]
    reasons = call_view(found, (found,), role=Role.VIEWER).reasons
    assert {act for act in CallAct if not reasons.get(act)} == {CallAct.EXPORT}
    nothing = call_view(None, (), role=identity(Role.OPERATOR, "ani").role).reasons
    assert all(nothing[act] for act in CallAct)
