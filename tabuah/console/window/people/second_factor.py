"""Users set up, renew and remove the second factor of their own log-in, with the server."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.people.printed_codes import print_codes
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.people_protocol import (
    RecoveryCodes,
    RecoveryCodesRequest,
    SecondFactorCode,
    SecondFactorRemoval,
    SecondFactorSecret,
    SecondFactorSetUp,
)
from tabuah.text.people import second_factor as texts
from tabuah.widgets.people.second_factor_dialog import FactorAct, SecondFactorDialog
from tabuah.widgets.theme.appearance import Appearance

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient

ReplyT = TypeVar("ReplyT")

_FIELD_OF_REFUSAL: Final = {"wrong_password": "password", "wrong_second_factor": "code"}


class SecondFactorActions(QObject):
    """Opens the dialog and asks the server."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        print_text: Callable[[QWidget, str], None] = print_codes,
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._print_text = print_text
        self._dialog: SecondFactorDialog | None = None

    @property
    def dialog(self) -> SecondFactorDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = SecondFactorDialog(self._appearance, self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.act_requested.connect(self._on_act_requested)
            self._dialog.print_requested.connect(self._on_print_requested)
            self._dialog.finished.connect(self._on_finished)
            self._show_state(is_active=False)
            self._context.store.run(_has_second_factor, on_done=self._on_state_known)
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    def _on_state_known(self, is_active: bool) -> None:
        if is_active:
            self._show_state(is_active=True)

    def _show_state(self, *, is_active: bool) -> None:
        if self._dialog is not None:
            about = texts.describe_present_factor() if is_active else texts.describe_set_up()
            self._dialog.show_state(is_active=is_active, about=about)

    def _on_act_requested(self, code: str, values: Mapping[str, str]) -> None:
        if self._dialog is None or self._dialog.form is None:
            return
        self._dialog.form.show_busy(busy=True)
        from tabuah.storage.sync import user_administration as server  # noqa: PLC0415 - loads the HTTP client

        match FactorAct(code):
            case FactorAct.SET_UP:
                set_up = SecondFactorSetUp(password=values["password"])
                self._ask(lambda client: server.ask_second_factor(client, set_up), self._on_secret)
            case FactorAct.CONFIRM:
                first = SecondFactorCode(code=values["code"].strip())
                self._ask(lambda client: server.confirm_second_factor(client, first), self._on_confirmed)
            case FactorAct.NEW_CODES:
                request = RecoveryCodesRequest(password=values["password"], code=values["code"].strip())
                self._ask(lambda client: server.ask_recovery_codes(client, request), self._on_codes)
            case FactorAct.REMOVE:
                removal = SecondFactorRemoval(password=values["password"], code=values["code"].strip())
                self._ask(lambda client: server.remove_second_factor(client, removal), self._on_removed)

    def _on_secret(self, found: SecondFactorSecret) -> None:
        if self._dialog is not None:
            self._dialog.show_secret(found.secret, qr_modules(found.uri), texts.describe_secret())

    def _on_confirmed(self, issued: RecoveryCodes) -> None:
        self._context.notifier.done(texts.confirmed_text())
        self._on_codes(issued)

    def _on_codes(self, issued: RecoveryCodes) -> None:
        self._context.sync_soon()
        if self._dialog is not None:
            self._dialog.show_codes(issued.codes, texts.describe_recovery_codes())

    def _on_removed(self, _nothing: None) -> None:
        self._context.sync_soon()
        self._context.notifier.done(texts.removed_text())
        self.close()

    def _on_failed(self, error: Exception) -> None:
        if not is_expected(error):
            self._context.notifier.error(error)
        if self._dialog is None or self._dialog.form is None:
            return
        from tabuah.storage.sync.errors import RequestRefused  # noqa: PLC0415 - loads the HTTP client

        code = error.code if isinstance(error, RequestRefused) else ""
        self._dialog.form.show_busy(busy=False)
        if code == "second_factor_exists":
            self._show_state(is_active=True)
        elif code == "not_found":
            self._show_state(is_active=False)
        else:
            self._dialog.form.show_error(str(error), _FIELD_OF_REFUSAL.get(code, ""))

    def _on_print_requested(self, codes: str) -> None:
        if self._dialog is not None:
            self._print_text(self._dialog, codes)

    def _ask(self, act: "Callable[[ServerClient], ReplyT]", on_done: Callable[[ReplyT], None]) -> None:
        ask_server(self._context, act, on_done=on_done, on_error=self._on_failed)

    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.clear()
        self._dialog = None


def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of a QR code with a text, true for dark."""
    import segno  # noqa: PLC0415 - not part of a start

    return tuple(tuple(map(bool, line)) for line in segno.make(text, error="m").matrix)


def _has_second_factor(store: ConsoleStore) -> bool:
    user = store.authority().users.get(store.actor)
    return user is not None and user.has_second_factor
