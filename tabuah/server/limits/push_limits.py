"""Limits of the pushes of one device, so that it cannot occupy the only writer of the journal."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import Final

from tabuah.server.errors import Refusal
from tabuah.server.limits.load_limits import LoadLimits

_MAX_KEYS: Final = 10_000


class PushLimits:
    """A token bucket for each user and device: `push_burst` pushes at once, then `pushes_a_s`. Not thread-safe.

    The device is part of the key, so that a user with several consoles is not slowed down. The user is, too: a
    request names its device before the signature is checked, and must not use up the pushes of another user.
    """

    def __init__(self, limits: LoadLimits, *, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._a_s = limits.push_burst, limits.pushes_a_s
        self._monotonic_s = monotonic_s
        self._caught_up_s: OrderedDict[tuple[str, str], float] = OrderedDict()

    def take(self, user: str, device: str) -> None:
        """Count a push.

        Raises:
            Refusal: the device has pushed too often; it says when to try again.
        """
        now_s = self._monotonic_s()
        key = (user, device)
        # The bucket is stored as the moment when the device has caught up with the steady rate.
        caught_up_s = max(self._caught_up_s.get(key, now_s), now_s) + 1 / self._a_s
        wait_s = caught_up_s - now_s - self._burst / self._a_s
        if wait_s > 0:
            headers = {"Retry-After": str(ceil(wait_s))}
            raise Refusal(429, "too_many_pushes", "this device pushes too often: it must wait", headers=headers)
        self._caught_up_s[key] = caught_up_s
        self._caught_up_s.move_to_end(key)
        while len(self._caught_up_s) > _MAX_KEYS:
            self._caught_up_s.popitem(last=False)
