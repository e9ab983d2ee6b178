"""How much to move at once: what the line carries in a moment, so that a line that breaks costs little."""

from dataclasses import dataclass, field
from typing import Final

# A push that is cut off is sent again whole: at a second a request and a break every 30 s, that is 2 to 3 %.
PUSH_TARGET_S: Final = 1.0
PULL_TARGET_S: Final = 4.0
_SHORTEST_S: Final = 0.001


class Pace:
    """An amount a request, between `least` and `most`, that travels in about `target_s` seconds.

    The shortest request seen so far stands for what a request costs however little it carries: on a line with a long
    delay small requests would only be slower.
    """

    def __init__(self, *, first: int, least: int, most: int, target_s: float) -> None:
        self.amount = first
        self._least, self._most, self._target_s = least, most, target_s
        self._delay_s = float("inf")

    def took(self, amount: int, seconds: float) -> None:
        """Learn from a request that carried `amount`; nobody grows by more than double."""
        self._delay_s = min(self._delay_s, seconds)
        travelled_s = max(seconds - self._delay_s, _SHORTEST_S)
        wanted = int(amount * self._target_s / travelled_s)
        self.amount = max(self._least, min(wanted, 2 * max(amount, self.amount), self._most))

    def broke(self) -> None:
        """Learn from a request that never came to its end."""
        self.amount = max(self._least, self.amount // 2)


def _push_pace() -> Pace:
    return Pace(first=24 * 1024, least=4 * 1024, most=256 * 1024, target_s=PUSH_TARGET_S)


def _pull_pace() -> Pace:
    return Pace(first=250, least=50, most=1000, target_s=PULL_TARGET_S)


@dataclass(slots=True)
class LinkPace:
    """What is known of a line: `push` in bytes of entries, `pull` in records. It belongs to one thread."""

    push: Pace = field(default_factory=_push_pace)
    pull: Pace = field(default_factory=_pull_pace)
