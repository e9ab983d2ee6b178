"""Moves of lines: they carry everything, a part, too late or twice."""

from histories.line import Trouble
from histories.moving import CONSOLES, CRASHES, PICKS, TROUBLES, Moving
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule


class LineMoves(Moving):
    """What lines do."""

    @rule(number=CONSOLES, troubles=TROUBLES, crash=CRASHES)
    def sync(self, number: int, troubles: list[Trouble], crash: int) -> None:
        self.exchange(self.console(number), troubles, crash=crash)

    @rule(number=CONSOLES, part=st.sampled_from(["push", "pull"]))
    def half_way(self, number: int, part: str) -> None:
        """The line holds just long enough to send what waits, or nothing may be sent yet."""
        self.exchange(self.console(number), part=part)

    @precondition(lambda self: self.world.late)
    @rule(pick=PICKS)
    def late_request_arrives(self, pick: int) -> None:
        late = self.world.late
        self.deliver(late.pop(pick % len(late)))
