"""Moves of computers: closed, copied, restored and cloned data, lost keys, and forged requests."""

from histories.base_machine import CONSOLES, MAX_CONSOLES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.server.errors import Refusal
from tabuah.storage.journal.errors import JournalError

DISTURBANCES = ("reopen", "server", "copy", "back up", "restore", "clone", "key", "forge")
APART = st.sampled_from(["note", "secret", "severity", "count", "attach", "report"])


class DiskMoves(HistoryMachine):
    """Moves of computers and their disks."""

    @rule(number=CONSOLES, what=st.sampled_from(DISTURBANCES), pick=PICKS)
    def disturb(self, number: int, what: str, pick: int) -> None:
        world, console = self.world, self.console(number)
        match what:
            case "reopen":
                world.reopen(console)
            case "server":
                world.server.restart()
            case "copy":
                world.copy(console)
            case "back up":
                world.back_up(console)
            case "forge":
                self.forge(console, pick)
            case "restore" if world.copies:
                world.restore(pick)
            case "clone" if world.copies and len(world.consoles) < MAX_CONSOLES:
                world.clone(pick)
            case "key":
                self.lose_key(console)

    @rule(number=CONSOLES, pick=PICKS, act=APART, backup=st.booleans())
    def part_ways(self, number: int, pick: int, act: str, backup: bool) -> None:
        """Continue a console and an older copy or backup of it, in parallel or instead of it."""
        world, console = self.world, self.console(number)
        (world.back_up if backup else world.copy)(console)
        self.change(console, act, pick, stale=False, crash=0)
        self.exchange(console)
        if pick % 2 and len(world.consoles) < MAX_CONSOLES:
            world.clone(-1)
            console = world.consoles[-1]
        else:
            world.restore(-1)
        self.change(console, act, pick + 1, stale=False, crash=0)
        self.exchange(console)

    @rule(number=CONSOLES, pick=PICKS, act=st.sampled_from(["note", "secret", "severity", "report"]))
    def twins(self, number: int, pick: int, act: str) -> None:
        """Copy unsent work without the key: both copies send it, each under a separate key."""
        world, console = self.world, self.console(number)
        self.change(console, act, pick, stale=False, crash=0)
        if len(world.consoles) < MAX_CONSOLES:
            world.copy(console)
            world.clone(-1)
            self.lose_key(world.consoles[-1])
            for twin in (world.consoles[-1], console)[:: 1 if pick % 2 else -1]:
                self.exchange(twin)

    def lose_key(self, console: Console) -> None:
        (console.directory / "device.key").unlink(missing_ok=True)
        self.world.reopen(console)

    def forge(self, console: Console, pick: int) -> None:
        """Alter the requests of a console; the server accepts nothing of them."""
        journal = self.world.server.journal
        for request in self.world.forgeries(console, pick):
            before = journal.head()
            try:
                journal.push(request)
            except (JournalError, Refusal):
                assert journal.head() == before
            else:
                raise AssertionError("a forged request was taken")
