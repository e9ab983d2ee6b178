"""Fixtures: a real window over a real store in a temporary directory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.label_pictures import keep_label_pictures
from support.running_server import RunningServer, start_server
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_window,
    raise_alarm_at_gauge,
    register_gauge,
)

from tabuah.operations.people.roles import Role


@pytest.fixture(autouse=True, scope="session")
def label_pictures_are_kept() -> Iterator[None]:
    """Paint the labels of the map once for all windows."""
    with pytest.MonkeyPatch.context() as patch:
        keep_label_pictures(patch)
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "console"


@pytest.fixture
def open_console(qtbot: QtBot, data: Path) -> Iterator[Callable[..., OpenWindow]]:
    """Return a function that opens windows; those still open at the end are closed."""
    opened: list[OpenWindow] = []

    def open_it(directory: Path = data, **options: object) -> OpenWindow:
        window = open_window(qtbot, directory, **options)
        opened.append(window)
        return window

    yield open_it
    for window in opened:
        window.console.close()


@pytest.fixture
def window(open_console: Callable[..., OpenWindow]) -> OpenWindow:
    """Return a window on an empty store, fully loaded."""
    return open_console()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a real server with an operator, a field office, a viewer, a supervisor and a gateway."""
    with start_server(tmp_path / "server") as running:
        running.add_user("ani")
        running.add_user("posko", Role.FIELD)
        running.add_user("pemantau", Role.VIEWER)
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("gerbang", Role.GATEWAY)
        yield running


@pytest.fixture
def alarm_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return an operator's window with one critical alarm at the gauge of Koto Baru."""
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.until(lambda: window.selection.station == GAUGE.code)
    return window
