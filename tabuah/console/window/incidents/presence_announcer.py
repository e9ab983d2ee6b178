"""Says to the server which incident this window has open in the edit form, while there is a connection."""

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

log = logging.getLogger(__name__)


class PresenceAnnouncer(QObject):
    """Compares the form with what the server was told, once a second; failures are silent.

    Args of the constructor:
        edited: returns the id of the incident in the form; empty for none.
    """

    def __init__(self, context: WindowContext, edited: Callable[[], str], parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._edited = context, edited
        self._said, self._said_at_s = "", 0.0
        self._is_sending = False
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Send a message if another incident is edited, or if the last message is old."""
        edited = self._edited()
        is_due = bool(edited) and time.monotonic() - self._said_at_s >= RENEW_EVERY_S
        if (edited == self._said and not is_due) or self._is_sending or not self._may_send():
            return
        self._said, self._said_at_s, self._is_sending = edited, time.monotonic(), True
        self._context.network.run(
            lambda store: announce_presence(store, edited), on_done=self._on_sent, on_error=self._on_failed
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


def announce_presence(store: ConsoleStore, incident_id: str) -> PresenceReply:
    """Say which incident this console edits, and return who edits incidents.

    Raises:
        SyncError: the server does not answer or refuses, such as one of an older version.
    """
    with ConsoleSession(store).client as client:
        return client.announce_presence(PresenceRequest(incident=incident_id))
