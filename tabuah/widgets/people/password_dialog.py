"""The dialog in which users replace their own password."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QProgressBar, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_WIDTH_PX = 420


class PasswordDialog(QDialog):
    """Asks for the present password and twice for the new one.

    Signals:
        submitted: the present password, the new one, and its repetition.
    """

    submitted = Signal(str, str, str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("password_dialog")
        self.setWindowTitle(_("Change the own password"))
        self._fields = {
            name: _password_field(f"password_{name}", label)
            for name, label in (
                ("present", _("Present password")),
                ("new", _("New password")),
                ("repeat", _("Repeat the new password")),
            )
        }
        hints = {"new": _("At least 10 characters, such as several words that do not belong together.")}
        self._rows = {
            name: FormField(appearance, edit.accessibleName(), edit, hint=hints.get(name, ""))
            for name, edit in self._fields.items()
        }
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(_("Asking the server …"))
        self._save = KeyButton(
            appearance, _("Change password"), key="↵", kind=ButtonKind.PRIMARY, name="password_save"
        )
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="password_close")
        for button in (self._save, self._close):
            button.setAutoDefault(False)
        self._save.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.close)
        self._lay_out(appearance)
        self.show_busy(busy=False)
        self._fields["present"].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, field: str, error: str) -> None:
        """Show an error at a field ("present", "new" or "repeat"), and focus it."""
        for name, each in self._rows.items():
            each.show_error(error if name == field else "")
        self._fields[field].setFocus(Qt.FocusReason.OtherFocusReason)
        self._fields[field].selectAll()

    def show_busy(self, *, busy: bool) -> None:
        """Disable the fields while the server is asked."""
        self._busy.setVisible(busy)
        for edit in self._fields.values():
            edit.setEnabled(not busy)
        self._save.show_reason(_("Asking the server …") if busy else "")

    def clear(self) -> None:
        """Forget all passwords."""
        for edit in self._fields.values():
            edit.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter submits."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        else:
            super().keyPressEvent(event)

    def _on_submit(self) -> None:
        if self._save.isEnabled():
            for each in self._rows.values():
                each.show_error("")
            self.submitted.emit(*(edit.text() for edit in self._fields.values()))

    def _lay_out(self, appearance: Appearance) -> None:
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=12)
        lines.setContentsMargins(24, 24, 24, 24)
        lines.addWidget(
            Text(
                appearance,
                _("Your sessions on other devices end. Work that is not sent stays there."),
                style=TextStyle.SMALL,
                tone="muted",
                wrap=True,
            )
        )
        for each in self._rows.values():
            lines.addWidget(each)
        lines.addWidget(self._busy)
        lines.addLayout(buttons)
        column(self).addWidget(frame)
        self.setMinimumWidth(appearance.px(_WIDTH_PX))


def _password_field(name: str, label: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setMaxLength(1024)
    name_widget(edit, name, label)
    return edit
