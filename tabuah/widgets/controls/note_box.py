"""The inline note field: Ctrl+Enter saves, Escape closes and keeps the text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class NoteEdit(QPlainTextEdit):
    """A multi-line text field.

    Signals:
        submitted: Ctrl+Enter was pressed.
        cancelled: Escape was pressed.
    """

    submitted = Signal()
    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submit on Ctrl+Enter and cancel on Escape."""
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and with_control:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class NoteBox(ThemedFrame):
    """A field for one note.

    Signals:
        submitted: text of the note.
        closed: the box was closed.
        edited: the text has changed.
    """

    submitted = Signal(str)
    closed = Signal()
    edited = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("note_box")
        self._edit = NoteEdit()
        name_widget(self._edit, "note_text", _("Note"))
        self._edit.setPlaceholderText(_("What happened, and according to whom …"))
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(appearance.px(76))
        self._save = KeyButton(appearance, _("Save note"), key="Ctrl ↵", kind=ButtonKind.PRIMARY, name="note_save")
        self._cancel = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="note_cancel")
        layout = column(self)
        layout.setContentsMargins(16, 12, 16, 4)
        layout.addWidget(Text(appearance, _("Note"), style=TextStyle.STRONG))
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
        self._show_reason()
        self.hide()

    @property
    def text(self) -> str:
        return self._edit.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a text that was typed before, without emitting `edited`."""
        self._edit.blockSignals(True)
        self._edit.setPlainText(text)
        self._edit.blockSignals(False)
        self._show_reason()

    def open_box(self) -> None:
        """Show the field and focus it."""
        self.show()
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_box(self) -> None:
        """Hide the field; keep its text for the next time."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _on_submitted(self) -> None:
        text = self._edit.toPlainText().strip()
        if text:
            self.show_text("")
            self.close_box()
            self.submitted.emit(text)

    def _on_text_changed(self) -> None:
        self._show_reason()
        self.edited.emit()

    def _show_reason(self) -> None:
        empty = not self._edit.toPlainText().strip()
        self._save.show_reason(_("Type a note first") if empty else "")
