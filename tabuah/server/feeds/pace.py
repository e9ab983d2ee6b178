"""How fast the server may ask: BMKG allows 60 requests a minute from one address, over all feeds."""

from collections import deque
from collections.abc import Callable
from typing import Final

MOST: Final = 60
WITHIN_S: Final = 60.0


class RequestPace:
    """Counts the requests of the last minute; belongs to the thread that asks."""

    def __init__(self, clock_s: Callable[[], float], *, most: int = MOST, within_s: float = WITHIN_S) -> None:
        self._clock_s, self._most, self._within_s = clock_s, most, within_s
        self._asked_s: deque[float] = deque(maxlen=most)

    def wait_s(self) -> float:
        """How long until another request is allowed; 0 when it is now."""
        if len(self._asked_s) < self._most:
            return 0.0
        return max(0.0, self._asked_s[0] + self._within_s - self._clock_s())

    def note(self) -> None:
        """A request is made now."""
        self._asked_s.append(self._clock_s())
