"""The keys that go to a field of the report form: the same letters in both languages."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

FIELD_KEYS: Final[dict[str, str]] = {
    "line": "Alt+Q",
    "place": "Alt+L",
    "place_words": "Alt+J",
    "hazard": "Alt+H",
    "questions": "Alt+A",
    "severity": "Alt+S",
    "people_at_risk": "Alt+R",
    "title": "Alt+T",
    "note": "Alt+N",
    "channel": "Alt+K",
    "caller": "Alt+C",
    "occurred_at": "Alt+W",
}


def connect_field_keys(form: QWidget, go_to: Callable[[str], None]) -> None:
    """Call `go_to` with the name of a field when its key is pressed anywhere in a form."""
    for name, key in FIELD_KEYS.items():
        shortcut = QShortcut(key, form)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(partial(go_to, name))
