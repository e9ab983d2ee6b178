"""Throttle of failed log-ins, by user and address."""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

from tabuah.server.errors import Refusal

FAILURE_WINDOW: Final = timedelta(minutes=5)


MAX_FAILURES_AS_USER: Final = 5  # of one user from one address


MAX_FAILURES_FROM_ADDRESS: Final = 50


_MAX_KEYS: Final = 10_000


class LogInThrottle:
    """Counts failed log-ins of the last five minutes by user and address. Thread-safe; evicts the oldest.

    Guesses from one address do not lock out the user at another.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, user: str, address: str, now: datetime) -> None:
        """Check that a log-in attempt is allowed.

        Raises:
            Refusal: too many failures; it says when to try again.
        """
        limits = (((user.casefold(), address), MAX_FAILURES_AS_USER), (("", address), MAX_FAILURES_FROM_ADDRESS))
        with self._lock:
            for key, limit in limits:
                failures = self._recent(key, now)
                if len(failures) >= limit:
                    wait_s = max(1, int((failures[0] + FAILURE_WINDOW - now).total_seconds()) + 1)
                    detail = f"too many failed log-ins: try again in {wait_s} s"
                    raise Refusal(429, "too_many_attempts", detail, headers={"Retry-After": str(wait_s)})

    def count_failure(self, user: str, address: str, now: datetime) -> None:
        """Count a failed attempt."""
        with self._lock:
            for key in ((user.casefold(), address), ("", address)):
                failures = self._failures.setdefault(key, deque())
                failures.append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > _MAX_KEYS:
                self._failures.popitem(last=False)

    def clear_failures(self, user: str, address: str) -> None:
        """Reset the failures of a user after a log-in."""
        with self._lock:
            self._failures.pop((user.casefold(), address), None)

    def _recent(self, key: tuple[str, str], now: datetime) -> deque[datetime]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now - FAILURE_WINDOW:
            failures.popleft()
        return failures
