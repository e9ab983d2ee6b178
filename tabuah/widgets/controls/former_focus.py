"""The widget that had the keyboard before a card or bar took it."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class FormerFocus:
    """Returns the keyboard when a widget is hidden: Qt would give it to the next button of the window."""

    def __init__(self) -> None:
        self._widget: QWidget | None = None

    @property
    def widget(self) -> QWidget | None:
        """The widget that had the keyboard, if it still exists."""
        return self._widget if self._widget is not None and shiboken6.isValid(self._widget) else None

    def remember(self, window: QWidget) -> None:
        """Remember which widget of a window has the keyboard."""
        self._widget = window.focusWidget()

    def give_back(self) -> None:
        """Return the keyboard once."""
        widget, self._widget = self.widget, None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.PopupFocusReason)
