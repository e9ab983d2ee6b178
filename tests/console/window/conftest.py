"""A real window over a real store in a temporary directory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from window_room import OpenWindow, open_window


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
