"""Drafts of forms in the window: on disk after a pause, offered by the next window, gone when saved."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shared.panels import SidePage


def files(data: Path) -> list[Path]:
    """Return the finished drafts; a file that is being written ends in ".new" and is gone a moment later."""
    return sorted(path for path in (data / "drafts").glob("*") if path.suffix != ".new")


def test_report_survives_end_of_program(window: OpenWindow, data: Path, open_console) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.edit("report_caller").setText("Bu Yanti")
    window.until(lambda: any(b"Bu Yanti" in file.read_bytes() for file in files(data)))
    window.console.close()
    again = open_console()
    again.wait_for_toast("belum disimpan", "tekan N")
    again.key(Qt.Key.Key_N)
    assert again.edit("report_caller").text() == "Bu Yanti"
    again.key(Qt.Key.Key_Tab)
    again.edit("report_title").setFocus()
    again.key(Qt.Key.Key_Return)
    again.until(lambda: len(again.incidents) == 1)
    again.until(lambda: files(data) == [])


def test_discarded_report_leaves_no_file(window: OpenWindow, data: Path) -> None:
    window.key(Qt.Key.Key_N)
    window.write("dekat pasar")
    window.until(lambda: len(files(data)) == 1)
    window.shell.parts.report_form.discarded.emit()
    window.until(lambda: files(data) == [])
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.wait_for_toast("dibuang", "Urungkan")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.edit("place_text").text() == "dekat pasar"


def test_notes_and_edits_are_kept_for_their_incident(window: OpenWindow, data: Path, open_console) -> None:
    with open_second_store(data) as store:
        one, other = report_in_second_store(store), report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 2)
    window.choose(one)
    window.key(Qt.Key.Key_C)
    window.write("air sepinggang")
    window.choose(other)
    window.key(Qt.Key.Key_C)
    note = window.shell.parts.details.note_box
    assert note.text == ""
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_E)
    window.edit("edit_title").clear()
    window.edit("edit_title").setFocus()
    window.write("Banjir di pasar")
    window.until(lambda: len(files(data)) == 2)
    window.console.close()
    again = open_console()
    again.wait_for_toast("belum disimpan")
    again.choose(other)
    again.key(Qt.Key.Key_E)
    assert again.edit("edit_title").text() == "Banjir di pasar"
    again.key(Qt.Key.Key_Return)
    again.until(lambda: again.incident.title == "Banjir di pasar")
    again.choose(one)
    again.key(Qt.Key.Key_C)
    assert again.shell.parts.details.note_box.text == "air sepinggang"
    again.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    again.until(lambda: files(data) == [])


def log_in(window: OpenWindow, server: RunningServer, user: str) -> None:
    """Log in through the form."""
    submit_login(window, server, user)
    window.until(lambda: user in visible_texts(window.shell.parts.header))


def submit_login(window: OpenWindow, server: RunningServer, user: str) -> None:
    window.commands.sync.login.begin()
    window.edit("login_server").setText(server.url)
    window.edit("login_user").setText(user)
    window.edit("login_password").setText(PASSWORD)
    window.edit("login_password").setFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.context.side.page is not SidePage.LOGIN)


def write_caller(window: OpenWindow, data: Path) -> None:
    """Open a report, type its caller, and wait until the draft is on disk."""
    window.key(Qt.Key.Key_N)
    window.edit("report_caller").setFocus()
    window.write("Bu Yanti")
    window.until(lambda: any(b"Bu Yanti" in file.read_bytes() for file in files(data)))


@pytest.mark.parametrize("is_open", [True, False])
def test_second_user_sees_nothing_of_a_report(
    open_console, data: Path, server: RunningServer, *, is_open: bool
) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    write_caller(window, data)
    if not is_open:
        window.shell.parts.report_form.cancelled.emit()
    log_in(window, server, "posko")
    window.key(Qt.Key.Key_N)
    assert window.edit("report_caller").text() == ""
    window.shell.parts.report_form.cancelled.emit()
    window.console.close()
    again = open_console()
    again.key(Qt.Key.Key_N)
    assert again.edit("report_caller").text() == ""
    again.shell.parts.report_form.cancelled.emit()
    log_in(again, server, "ani")
    again.wait_for_toast("belum disimpan", "tekan N")
    again.key(Qt.Key.Key_N)
    assert again.edit("report_caller").text() == "Bu Yanti"


def test_report_from_before_the_first_log_in_is_kept(open_console, data: Path, server: RunningServer) -> None:
    window = open_console(server_url=server.url)
    window.shell.parts.login_form.offline_chosen.emit()
    write_caller(window, data)
    log_in(window, server, "ani")
    window.key(Qt.Key.Key_N)
    assert window.edit("report_caller").text() == "Bu Yanti"


def test_log_in_keeps_the_draft_of_an_edit(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
    window = open_console()
    window.choose(incident)
    window.key(Qt.Key.Key_E)
    window.edit("edit_title").setFocus()
    window.write(" di pasar")
    window.until(lambda: len(files(data)) == 1)
    log_in(window, server, "ani")
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)
    window.key(Qt.Key.Key_E)
    assert window.edit("edit_title").text() == "di pasar"  # the field was selected; a value has no space at its ends


def test_password_is_gone_after_a_log_in(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    log_in(window, server, "posko")
    password = window.edit("login_password")
    assert password.text() == ""
    window.commands.sync.login.begin()
    password.setText("setengah")
    window.shell.parts.login_form.offline_chosen.emit()
    assert password.text() == ""
    assert files(data) == []


def test_second_user_sees_no_report_before_the_views_are_updated(
    open_console, data: Path, server: RunningServer
) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    write_caller(window, data)
    state = window.console.services.state
    state._coalesce.setInterval(60_000)  # the signal of the state comes late
    submit_login(window, server, "posko")
    window.until(lambda: state.snapshot.identity is not None and state.snapshot.identity.user == "posko")
    window.key(Qt.Key.Key_N)
    assert window.edit("report_caller").text() == ""
