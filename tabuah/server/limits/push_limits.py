"""Limits of pushes: no device occupies the only writer of the journal, and no user fills the disk."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil
from typing import Final, Generic, TypeVar

from tabuah.server.errors import Refusal
from tabuah.server.limits.load_limits import LoadLimits

KeyT = TypeVar("KeyT", bound=Hashable)

_MAX_KEYS: Final = 10_000
_HOUR_S: Final = 3_600
_ROUNDING_S: Final = 1e-6  # sums of a rate such as 7 a minute must not cost a token


class TokenBucket(Generic[KeyT]):
    """A token bucket for each key: `burst` tokens at once, then `a_s` tokens a second. Not thread-safe."""

    def __init__(self, burst: float, a_s: float, *, monotonic_s: Callable[[], float]) -> None:
        self.change_rate(burst, a_s)
        self._monotonic_s = monotonic_s
        self._caught_up_s: OrderedDict[KeyT, float] = OrderedDict()

    def change_rate(self, burst: float, a_s: float) -> None:
        """Use another rate from now on; the balances of the keys stay."""
        self._burst_s, self._a_s = burst / a_s, a_s

    def take(self, key: KeyT, tokens: float = 1) -> float:
        """Take tokens and return 0; where there are too few, take none and return the time to wait, in seconds."""
        now_s = self._monotonic_s()
        # The bucket is stored as the moment when the key has caught up with the steady rate.
        caught_up_s = max(self._caught_up_s.get(key, now_s), now_s) + tokens / self._a_s
        wait_s = caught_up_s - now_s - self._burst_s
        if wait_s > _ROUNDING_S:
            return wait_s
        self._caught_up_s[key] = caught_up_s
        self._caught_up_s.move_to_end(key)
        while len(self._caught_up_s) > _MAX_KEYS:
            self._caught_up_s.popitem(last=False)
        return 0


class PushLimits:
    """Limits of the pushes of each user and device, and of the bytes that each user pushes. Not thread-safe.

    The device is part of the first key, so that a user with several consoles is not slowed down. The user is, too: a
    request names its device before the signature is checked, and must not use up the pushes of another user. The
    bytes count for the user alone, who may enrol any number of devices.
    """

    def __init__(self, limits: LoadLimits, *, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        hourly = limits.pushed_bytes_an_hour
        self._pushes = TokenBucket[tuple[str, str]](limits.push_burst, limits.pushes_a_s, monotonic_s=monotonic_s)
        self._bytes = TokenBucket[str](hourly, hourly / _HOUR_S, monotonic_s=monotonic_s)

    def take(self, user: str, device: str) -> None:
        """Count a push.

        Raises:
            Refusal: the device has pushed too often; it says when to try again.
        """
        _check_wait(self._pushes.take((user, device)), "this device pushes too often: it must wait")

    def take_bytes(self, user: str, size: int) -> None:
        """Count the bytes of a push.

        Raises:
            Refusal: the user has pushed too much; it says when to try again.
        """
        _check_wait(self._bytes.take(user, size), "this user pushes too much: the device must wait")


def _check_wait(wait_s: float, detail: str) -> None:
    if wait_s > 0:
        raise Refusal(429, "too_many_pushes", detail, headers={"Retry-After": str(ceil(wait_s))})
