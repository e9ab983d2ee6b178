"""A real window over a real store in a temporary directory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from running_server import RunningServer, start_server
from window_room import OpenWindow, open_window

from tabuah.operations.authority.roles import Role


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A console's data directory."""
    return tmp_path / "console"


@pytest.fixture
def open_console(qtbot: QtBot, data: Path) -> Iterator[Callable[..., OpenWindow]]:
    """Opens the window, as often as it is called; whatever is still open at the end is closed."""
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
    """A window on an empty store, everything loaded."""
    return open_console()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A real server with an operator, a field office, a viewer, a supervisor and a gateway."""
    with start_server(tmp_path / "server") as running:
        running.add_user("ani")
        running.add_user("posko", Role.FIELD)
        running.add_user("pemantau", Role.VIEWER)
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("gerbang", Role.GATEWAY)
        yield running
