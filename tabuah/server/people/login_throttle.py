"""Delays after failed log-ins, which grow with each failure.

Unknown devices are counted by user and address, of IPv6 by the /64 network: a client chooses its addresses in it.
Three kinds of clients are not delayed by guesses of others: a
device that is enrolled, approved and proves its key; a gateway whose secret the server has generated; and one at an
address from which its user has logged in before, as far as the guesses come from elsewhere. One-time codes are
counted by address alone.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tabuah.server.errors import Refusal
from tabuah.server.limits.connections import client_key
from tabuah.server.people.known_addresses import KnownAddresses

MAX_FAILURES_AS_USER: Final = 5  # of one user from one address, or of one user on one proven device
MAX_FAILURES_FROM_ADDRESS: Final = 50
MAX_FAILURES_OF_USER: Final = 50  # from all unknown devices
FIRST_DELAY: Final = timedelta(seconds=15)
LONGEST_DELAY: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=1)  # without another failure
_MAX_KEYS: Final = 10_000

_Key = tuple[str, str, str]  # user, address, proven device


class _Failures(NamedTuple):
    number: int
    last_at: datetime


class LogInThrottle:
    """Counts failed log-ins. Thread-safe; evicts those that failed longest ago.

    It forgets the failures when the server restarts, but not the addresses of gateways.
    """

    def __init__(self, known: KnownAddresses | None = None) -> None:
        self._failures: OrderedDict[_Key, _Failures] = OrderedDict()
        self._known = KnownAddresses() if known is None else known
        self._lock = threading.Lock()

    def check(self, user: str, address: str, now: datetime, *, device: str = "") -> None:
        """Check that a log-in attempt is allowed.

        Args:
            user: the name of the user.
            address: the address of the client.
            now: the present time.
            device: the enrolled and approved device that has proven its key, the session, or the generated secret of
                a gateway; empty for others.

        Raises:
            Refusal: it is too early; it says when to try again.
        """
        address = client_key(address)
        limits = _limits_of(user, address, device)
        with self._lock:
            if (user.casefold(), address) in self._known:
                # Strangers reach the limit of a user at will, and a chosen password proves nothing. The limits by
                # address still apply, so guesses from its address are as slow as from any other.
                limits.pop(_user_key(user), None)
            self._check(limits, now)

    def check_code(self, address: str, now: datetime) -> None:
        """Check that an attempt with a one-time code is allowed; raises like `check`.

        A code has 80 random bits, so no number of guesses finds it. Counted by user, wrong codes of strangers would
        only keep the user of the right one out. The count by address limits the load.
        """
        with self._lock:
            self._check(_limits_of_address(client_key(address)), now)

    def _check(self, limits: dict[_Key, int], now: datetime) -> None:
        wait = max(self._delay(key, limit, now) for key, limit in limits.items())
        if wait > timedelta():
            wait_s = int(wait.total_seconds()) + 1
            detail = f"too many failed log-ins: try again in {wait_s} s"
            raise Refusal(429, "too_many_attempts", detail, headers={"Retry-After": str(wait_s)})

    def count_failure(self, user: str, address: str, now: datetime, *, device: str = "") -> None:
        """Count a failed attempt."""
        self._add(_limits_of(user, client_key(address), device), now)

    def count_wrong_code(self, address: str, now: datetime) -> None:
        """Count a failed attempt with a one-time code."""
        self._add(_limits_of_address(client_key(address)), now)

    def record_success(self, user: str, address: str, *, device: str = "", is_gateway: bool = False) -> None:
        """Reset the failures of a user, from this address or device, after a log-in, and remember the address."""
        address = client_key(address)
        with self._lock:
            self._failures.pop(_own_key(user, address, device), None)
            self._known.add(user.casefold(), address, is_gateway=is_gateway)

    def _add(self, keys: Iterable[_Key], now: datetime) -> None:
        with self._lock:
            for key in keys:
                self._failures[key] = _Failures(self._count(key, now) + 1, now)
                self._failures.move_to_end(key)
            while len(self._failures) > _MAX_KEYS:
                self._failures.popitem(last=False)

    def _count(self, key: _Key, now: datetime) -> int:
        failures = self._failures.get(key)
        return 0 if failures is None or now >= failures.last_at + FORGOTTEN_AFTER else failures.number

    def _delay(self, key: _Key, limit: int, now: datetime) -> timedelta:
        excess = self._count(key, now) - limit
        if excess < 0:
            return timedelta()
        return self._failures[key].last_at + delay_after(excess) - now


def delay_after(excess: int) -> timedelta:
    """Return the delay after the last allowed failure (0) and those that follow."""
    delay: timedelta = FIRST_DELAY * (1 << min(excess, 20))
    return min(delay, LONGEST_DELAY)


def _own_key(user: str, address: str, device: str) -> _Key:
    return (user.casefold(), "", device) if device else (user.casefold(), address, "")


def _limits_of(user: str, address: str, device: str) -> dict[_Key, int]:
    own = {_own_key(user, address, device): MAX_FAILURES_AS_USER}
    if device:
        return own | {("", "", device): MAX_FAILURES_FROM_ADDRESS}
    return own | _limits_of_address(address) | {_user_key(user): MAX_FAILURES_OF_USER}


def _limits_of_address(address: str) -> dict[_Key, int]:
    return {("", address, ""): MAX_FAILURES_FROM_ADDRESS}


def _user_key(user: str) -> _Key:
    return (user.casefold(), "", "")
