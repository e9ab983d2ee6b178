"""Moves of stolen computers: the thief goes on, hands in by every way, and gets the order to wipe."""

from histories.base_machine import CONSOLES, PICKS, TROUBLES, HistoryMachine
from histories.faulty_transport import Trouble
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.server.administration import revoke_device
from tabuah.storage.journal.bundles.errors import RecordsUnavailable

WAYS = ("sync", "push", "pull", "bundle", "relay", "offline")
DONE_BY_THIEF = ("note", "secret", "severity", "attach", "report", "delete")


class TheftMoves(HistoryMachine):
    """Moves of stolen computers."""

    @rule(
        number=CONSOLES, pick=PICKS, act=st.sampled_from(DONE_BY_THIEF), way=st.sampled_from(WAYS), troubles=TROUBLES
    )
    def steal(self, number: int, pick: int, act: str, way: str, troubles: list[Trouble]) -> None:
        """Report a computer stolen; it is used before and after, and hands in its work by some way."""
        console, server = self.console(number), self.world.server
        for done in ("attach", act):
            self.change(console, done, pick, stale=False, crash=0)
        device = console.store.device
        if device not in server.journal.authority.devices:
            return
        revoke_device(server.journal, device, "dicuri", stolen=True)
        head = len(server.journal.records_by(device, 0, 10_000))
        self.change(console, act, pick + 1, stale=False, crash=0)
        match way:
            case "sync":
                self.exchange(console, troubles)
            case "push" | "pull":
                self.exchange(console, part=way)
            case "bundle" | "relay":
                try:
                    self.world.export(console)
                except RecordsUnavailable:
                    return
                self.hand_in(number, way)
        # a power cut during the exchange opens another journal
        assert len(server.journal.records_by(device, 0, 10_000)) == head, "a stolen device handed in work"

    def hand_in(self, number: int, way: str) -> None:
        """Hand in the newest bundle at the server, or at a colleague's console."""
        if way == "bundle":
            self.world.server.import_bundle(self.world.bundles[-1])
        else:
            colleague = self.console(number + 1)
            self.world.take(colleague, self.world.bundles[-1])
            self.exchange(colleague)
