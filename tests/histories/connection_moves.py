"""Moves of connections: full, partial, late or repeated exchange."""

from histories.base_machine import CONSOLES, CRASHES, PICKS, TROUBLES, HistoryMachine
from histories.faulty_transport import Trouble
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule


class ConnectionMoves(HistoryMachine):
    """Moves of connections."""

    @rule(number=CONSOLES, troubles=TROUBLES, crash=CRASHES)
    def sync(self, number: int, troubles: list[Trouble], crash: int) -> None:
        self.exchange(self.console(number), troubles, crash=crash)

    @rule(number=CONSOLES, part=st.sampled_from(["push", "pull"]))
    def half_way(self, number: int, part: str) -> None:
        """Sync only the push, or only the pull."""
        self.exchange(self.console(number), part=part)

    @precondition(lambda self: self.world.late)
    @rule(pick=PICKS)
    def late_request_arrives(self, pick: int) -> None:
        late = self.world.late
        self.deliver(late.pop(pick % len(late)))
