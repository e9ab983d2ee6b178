"""Retry delays after the server did not answer: growing, and different on every console."""

import random
from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0


class Backoff:
    """Doubles from 1 s to 60 s; each delay is drawn between half of that and all of it."""

    def __init__(self) -> None:
        self._next_s = FIRST_S

    def reset(self) -> None:
        """Start again at the first delay, after an answer."""
        self._next_s = FIRST_S

    def wait_s(self) -> float:
        """Return the next delay in seconds."""
        longest = self._next_s
        self._next_s = min(2 * self._next_s, LONGEST_S)
        return random.uniform(longest / 2, longest)
