"""A text field of several lines that grows with its text, up to some lines, and then scrolls."""

from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit

from tabuah.operations.hidden_characters import without_hidden_characters
from tabuah.widgets.theme.appearance import Appearance

_FEWEST_LINES: Final = 2
_MOST_LINES: Final = 7
_PADDING_PX: Final = 6  # above and below the text, as in the style sheet


class GrowingTextEdit(QPlainTextEdit):
    """Enter begins a line, Ctrl+Enter submits, Tab leaves the field; a text that is too long is not pasted.

    Signals:
        submitted: Ctrl+Enter was pressed.
        paste_refused: the pasted text would make the text longer than `max_chars`; nothing has changed.
        view_requested: the field got the focus, or grew with it; its form scrolls all of it into view.
    """

    submitted = Signal()
    paste_refused = Signal()
    view_requested = Signal()

    def __init__(self, appearance: Appearance, *, max_chars: int) -> None:
        super().__init__()
        self.max_chars = max_chars
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)
        appearance.changed.connect(self._on_size_changed)
        self._on_size_changed()

    @property
    def text(self) -> str:
        return self.toPlainText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submit on Ctrl+Enter; leave Escape and the function keys to the form."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for the whole field."""
        super().focusInEvent(event)
        self.view_requested.emit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste a text without hidden characters, unless the field would hold more than it may.

        Tables and chats contain tabs and marks of direction, which no entry may have.
        """
        text = without_hidden_characters(source.text())
        kept = len(self.toPlainText()) - len(self.textCursor().selectedText())
        if kept + len(text) > self.max_chars:
            self.paste_refused.emit()
        else:
            self.insertPlainText(text)
            self.ensureCursorVisible()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the text anew: a narrow field has more lines."""
        super().resizeEvent(event)
        self._on_size_changed()

    def _on_size_changed(self, _size: object = None) -> None:
        lines = max(_FEWEST_LINES, min(_MOST_LINES, int(self.document().size().height())))
        margins = 2 * (self.document().documentMargin() + self.frameWidth() + _PADDING_PX)
        height = round(lines * self.fontMetrics().lineSpacing() + margins)
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)
            if self.hasFocus():
                self.view_requested.emit()
