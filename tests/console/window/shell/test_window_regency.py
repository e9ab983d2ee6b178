"""The window after a log-in that brings the profile and the map of another regency."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from support.regencies import eastern_regency, write_profile_folder
from support.running_server import PASSWORD, RunningServer, start_server
from support.window_fixture import OpenWindow, visible_texts

from tabuah.operations.codes import Hazard
from tabuah.operations.people.roles import Role
from tabuah.resources.regency import set_regency
from tabuah.server.regency.journal_profile import change_profile
from tabuah.storage.regency.profile_file import read_profile
from tabuah.text.incidents.action_messages import unknown_place_text

HARAPAN = "Kabupaten Teluk Harapan"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a server of another regency."""
    profile = read_profile(write_profile_folder(tmp_path / "profile", eastern_regency()))
    with start_server(tmp_path / "server") as running:
        assert change_profile(running.journal, profile, actor="administrator")
        running.add_user("ani", Role.SUPERVISOR)
        set_regency(None)  # another process than the console
        yield running
    set_regency(None)


def log_in(window: OpenWindow, server: RunningServer) -> None:
    window.commands.sync.login.begin()
    window.edit("login_server").setText(server.url)
    window.edit("login_user").setText("ani")
    window.edit("login_password").setText(PASSWORD)
    window.edit("login_password").setFocus()
    window.qtbot.keyClick(window.edit("login_password"), Qt.Key.Key_Return)


def shows_harapan(window: OpenWindow) -> bool:
    base_map = window.shell.parts.map.canvas.content.base_map
    centre_deg = window.shell.parts.map.canvas.view.centre_deg
    return base_map is not None and 120.0 < centre_deg[0] < 121.0


def test_window_follows_the_regency_of_the_log_in(window: OpenWindow, server: RunningServer) -> None:
    former = window.shell
    assert not shows_harapan(window)
    log_in(window, server)
    window.until(lambda: window.shell is not former)
    window.until(lambda: shows_harapan(window))
    window.wait_for_toast(HARAPAN, "menampilkan")
    places = window.context.places
    window.until(lambda: any(each.name == "Desa A1" for each in places.suggest("Desa A1")))
    assert not any("Kubung" in each.detail for each in places.suggest("Koto Baru"))
    assert HARAPAN in window.shell.windowTitle()


def test_draft_with_a_place_of_the_former_map_is_marked(window: OpenWindow, server: RunningServer) -> None:
    former = window.shell
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("K")
    place = window.shell.parts.report_form.draft().place
    assert place is not None
    window.key(Qt.Key.Key_Escape)
    log_in(window, server)
    window.until(lambda: window.shell is not former)
    window.until(lambda: shows_harapan(window))
    form = window.shell.parts.report_form
    window.commands.incidents.report_actions.begin()
    form.show_draft(replace(form.draft(), hazard=Hazard.FIRE, place=place, place_text=place.name))
    form.identified.emit()  # looks for duplicates
    form.submitted.emit(form.draft())
    assert unknown_place_text() in visible_texts(form)
    assert not window.incidents


def test_window_with_an_open_dialog_stays_and_its_map_follows(window: OpenWindow, server: RunningServer) -> None:
    former = window.shell
    window.commands.shifts.begin()
    log_in(window, server)
    window.until(lambda: shows_harapan(window))
    window.wait_for_toast(HARAPAN, "buka lagi")
    assert window.shell is former
    assert window.commands.shifts.dialog is not None
