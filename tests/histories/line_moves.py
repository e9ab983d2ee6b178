"""Moves of lines: they carry everything, a part, too late or twice."""

from histories.line import Trouble
from histories.moving import CONSOLES, CRASHES, PICKS, TROUBLES, Moving
from hypothesis.stateful import precondition, rule


class LineMoves(Moving):
    """What lines do."""

    @rule(number=CONSOLES, troubles=TROUBLES, crash=CRASHES)
    def sync(self, number: int, troubles: list[Trouble], crash: int) -> None:
        self.exchange(self.console(number), troubles, crash=crash)

    @rule(number=CONSOLES)
    def send_only(self, number: int) -> None:
        """The line holds just long enough to send what waits."""
        self.exchange(self.console(number), whole=False)

    @precondition(lambda self: self.world.late)
    @rule(pick=PICKS)
    def late_request_arrives(self, pick: int) -> None:
        late = self.world.late
        self.deliver(late.pop(pick % len(late)))
