"""Keys and waiting in a window, outside of a test function: counts the keys that were pressed and typed."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtTest import QTest
from pytestqt.exceptions import TimeoutError as WaitTimeout
from pytestqt.qtbot import QtBot


class KeyboardBot(QtBot):
    """Stands for `qtbot` where no test function is running, as in a benchmark or the fixture of a module.

    Attributes:
        pressed: keys that are no text: shortcuts, Enter, Tab.
        typed: letters of texts.
    """

    def __init__(self) -> None:
        self.pressed = self.typed = 0

    def keyClick(self, *arguments: Any) -> None:
        self.pressed += 1
        QTest.keyClick(*arguments)

    def keyClicks(self, widget: Any, text: str) -> None:
        self.typed += len(text)
        QTest.keyClicks(widget, text)

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = 5000) -> None:
        deadline = time.monotonic() + timeout / 1000
        while not callback():
            if time.monotonic() > deadline:
                raise WaitTimeout(f"not reached in {timeout} ms")
            QTest.qWait(5)
