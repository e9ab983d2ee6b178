"""Letters in forms: while a form has the focus they are text or choices, never shortcuts of the window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def is_letter_shortcut(event: QEvent) -> bool:
    """Return whether an event asks to override the shortcut of a plain key, without Ctrl, Alt or Meta."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
    return not held and bool(event.text()) and event.text().isprintable()
