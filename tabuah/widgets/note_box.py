"""The inline note: opens where the incident is read, Ctrl+Enter saves, Escape closes and keeps the text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type


class NoteEdit(QPlainTextEdit):
    """A text of several lines.

    Signals:
        submitted: Ctrl+Enter.
        cancelled: Escape.
    """

    submitted = Signal()
    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl+Enter submits, Escape cancels, Tab goes on."""
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and with_control:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class NoteBox(Surface):
    """A field for one note.

    Signals:
        submitted: the text of the note.
        closed: the box was closed.
    """

    submitted = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("note_box")
        self._edit = NoteEdit()
        name_widget(self._edit, "note_text", _("Note"))
        self._edit.setPlaceholderText(_("What happened, who says so …"))
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(appearance.px(76))
        self._save = KeyButton(appearance, _("Save note"), key="Ctrl ↵", kind=Kind.PRIMARY, name="note_save")
        self._cancel = KeyButton(appearance, _("Close"), key="Esc", kind=Kind.GHOST, name="note_cancel")
        layout = column(self)
        layout.setContentsMargins(16, 12, 16, 4)
        layout.addWidget(Text(appearance, _("Note"), style=Type.STRONG))
        layout.addWidget(self._edit)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self._edit.submitted.connect(self._on_submitted)
        self._edit.cancelled.connect(self.close_box)
        self._save.clicked.connect(self._on_submitted)
        self._cancel.clicked.connect(self.close_box)
        self._edit.textChanged.connect(self._on_text_changed)
        self._on_text_changed()
        self.hide()

    def open_box(self) -> None:
        """Show the field and put the cursor into it."""
        self.show()
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_box(self) -> None:
        """Hide the field; what was typed is still there when it opens again."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def clear_note(self) -> None:
        """Forget what was typed."""
        self._edit.clear()

    def _on_submitted(self) -> None:
        text = self._edit.toPlainText().strip()
        if text:
            self._edit.clear()
            self.close_box()
            self.submitted.emit(text)

    def _on_text_changed(self) -> None:
        empty = not self._edit.toPlainText().strip()
        self._save.show_reason(_("Type a note first") if empty else "")
