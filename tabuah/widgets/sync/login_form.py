"""The login form: server, pairing code, user name and password, errors, and the choice to work offline."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import IconPicture, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_LONGEST_PASSWORD = 1024
_LONGEST_CODE = 100


class LoginForm(ThemedFrame):
    """A card with server, user and password.

    There is a fourth field for the pairing code on a console without a pinned server. With a one-time code a new
    password takes the place of the password.

    Signals:
        submitted: server address, user name, password.
        new_key_chosen: the same, and the user goes on with a new key because the device is locked.
        reset_submitted: server address, user name, one-time code, new password and its repetition.
        offline_chosen: the user continues without the server.
        code_file_chosen: the user wants to read the pairing code from a file.
    """

    submitted = Signal(str, str, str)
    new_key_chosen = Signal(str, str, str)
    reset_submitted = Signal(str, str, str, str, str)
    offline_chosen = Signal()
    code_file_chosen = Signal()

    def __init__(self, appearance: Appearance, *, name: str = "login", dismiss: str = "") -> None:
        """Use `name` as the prefix of object names, and `dismiss` as the label of the second button."""
        super().__init__("raised")
        self.setObjectName(f"{name}_form")
        self._appearance = appearance
        self._server = self._edit(f"{name}_server", _("Server"), "https://…")
        self._code = self._edit(f"{name}_code", _("Pairing code"), "")
        self._code_file = KeyButton(appearance, _("From file …"), kind=ButtonKind.GHOST, name=f"{name}_code_file")
        self._code_file.describe(_("Read the pairing code from the file of the administrator"))
        self._user = self._edit(f"{name}_user", _("User name"), "")
        self._password = self._edit(f"{name}_password", _("Password"), "")
        self._factor = self._edit(f"{name}_factor", _("Code of the authenticator app"), "123456")
        self._factor.setMaxLength(_LONGEST_CODE)
        self._one_time = self._edit(f"{name}_one_time", _("One-time code"), "XXXX-XXXX-XXXX-XXXX")
        self._new = self._edit(f"{name}_new", _("New password"), "")
        self._repeat = self._edit(f"{name}_repeat", _("Repeat the new password"), "")
        for edit in (self._password, self._new, self._repeat):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setMaxLength(_LONGEST_PASSWORD)
        self._resets = False  # a one-time code is asked for instead of the password
        self._error = Text(appearance, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._error.setObjectName(f"{name}_error")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(_("Logging in …"))
        self._enter = KeyButton(appearance, _("Log in"), key="↵", kind=ButtonKind.PRIMARY, name=f"{name}_enter")
        self._offline = self._dismiss_button(appearance, dismiss, f"{name}_offline")
        self._is_dismissible = True
        self._new_key = KeyButton(appearance, _("Go on as a new device"), name=f"{name}_new_key")
        self._new_key.describe(
            _("Work that the server has not confirmed is sent again under a new key; a new device may need approval")
        )
        self._switch = KeyButton(appearance, "", kind=ButtonKind.GHOST, name=f"{name}_switch")
        self._switch.clicked.connect(self._on_switch)
        self._lay_out()
        self._show_fields()
        self._new_key.clicked.connect(self._on_new_key)
        self._enter.clicked.connect(self._on_submit)
        self._offline.clicked.connect(self.offline_chosen)
        self._code_file.clicked.connect(self.code_file_chosen)
        self.show_error("")
        self.show_busy(busy=False)

    def show_defaults(self, server: str, user: str, *, asks_code: bool = False) -> None:
        """Show the last server and user without a password, and focus the first empty field.

        With `asks_code` the form has a field for the pairing code.
        """
        self.clear_password()
        self._resets = False
        self._factor.clear()
        self._factor_field.hide()
        self._show_fields()
        self._code.clear()
        self._code_field.setVisible(asks_code)
        self.show_code_error("")
        self._server.setText(server)
        self._user.setText(user)
        first = next((e for e in (self._server, self._user, self._password) if not e.text()), self._password)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def pairing_code(self) -> str:
        """The text in the field of the pairing code."""
        return self._code.text().strip()

    def show_pairing_code(self, code: str, *, server: str = "") -> None:
        """Show a pairing code that was read from a file, and the address that came with it."""
        self._code.setText(code)
        if server:
            self._server.setText(server)

    @property
    def second_factor(self) -> str:
        """The code of the second factor; empty while none is asked for."""
        return self._factor.text().strip()

    def show_second_factor(self, text: str) -> None:
        """Ask for the code of the second factor; the password stays, also one that was just chosen."""
        if self._resets:
            self._password.setText(self._new.text())
            self._resets = False
            self._show_fields()
        self._error.setText(text)
        self._error.show()
        self._factor.clear()
        self._factor_field.show()
        self._factor.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_dismissible(self, is_dismissible: bool) -> None:
        """Show or hide the second button; without it Escape does nothing."""
        self._is_dismissible = is_dismissible
        self._offline.setVisible(is_dismissible)

    def show_code_error(self, error: str) -> None:
        """Show below its field why the pairing code is not one; the password stays."""
        self._code_label.show_error(error)
        if error:
            self._code_label.focus_control()

    def clear_password(self) -> None:
        """Forget passwords and code, so that the next person at this desk cannot use them."""
        for edit in self._secrets:
            edit.clear()

    def show_error(self, error: str, *, offers_new_key: bool = False) -> None:
        """Show why the login failed, and clear only the password.

        With `offers_new_key` the device is locked, and the password stays for the log-in as a new device.
        """
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self._new_key.setVisible(offers_new_key)
        if offers_new_key:
            self._new_key.setFocus(Qt.FocusReason.OtherFocusReason)
        elif error:
            self._password.clear()
            (self._one_time if self._resets else self._password).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, *, busy: bool) -> None:
        """Disable the fields while the login runs; "Work offline" stays enabled."""
        self._busy.setVisible(busy)
        for control in (self._server, self._code, self._user, self._factor, *self._secrets):
            control.setEnabled(not busy)
        for button in (self._enter, self._new_key, self._code_file, self._switch):
            button.show_reason(_("Logging in …") if busy else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        elif event.key() == Qt.Key.Key_Escape:
            self._on_escape()
        else:
            super().keyPressEvent(event)

    def _on_escape(self) -> None:
        if self._is_dismissible:
            self.offline_chosen.emit()

    def _dismiss_button(self, appearance: Appearance, label: str, name: str) -> KeyButton:
        """Return the second button: "Work offline", or another label."""
        icon = "" if label else "offline"
        button = KeyButton(
            appearance, label or _("Work offline"), key="Esc", kind=ButtonKind.GHOST, icon=icon, name=name
        )
        if not label:
            button.describe(_("Continue without the server; all changes are saved and sent later"))
        return button

    def _edit(self, name: str, label: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        name_widget(edit, name, label)
        edit.setPlaceholderText(placeholder)
        return edit

    def _lay_out(self) -> None:
        look = self._appearance
        self._rows: dict[QLineEdit, FormField] = {}
        head = row(spacing_px=12)
        head.addWidget(IconPicture(look, "drum", size_px=28, tone="accent"))
        head.addWidget(Text(look, "Tabuah", style=TextStyle.HEADING), 1)
        buttons = FlowLayout()
        buttons.addWidget(self._enter)
        buttons.addWidget(self._offline)
        self._code_field = self._lay_out_code()
        layout = column(self, spacing_px=12)
        layout.setContentsMargins(16, 20, 16, 20)
        layout.addLayout(head)
        layout.addWidget(FormField(look, _("Server"), self._server))
        layout.addWidget(self._code_field)
        layout.addWidget(FormField(look, _("User name"), self._user))
        for edit in self._secrets:
            self._rows[edit] = FormField(look, edit.accessibleName(), edit)
            layout.addWidget(self._rows[edit])
        lost = _("Without the phone: enter a recovery code, or ask an administrator to reset the second factor.")
        self._factor_field = FormField(look, self._factor.accessibleName(), self._factor, hint=lost)
        self._factor_field.hide()
        layout.addWidget(self._factor_field)
        layout.addWidget(self._error)
        layout.addWidget(self._new_key)
        layout.addWidget(self._busy)
        layout.addLayout(buttons)
        layout.addWidget(self._switch)
        self.setMaximumWidth(look.px(400))

    def _lay_out_code(self) -> QWidget:
        hint = _("At the first log-in, for a server with its own certificate; the administrator has it.")
        self._code_label = FormField(self._appearance, _("Pairing code"), self._code, hint=hint)
        buttons = row()
        buttons.addWidget(self._code_file)
        buttons.addStretch(1)
        part = QWidget()
        layout = column(part, spacing_px=4)
        layout.addWidget(self._code_label)
        layout.addLayout(buttons)
        part.hide()
        return part

    @property
    def _secrets(self) -> tuple[QLineEdit, ...]:
        return self._password, self._one_time, self._new, self._repeat

    def _show_fields(self) -> None:
        """Show the fields of a log-in, or those of a one-time code."""
        for edit, field in self._rows.items():
            field.setVisible((edit is not self._password) is self._resets)
        text = _("Log in with a password") if self._resets else _("I have a one-time code")
        self._switch.setText(text)
        self._switch.describe(text)
        self._switch.updateGeometry()

    def _on_switch(self) -> None:
        self._resets = not self._resets
        self.clear_password()
        self.show_error("")
        self._show_fields()
        fields = (self._server, self._user, self._one_time if self._resets else self._password)
        next((edit for edit in fields if not edit.text()), fields[-1]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_submit(self) -> None:
        if not self._enter.isEnabled():
            return
        if self._resets:
            server, user = self._server.text().strip(), self._user.text().strip()
            code = self._one_time.text().strip()
            self.reset_submitted.emit(server, user, code, self._new.text(), self._repeat.text())
        else:
            self._submit(self.submitted)

    def _on_new_key(self) -> None:
        self._submit(self.new_key_chosen)

    def _submit(self, signal: SignalInstance) -> None:
        signal.emit(self._server.text().strip(), self._user.text().strip(), self._password.text())
