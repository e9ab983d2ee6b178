"""Log-in: the form, the server's answer, and work without a server."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
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
from tabuah.text.people.lock_screen import offline_login_text
from tabuah.text.people.passwords import find_new_password_fault
from tabuah.text.sync.device_notices import describe_clock_error, locked_device_text
from tabuah.widgets.sync.login_form import LoginForm

if TYPE_CHECKING:
    from tabuah.storage.journal.pairing import PairingText
    from tabuah.storage.sync.server_pin import ServerPin


_SECOND_FACTOR_CODES: Final = ("second_factor_needed", "wrong_second_factor")


class LogInAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the form; `pairing_code` is in its normal form, and empty where the server is pinned."""

    server: str
    user: str
    password: str
    pairing_code: str = ""
    second_factor: str = ""
    new_key: bool = False


class LogIn(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in: at the server, or without it against the verifier of this computer.

    `misdated` are entries from before the clock was first compared with that of the server.
    """

    identity: Identity
    misdated: MisdatedRange | None = None
    is_offline: bool = False


class LoginActions(QObject):
    """A log-in form: the server's answer, and what is shown afterwards."""

    def __init__(
        self,
        context: WindowContext,
        form: LoginForm,
        connection: ServerConnection,
        *,
        leave: Callable[[], None],
        logged_in: Callable[[], None],
        entered: Callable[[], None] = lambda: None,
        server_url: str = "",
    ) -> None:
        """Call `leave` when a person goes on without a log-in, `logged_in` after one, and `entered` after that.

        `entered` is called once the window shows the user who has logged in.
        """
        super().__init__(form)
        self._context, self._form, self._connection, self._server_url = context, form, connection, server_url
        self._leave_form, self._logged_in, self._entered = leave, logged_in, entered
        form.submitted.connect(self._log_in)
        form.new_key_chosen.connect(self._log_in_with_new_key)
        form.reset_submitted.connect(self._reset)
        form.offline_chosen.connect(self._leave)
        form.code_file_chosen.connect(self._choose_code_file)

    def show_defaults(self, *, is_other_person: bool = False) -> None:
        """Show the form with the last server and user; another person enters their own name."""
        identity = self._context.state.snapshot.identity
        self._form.show_error("")
        self._form.show_busy(busy=False)
        server = self._server_url or (identity.server_url if identity else "")
        is_pinned = (self._context.directory / PIN_FILE).exists()
        user = identity.user if identity and not is_other_person else ""
        self._form.show_defaults(server, user, asks_code=not is_pinned)

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
            self._form.show_code_error(_("{path} cannot be read: {reason}").format(path=path.name, reason=reason))
            return
        self._form.show_code_error("")
        self._form.show_pairing_code(text.code, server=text.address)

    def _log_in_with_new_key(self, server: str, user: str, password: str) -> None:
        self._log_in(server, user, password, new_key=True)

    def _log_in(self, server: str, user: str, password: str, *, new_key: bool = False) -> None:
        try:
            code = self._read_code()
        except BadPairingCode as error:
            self._form.show_code_error(str(error))
            return
        self._form.show_code_error("")
        server = server or code.address
        missing = next((text for value, text in self._wanted(server, user, password) if not value), "")
        if missing:
            self._form.show_error(missing)
            return
        self._form.show_error("")
        self._form.show_busy(busy=True)
        attempt = LogInAttempt(
            server=server,
            user=user,
            password=password,
            pairing_code=code.code,
            second_factor=self._form.second_factor,
            new_key=new_key,
        )
        self._context.network.run(
            lambda store: _log_in(store, attempt), on_done=self._on_logged_in, on_error=self._on_failed
        )

    def _reset(self, server: str, user: str, one_time_code: str, new: str, repeat: str) -> None:
        """Choose a password with a one-time code, and log in with it."""
        try:
            code = self._read_code()
        except BadPairingCode as error:
            self._form.show_code_error(str(error))
            return
        self._form.show_code_error("")
        server = server or code.address
        fault = self._reset_fault(server, user, one_time_code) or find_new_password_fault(new, user=user)
        if fault or new != repeat:
            self._form.show_error(fault or _("The two differ."))
            return
        self._form.show_error("")
        self._form.show_busy(busy=True)
        attempt = LogInAttempt(server=server, user=user, password=new, pairing_code=code.code)
        self._context.network.run(
            lambda store: _reset_and_log_in(store, attempt, one_time_code),
            on_done=self._on_logged_in,
            on_error=self._on_failed,
        )

    def _reset_fault(self, server: str, user: str, one_time_code: str) -> str:
        wanted = (*self._wanted(server, user, "")[:2], (one_time_code, _("Enter the one-time code.")))
        return next((text for value, text in wanted if not value), "")

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

    def _on_logged_in(self, result: LogIn) -> None:
        self._form.show_busy(busy=False)
        self._form.clear_password()
        self._logged_in()
        self._context.state.reload(then=self._on_user_shown)
        text, early = _("Logged in as {user}.").format(user=result.identity.user), result.misdated
        if result.is_offline:
            text = offline_login_text(result.identity.user)
        elif early is not None:
            text = f"{text} {describe_clock_error(offset_s=early.offset_s, entries=early.until)}"
        self._context.notifier.done(text)

    def _on_user_shown(self) -> None:
        self._connection.start()
        self._entered()

    def _on_failed(self, error: Exception) -> None:
        self._form.show_busy(busy=False)
        if not is_expected(error):
            self._context.notifier.error(error)
        from tabuah.storage.sync.errors import RequestRefused  # noqa: PLC0415 - loads the HTTP client
        from tabuah.storage.sync.session import DEVICE_REVOKED  # noqa: PLC0415

        if isinstance(error, RequestRefused) and error.code in _SECOND_FACTOR_CODES:
            self._form.show_second_factor(str(error))
            return
        is_revoked = isinstance(error, RequestRefused) and error.code == DEVICE_REVOKED
        text = locked_device_text() if is_revoked else str(error)
        self._form.show_error(text, offers_new_key=is_revoked)
        if is_revoked:
            self._context.state.reload()  # logged in: the device sends its own work

    def _leave(self) -> None:
        self._form.clear_password()
        self._leave_form()


def _log_in(store: ConsoleStore, attempt: LogInAttempt) -> LogIn:
    """Log in at the server; where it does not answer, check the password on this computer.

    Raises:
        SyncError: the server refuses, or it does not answer and the user has never logged in from here.
        PasswordNotVerified: the server does not answer, and the password is wrong or cannot be checked here.
    """
    from tabuah.storage.sync.errors import Offline  # noqa: PLC0415 - loads the HTTP client
    from tabuah.storage.sync.offline_login import log_in_offline, offline_users  # noqa: PLC0415

    try:
        return _log_in_at_server(store, attempt)
    except Offline:
        if attempt.new_key or attempt.user not in offline_users(store):
            raise
        identity = log_in_offline(store, user=attempt.user, password=attempt.password)
        return LogIn(identity=identity, is_offline=True)


def _log_in_at_server(store: ConsoleStore, attempt: LogInAttempt) -> LogIn:
    from tabuah.storage.sync.session import log_in  # noqa: PLC0415 - loads the HTTP client

    was_measured = store.clock_was_measured
    identity = log_in(
        store,
        url=attempt.server,
        user=attempt.user,
        password=attempt.password,
        code=attempt.second_factor,
        new_key=attempt.new_key,
        pin=_pin_of(attempt),
    )
    return LogIn(identity=identity, misdated=None if was_measured else store.misdated_range)


def _reset_and_log_in(store: ConsoleStore, attempt: LogInAttempt, one_time_code: str) -> LogIn:
    """Choose the password of the attempt with a one-time code, and log in with it."""
    from tabuah.storage.sync.account import reset_password  # noqa: PLC0415 - loads the HTTP client

    reset_password(
        store,
        url=attempt.server,
        user=attempt.user,
        code=one_time_code,
        new_password=attempt.password,
        pin=_pin_of(attempt),
    )
    return _log_in_at_server(store, attempt)


def _pin_of(attempt: LogInAttempt) -> "ServerPin | None":
    from tabuah.storage.sync.server_pin import pin_from_code  # noqa: PLC0415 - loads the HTTP client

    return pin_from_code(attempt.server, attempt.pairing_code) if attempt.pairing_code else None


class SidePanelLogin:
    """The log-in form in the side panel."""

    def __init__(
        self, context: WindowContext, form: LoginForm, connection: ServerConnection, *, server_url: str = ""
    ) -> None:
        self._context = context
        self.actions = LoginActions(
            context, form, connection, leave=self._leave, logged_in=self._leave, server_url=server_url
        )

    def begin(self) -> None:
        """Open the form with the last server and user."""
        self._context.side.show_page(SidePage.LOGIN)
        self.actions.show_defaults()

    def begin_other_person(self) -> None:
        """Open the form with the last server for a person who relieves the user who is logged in."""
        self._context.side.show_page(SidePage.LOGIN)
        self.actions.show_defaults(is_other_person=True)

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()
