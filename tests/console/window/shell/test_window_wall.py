"""The wall view in the window: it follows the state, shows no personal data, and survives the loss of its screen."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.widgets.shell.wall_view import WallView

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def wall(window: OpenWindow, data: Path) -> WallView:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_F11, CTRL)
    view = window.commands.wall.view
    assert view is not None
    window.until(view.isVisible)
    return view


def spoken(view: WallView) -> str:
    return view.sections.accessibleDescription()


def test_wall_shows_counts_and_the_map_but_no_title(window: OpenWindow, wall: WallView):
    (incident,) = window.incidents
    window.until(lambda: "1 terbuka" in spoken(wall))
    assert incident.title not in spoken(wall)
    window.until(lambda: list(wall.canvas.content.incidents.ids) == [incident.id])
    assert wall.canvas.content.incidents is window.shell.parts.map.canvas.content.incidents


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
def test_escape_and_f11_leave_the_wall(window: OpenWindow, wall: WallView, key: Qt.Key):
    wall.activateWindow()
    wall.setFocus()
    window.qtbot.keyClick(wall, key)
    window.until(lambda: window.commands.wall.view is None)
    assert not window.shell.isFullScreen(), "F11 of the main window did not run"


def test_wall_closes_with_its_screen_and_returns_with_it(window: OpenWindow, wall: WallView):
    app, screen = QGuiApplication.instance(), wall.screen()
    assert isinstance(app, QGuiApplication)
    app.screenRemoved.emit(screen)
    window.until(lambda: window.commands.wall.view is None)
    window.wait_for_toast("Layar tampilan dinding")
    app.screenAdded.emit(screen)
    window.until(lambda: window.commands.wall.view is not None)
    window.commands.wall.toggle()
    app.screenAdded.emit(screen)
    assert window.commands.wall.view is None, "a person closed it"


def test_wall_keeps_the_present_during_a_replay(window: OpenWindow, wall: WallView):
    assert wall._content.notice == ""
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.commands.replay.toggle()
    window.until(lambda: window.commands.replay.moment is not None)
    before = wall.canvas.content.incidents
    window.until(lambda: "putar ulang" in wall._content.notice)
    window.shell.parts.map.canvas.set_data_age("past")
    assert wall.canvas.content.incidents is before
    assert wall.canvas.content.data_age != "past"
    window.commands.replay.toggle()
    window.until(lambda: wall._content.notice == "")


def test_lock_hides_the_wall_and_unlocking_shows_it_again(window: OpenWindow, wall: WallView):
    lock = window.commands.people.lock
    lock.lock_always()
    window.until(lambda: not wall.isVisible())
    lock._unlock()
    window.until(wall.isVisible)


def test_wall_stays_open_in_the_other_language(window: OpenWindow, wall: WallView):
    window.console.change_language()
    view = window.console.objects.commands.wall.view
    assert view is not None
    assert view is not wall
    assert view.windowTitle() == "Wall view"
