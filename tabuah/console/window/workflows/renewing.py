"""Telling that this console goes on under a new key: once when it happens, and when the window opens soon after."""

from datetime import timedelta
from typing import Final

from tabuah.console.renewal_words import what_happened, what_is_safe, what_to_check
from tabuah.console.window.workplace import Workplace
from tabuah.storage.cache.renewals import Renewal

_NEWS: Final = timedelta(days=1)


class Renewing:
    """Says what happened, what is safe and what to check; the badge goes on saying it for two weeks."""

    def __init__(self, place: Workplace) -> None:
        self._at = place
        self._told: Renewal | None = None

    def refresh(self) -> None:
        """Tell it where it is news."""
        snapshot, renewal = self._at.room.snapshot, self._at.room.snapshot.renewal
        if renewal is None or renewal == self._told or self._at.room.now() - renewal.at > _NEWS:
            return
        self._told = renewal
        approved = snapshot.identity is not None and snapshot.identity.approved
        self._at.teller.warn(
            what_happened(renewal),
            safe=what_is_safe(renewal),
            next_step=" ".join(what_to_check(renewal, approved=approved)),
        )
