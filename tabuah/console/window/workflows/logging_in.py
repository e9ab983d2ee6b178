"""Logging in: the form, the server's answer, and working on without it."""

from PySide6.QtCore import QObject

from tabuah.console.clock_words import early_clock_words
from tabuah.console.window.explaining import is_expected
from tabuah.console.window.live import Live
from tabuah.console.window.panels import Page
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _
from tabuah.storage.cache.early_clock import EarlyClock
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.forms.login_form import LoginForm


class LoggingIn(QObject):
    """The log-in form in the panel at the right."""

    def __init__(self, place: Workplace, form: LoginForm, live: Live, *, server_url: str = "") -> None:
        super().__init__(form)
        self._at, self._form, self._live, self._server_url = place, form, live, server_url
        form.submitted.connect(self._on_submitted)
        form.offline_chosen.connect(self._leave)

    def begin(self) -> None:
        """Open the form with the server and the user of last time."""
        identity = self._at.room.snapshot.identity
        self._at.side.show_page(Page.LOGIN)
        self._form.show_error("")
        self._form.show_busy(busy=False)
        server = self._server_url or (identity.server_url if identity else "")
        self._form.show_defaults(server, identity.user if identity else "")

    def _on_submitted(self, server: str, user: str, password: str) -> None:
        missing = next((text for value, text in self._wanted(server, user, password) if not value), "")
        if missing:
            self._form.show_error(missing)
            return
        self._form.show_error("")
        self._form.show_busy(busy=True)

        def work(store: ConsoleStore) -> tuple[Identity, EarlyClock | None]:
            from tabuah.storage.sync.session import log_in  # noqa: PLC0415 - loads the HTTP client

            was_measured = store.clock_was_measured
            identity = log_in(store, url=server, user=user, password=password)
            return identity, None if was_measured else store.early_clock

        self._at.network.run(work, on_done=self._on_logged_in, on_error=self._on_failed)

    def _wanted(self, server: str, user: str, password: str) -> tuple[tuple[str, str], ...]:
        return (
            (server, _("Where is the server? An address looks like https://tabuah.solokkab.go.id.")),
            (user, _("Who are you? Type your user name.")),
            (password, _("Type your password.")),
        )

    def _on_logged_in(self, result: tuple[Identity, EarlyClock | None]) -> None:
        identity, early = result
        self._form.show_busy(busy=False)
        self._leave()
        self._at.room.reread(then=self._live.start)
        told = _("Logged in as {user}.").format(user=identity.user)
        self._at.teller.done(f"{told} {early_clock_words(early)}" if early else told)

    def _on_failed(self, error: Exception) -> None:
        self._form.show_busy(busy=False)
        if not is_expected(error):
            self._at.teller.error(error)
        self._form.show_error(str(error))

    def _leave(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        self._at.canvas.setFocus()
