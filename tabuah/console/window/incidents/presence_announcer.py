"""Says to the server which incident this window edits and which message it answers, while there is a connection."""

import logging
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.people.permissions import may_write
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.presence_protocol import PresenceReply, PresenceRequest
from tabuah.storage.sync.session import ConsoleSession

CHECK_EVERY_MS: Final = 1_000
RENEW_EVERY_S: Final = 20.0  # the server forgets it after 45 seconds
_NOTHING: Final = PresenceRequest(incident="")

log = logging.getLogger(__name__)


class PresenceAnnouncer(QObject):
    """Compares form and answer with the last announcement, once a second; failures are silent.

    Args of the constructor:
        edited: returns the id of the incident in the form; empty for none.
        answered: returns the id of the message that is answered; empty for none.
    """

    def __init__(
        self,
        context: WindowContext,
        parent: QObject,
        *,
        edited: Callable[[], str],
        answered: Callable[[], str],
    ) -> None:
        super().__init__(parent)
        self._context, self._edited, self._answered = context, edited, answered
        self._said, self._said_at_s = _NOTHING, 0.0
        self._is_sending = False
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Announce a change, or repeat an announcement that is about to expire."""
        present = PresenceRequest(incident=self._edited(), message=self._answered())
        is_due = present != _NOTHING and time.monotonic() - self._said_at_s >= RENEW_EVERY_S
        if (present == self._said and not is_due) or self._is_sending or not self._may_send():
            return
        self._said, self._said_at_s, self._is_sending = present, time.monotonic(), True
        self._context.network.run(
            lambda store: announce_presence(store, present), on_done=self._on_sent, on_error=self._on_failed
        )

    def _may_send(self) -> bool:
        state = self._context.state
        return state.link.state is ConnectionState.ONLINE and may_write(state.snapshot.role, "incident.edited")

    def _on_sent(self, present: PresenceReply) -> None:
        self._is_sending = False
        self._context.state.update_presence(present)

    def _on_failed(self, error: Exception) -> None:
        """Try again with the next renewal: presence is a hint, and nothing depends on it."""
        self._is_sending = False
        log.info("presence was not sent: %s", error)


def announce_presence(store: ConsoleStore, present: PresenceRequest) -> PresenceReply:
    """Say what this console edits and answers, and return who does so.

    Raises:
        SyncError: the server does not answer or refuses, such as one of an older version.
    """
    with ConsoleSession(store).client as client:
        return client.announce_presence(present)
