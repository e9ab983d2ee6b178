"""Show a window of its own in front of the others."""

from PySide6.QtWidgets import QWidget


def bring_to_front(window: QWidget) -> None:
    """Show a window, also one that is open already, and give it the keyboard."""
    window.show()
    window.raise_()
    window.activateWindow()
