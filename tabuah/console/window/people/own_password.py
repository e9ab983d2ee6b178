"""Users replace their own password, with the server."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.people.passwords import find_new_password_fault
from tabuah.widgets.people.password_dialog import PasswordDialog
from tabuah.widgets.theme.appearance import Appearance

WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the code of a refusal


class OwnPasswordActions(QObject):
    """Opens the dialog and asks the server."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: PasswordDialog | None = None

    @property
    def dialog(self) -> PasswordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = PasswordDialog(self._appearance, self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.submitted.connect(self._on_submitted)
            self._dialog.finished.connect(self._on_finished)
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    def _on_submitted(self, present: str, new: str, repeat: str) -> None:
        if self._dialog is None:
            return
        user = self._context.state.snapshot.actor
        if not present:
            self._dialog.show_error("present", _("Enter your password."))
        elif fault := find_new_password_fault(new, user=user):
            self._dialog.show_error("new", fault)
        elif new != repeat:
            self._dialog.show_error("repeat", _("The two differ."))
        else:
            self._dialog.show_busy(busy=True)
            self._context.network.run(
                lambda store: _change(store, present, new), on_done=self._on_changed, on_error=self._on_failed
            )

    def _on_changed(self, identity: Identity) -> None:
        if self._dialog is not None:
            self._dialog.clear()
            self._dialog.close()
        self._context.state.reload()
        self._context.notifier.done(_("{user} has another password.").format(user=identity.user))

    def _on_failed(self, error: Exception) -> None:
        if not is_expected(error):
            self._context.notifier.error(error)
        if self._dialog is None:
            return
        from tabuah.storage.sync.errors import RequestRefused  # noqa: PLC0415 - loads the HTTP client

        self._dialog.show_busy(busy=False)
        is_wrong = isinstance(error, RequestRefused) and error.code == WRONG_PASSWORD
        text = _("The present password is wrong.") if is_wrong else str(error)
        self._dialog.show_error("present" if is_wrong else "new", text)

    def _on_finished(self) -> None:
        self._dialog = None


def _change(store: ConsoleStore, present: str, new: str) -> Identity:
    from tabuah.storage.sync.account import change_password  # noqa: PLC0415 - loads the HTTP client

    return change_password(store, password=present, new_password=new)
