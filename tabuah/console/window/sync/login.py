"""Log-in: the form, the server's answer, and work without a server."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.file_dialogs import ask_for_path, open_dialog
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.resources.localisation import _
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.misdated_entries import MisdatedRange
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.data_files import PIN_FILE
from tabuah.storage.journal.errors import BadPairingCode
from tabuah.text.sync.device_notices import describe_clock_error, locked_device_text
from tabuah.widgets.sync.login_form import LoginForm

if TYPE_CHECKING:
    from tabuah.storage.journal.pairing import PairingText


class LoginActions(QObject):
    """The log-in form in the side panel."""

    def __init__(
        self, context: WindowContext, form: LoginForm, connection: ServerConnection, *, server_url: str = ""
    ) -> None:
        super().__init__(form)
        self._context, self._form, self._connection, self._server_url = context, form, connection, server_url
        form.submitted.connect(self._log_in)
        form.new_key_chosen.connect(self._log_in_with_new_key)
        form.offline_chosen.connect(self._leave)
        form.code_file_chosen.connect(self._choose_code_file)

    def begin(self) -> None:
        """Open the form with the last server and user."""
        identity = self._context.state.snapshot.identity
        self._context.side.show_page(SidePage.LOGIN)
        self._form.show_error("")
        self._form.show_busy(busy=False)
        server = self._server_url or (identity.server_url if identity else "")
        is_pinned = (self._context.directory / PIN_FILE).exists()
        self._form.show_defaults(server, identity.user if identity else "", asks_code=not is_pinned)

    def _choose_code_file(self) -> None:
        dialog = open_dialog(
            self._form, _("Pairing code"), filters=[f"{_('Text files')} (*.txt)", f"{_('All files')} (*)"]
        )
        ask_for_path(dialog, self._read_code_file)

    def _read_code_file(self, path: Path) -> None:
        from tabuah.storage.journal.pairing import read_pairing_file  # noqa: PLC0415 - loads the certificates

        try:
            text = read_pairing_file(path)
        except (OSError, BadPairingCode) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._form.show_error(_("{path} cannot be read: {reason}").format(path=path.name, reason=reason))
            return
        self._form.show_error("")
        self._form.show_pairing_code(text.code, server=text.address)

    def _log_in_with_new_key(self, server: str, user: str, password: str) -> None:
        self._log_in(server, user, password, new_key=True)

    def _log_in(self, server: str, user: str, password: str, *, new_key: bool = False) -> None:
        try:
            code = self._read_code()
        except BadPairingCode as error:
            self._form.show_error(str(error))
            return
        server = server or code.address
        missing = next((text for value, text in self._wanted(server, user, password) if not value), "")
        if missing:
            self._form.show_error(missing)
            return
        self._form.show_error("")
        self._form.show_busy(busy=True)

        def work(store: ConsoleStore) -> tuple[Identity, MisdatedRange | None]:
            from tabuah.storage.sync.server_pin import pin_from_code  # noqa: PLC0415 - loads the HTTP client
            from tabuah.storage.sync.session import log_in  # noqa: PLC0415

            was_measured = store.clock_was_measured
            pin = pin_from_code(server, code.code) if code.code else None
            identity = log_in(store, url=server, user=user, password=password, new_key=new_key, pin=pin)
            return identity, None if was_measured else store.misdated_range

        self._context.network.run(work, on_done=self._on_logged_in, on_error=self._on_failed)

    def _read_code(self) -> "PairingText":
        from tabuah.storage.journal.pairing import PairingText, read_pairing_text  # noqa: PLC0415

        given = self._form.pairing_code
        return read_pairing_text(given) if given else PairingText("")

    def _wanted(self, server: str, user: str, password: str) -> tuple[tuple[str, str], ...]:
        return (
            (server, _("Enter the server address, such as https://tabuah.example.go.id.")),
            (user, _("Enter your user name.")),
            (password, _("Enter your password.")),
        )

    def _on_logged_in(self, result: tuple[Identity, MisdatedRange | None]) -> None:
        identity, early = result
        self._form.show_busy(busy=False)
        self._leave()
        self._context.state.reload(then=self._connection.start)
        text = _("Logged in as {user}.").format(user=identity.user)
        self._context.notifier.done(
            f"{text} {describe_clock_error(offset_s=early.offset_s, entries=early.until)}" if early else text
        )

    def _on_failed(self, error: Exception) -> None:
        self._form.show_busy(busy=False)
        if not is_expected(error):
            self._context.notifier.error(error)
        from tabuah.storage.sync.errors import RequestRefused  # noqa: PLC0415 - loads the HTTP client
        from tabuah.storage.sync.session import DEVICE_REVOKED  # noqa: PLC0415

        is_revoked = isinstance(error, RequestRefused) and error.code == DEVICE_REVOKED
        text = locked_device_text() if is_revoked else str(error)
        self._form.show_error(text, offers_new_key=is_revoked)
        if is_revoked:
            self._context.state.reload()  # logged in: the device sends its own work

    def _leave(self) -> None:
        self._form.clear_password()
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()
