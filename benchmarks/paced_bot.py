"""The keys of an operator in a benchmark, with the events of the window between them."""

from typing import Any

from PySide6.QtTest import QTest
from support.keyboard_bot import KeyboardBot


class PacedBot(KeyboardBot):
    """Lets the window handle its events after each key, as between the keys of a typist."""

    def keyClick(self, *arguments: Any) -> None:
        super().keyClick(*arguments)
        wait_in_gui(0.001)

    def keyClicks(self, widget: Any, text: str) -> None:
        for letter in text:
            super().keyClicks(widget, letter)
            wait_in_gui(0.001)


def wait_in_gui(seconds: float) -> None:
    """Handle events of the window for a time."""
    QTest.qWait(max(1, round(seconds * 1_000)))
