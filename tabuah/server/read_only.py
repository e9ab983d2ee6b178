"""The read-only mode of the server: it serves log-in, pull and stream, and takes no new entries."""

import logging
import threading
from collections.abc import Callable
from enum import StrEnum

from tabuah.server.errors import ServerError, ServerReadOnly

log = logging.getLogger(__name__)


class ReadOnlyReason(StrEnum):
    """Why the server takes no new entries; the first one that applies is reported."""

    RESTORED = "restored"  # from a backup; consoles may know more
    NO_SPACE = "no_space"  # the disk is full or read-only


class ReadOnlyMode:
    """The reasons that apply now. The server is writable without one. May be used from any thread."""

    def __init__(self) -> None:
        self._reasons: frozenset[ReadOnlyReason] = frozenset()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []

    @property
    def reason(self) -> ReadOnlyReason | None:
        """The reported reason; None while the server is writable."""
        reasons = self._reasons
        return next((reason for reason in ReadOnlyReason if reason in reasons), None)

    def applies(self, reason: ReadOnlyReason) -> bool:
        return reason in self._reasons

    def begin(self, reason: ReadOnlyReason) -> None:
        """Refuse new entries for this reason, until `end`."""
        with self._lock:
            begins = reason not in self._reasons
            self._reasons |= {reason}
        if begins:
            log.warning("the server is read-only: %s", reason.value)

    def end(self, reason: ReadOnlyReason) -> None:
        """Withdraw a reason; after the last one, call the listeners on this thread."""
        with self._lock:
            ends = self._reasons == {reason}
            self._reasons -= {reason}
        if ends:
            log.warning("the server takes entries again")
            for listener in tuple(self._listeners):
                _run(listener)

    def on_end(self, listener: Callable[[], object]) -> None:
        """Call this when the server becomes writable: it does work that a start left out."""
        self._listeners.append(listener)

    def check(self) -> None:
        """Check that the server takes new entries.

        Raises:
            ServerReadOnly: it does not.
        """
        reason = self.reason
        if reason is not None:
            raise ServerReadOnly(reason.value)


def _run(listener: Callable[[], object]) -> None:
    try:
        listener()
    except ServerError:
        log.exception("work was left out when the server became writable")
