"""Log-out: the session ends, unsent work stays, and the lock screen asks for a log-in."""

from collections.abc import Callable

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.people.lock_screen import describe_unsent_at_log_out


class LogOutActions:
    """Asks first, and says what happens to unsent work."""

    def __init__(self, context: WindowContext, *, lock: Callable[[], None]) -> None:
        """Call `lock` once nobody is logged in: it covers the window and asks for a log-in."""
        self._context, self._lock = context, lock

    def begin(self) -> None:
        """Ask, and log out."""
        snapshot = self._context.state.snapshot
        question = Question(
            title=_("Log out {user}?").format(user=snapshot.actor),
            text=describe_unsent_at_log_out(snapshot.counts.pending),
            confirm=_("Log out"),
        )
        self._context.confirm.ask(question, self._on_confirmed)

    def _on_confirmed(self, _text: str) -> None:
        self._lock()
        self._context.network.run(_log_out, on_done=self._on_logged_out)

    def _on_logged_out(self, _is_ended: bool) -> None:
        self._context.sync_soon()  # the syncer learns that there is no session


def _log_out(store: ConsoleStore) -> bool:
    from tabuah.storage.sync.account import log_out  # noqa: PLC0415 - loads the HTTP client

    return log_out(store)
