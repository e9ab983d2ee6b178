"""How long to wait after the server did not answer: longer each time, and never all consoles at once."""

import random
from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0


class Backoff:
    """Doubles from 1 s to 60 s; each wait is drawn between half and the whole of it."""

    def __init__(self) -> None:
        self._next_s = FIRST_S

    def reset(self) -> None:
        """The server has answered."""
        self._next_s = FIRST_S

    def wait_s(self) -> float:
        """The next wait in seconds."""
        longest = self._next_s
        self._next_s = min(2 * self._next_s, LONGEST_S)
        return random.uniform(longest / 2, longest)
