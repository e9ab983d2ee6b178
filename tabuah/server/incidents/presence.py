"""Presence: who edits which incident, and answers which message.

In memory, bounded, and forgotten after `VALID_S` without a renewal.
"""

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.storage.journal.presence_protocol import MAX_EDITORS, Editor, PresenceReply

VALID_S: Final = 45.0  # consoles renew it every 20 seconds
SHORTEST_GAP_S: Final = 0.5  # between two messages of one device


class _Known(msgspec.Struct, frozen=True):
    incident: str
    message: str
    user: str
    at_s: float


class PresenceBoard:
    """The incident that each device edits and the message that it answers; any thread may call it.

    Args:
        monotonic: returns a time in seconds that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}  # by device, the oldest message first

    def announce(self, *, device: str, user: str, incident: str, message: str = "") -> bool:
        """Record the announcement of a device; without incident and message it ends both.

        Returns:
            False if the device sends too often.
        """
        with self._lock:
            now = self._monotonic()
            before = self._known.get(device)
            if before is not None and (incident or message) and now - before.at_s < SHORTEST_GAP_S:
                return False
            self._known.pop(device, None)
            self._forget_old(now)
            if incident or message:
                self._known[device] = _Known(incident, message, user, now)
                while len(self._known) > MAX_EDITORS:
                    del self._known[next(iter(self._known))]
            return True

    def present(self) -> PresenceReply:
        """Return all people who edit an incident or answer a message."""
        with self._lock:
            now = self._monotonic()
            self._forget_old(now)
            return PresenceReply(
                editors=tuple(
                    Editor(
                        incident=k.incident,
                        message=k.message,
                        user=k.user,
                        device=device,
                        valid_s=round(k.at_s + VALID_S - now, 1),
                    )
                    for device, k in self._known.items()
                )
            )

    def _forget_old(self, now: float) -> None:
        for device in [device for device, known in self._known.items() if now - known.at_s >= VALID_S]:
            del self._known[device]
