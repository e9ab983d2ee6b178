"""Adaptive batch sizes: as much per request as the connection moves in a target time.

An interrupted request then costs little.
"""

from dataclasses import dataclass, field
from typing import Final

# An interrupted push is sent again as a whole: at 1 s per request and a break every 30 s, that is 2 to 3 %.
PUSH_TARGET_S: Final = 1.0
PULL_TARGET_S: Final = 1.0  # the longest that a new entry waits for a page
_SHORTEST_S: Final = 0.001


class AdaptiveBatch:
    """An amount per request, between `least` and `most`, that takes about `target_s` seconds.

    The fastest request seen so far is taken as the fixed cost of a request: on a connection with high
    latency, smaller requests would only be slower.
    """

    def __init__(self, *, first: int, least: int, most: int, target_s: float) -> None:
        self.amount = first
        self._least, self._most, self._target_s = least, most, target_s
        self._delay_s = float("inf")

    def record_success(self, amount: int, seconds: float) -> None:
        """Adapt to a request that carried `amount`; it never more than doubles."""
        self._delay_s = min(self._delay_s, seconds)
        travelled_s = max(seconds - self._delay_s, _SHORTEST_S)
        wanted = int(amount * self._target_s / travelled_s)
        self.amount = max(self._least, min(wanted, 2 * max(amount, self.amount), self._most))

    def record_failure(self) -> None:
        """Adapt to a request that was interrupted."""
        self.amount = max(self._least, self.amount // 2)


def _push_batch() -> AdaptiveBatch:
    return AdaptiveBatch(first=24 * 1024, least=4 * 1024, most=256 * 1024, target_s=PUSH_TARGET_S)


def _pull_batch() -> AdaptiveBatch:
    return AdaptiveBatch(first=250, least=20, most=1000, target_s=PULL_TARGET_S)


@dataclass(slots=True)
class SyncBatch:
    """Batch sizes of a connection: `push` in bytes of entries, `pull` in records.

    It belongs to one thread.
    """

    push: AdaptiveBatch = field(default_factory=_push_batch)
    pull: AdaptiveBatch = field(default_factory=_pull_batch)
