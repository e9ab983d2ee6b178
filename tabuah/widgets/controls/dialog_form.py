"""A short form of text fields in a dialog: a text, an optional picture, fields, and one or two buttons."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


class DialogField(msgspec.Struct, frozen=True, kw_only=True):
    """One field; a secret one shows dots."""

    code: str
    label: str
    secret: bool = False
    hint: str = ""
    max_length: int = 1024


class DialogForm(ThemedFrame):
    """Asks for a few texts.

    Signals:
        submitted: code of the button, and a dict of the texts by field code. Enter presses the first button.
        cancelled: the form was closed.
    """

    submitted = Signal(str, object)
    cancelled = Signal()

    def __init__(
        self,
        appearance: Appearance,
        fields: Sequence[DialogField],
        *,
        name: str,
        buttons: Sequence[tuple[str, str]],
        picture: QWidget | None = None,
        first_kind: ButtonKind = ButtonKind.PRIMARY,
    ) -> None:
        super().__init__("panel")
        self.setObjectName(f"{name}_form")
        self._about = Text(appearance, tone="muted", wrap=True)
        self._error = Text(appearance, tone=Level.CRITICAL, wrap=True)
        self._error.setObjectName(f"{name}_error")
        self._edits = {field.code: _edit(f"{name}_{field.code}", field) for field in fields}
        self._rows = {
            field.code: FormField(appearance, field.label, self._edits[field.code], hint=field.hint)
            for field in fields
        }
        self._buttons = [
            self._button(appearance, code, label, name, kind=ButtonKind.SECONDARY if index else first_kind)
            for index, (code, label) in enumerate(buttons)
        ]
        close = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name=f"{name}_close")
        close.setAutoDefault(False)
        close.clicked.connect(self.cancelled)
        layout = column(self, spacing_px=12)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addWidget(self._about)
        if picture is not None:
            layout.addWidget(picture)
        for each in self._rows.values():
            layout.addWidget(each)
        layout.addWidget(self._error)
        low = row()
        for button in (*self._buttons, close):
            low.addWidget(button)
        low.addStretch(1)
        layout.addLayout(low)
        layout.addStretch(1)
        self.show_error("")

    def begin(self, about: str) -> None:
        """Show a text above empty fields, and focus the first one."""
        self._about.setText(about)
        self.clear()
        self.show_error("")
        self.show_busy(busy=False)
        self.focus_first()

    def focus_first(self) -> None:
        """Focus the first field."""
        next(iter(self._edits.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget the texts."""
        for edit in self._edits.values():
            edit.clear()

    def show_error(self, error: str, field: str = "") -> None:
        """Show an error at a field, which gets the focus, or under the fields."""
        for code, each in self._rows.items():
            each.show_error(error if code == field else "")
        self._error.setText("" if field in self._rows else error)
        self._error.setVisible(bool(self._error.text()))
        if field in self._edits:
            self._edits[field].setFocus(Qt.FocusReason.OtherFocusReason)
            self._edits[field].selectAll()

    def show_busy(self, *, busy: bool) -> None:
        """Disable the fields while the server is asked."""
        for edit in self._edits.values():
            edit.setEnabled(not busy)
        for button in self._buttons:
            button.show_reason(_("Asking the server …") if busy else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button, or the first one; Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = next((button for button in self._buttons if button.hasFocus()), self._buttons[0])
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, appearance: Appearance, code: str, label: str, name: str, *, kind: ButtonKind) -> KeyButton:
        key = "" if kind is ButtonKind.SECONDARY else "↵"
        button = KeyButton(appearance, label, key=key, kind=kind, name=f"{name}_{code}")
        button.setAutoDefault(False)
        button.setProperty("code", code)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        code = str(self.sender().property("code"))
        empty = next((name for name, edit in self._edits.items() if not edit.text().strip()), "")
        if empty:
            self.show_error(_("Fill in this field."), empty)
            return
        self.show_error("")
        self.submitted.emit(code, {name: edit.text() for name, edit in self._edits.items()})


def _edit(name: str, field: DialogField) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(field.max_length)
    if field.secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    name_widget(edit, name, field.label)
    return edit
