"""Moves of computers: they are closed, copied, restored and cloned, lose their key, and are impersonated."""

from histories.moving import CONSOLES, MAX_CONSOLES, PICKS, Moving
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.server.errors import Refusal
from tabuah.storage.journal.errors import JournalError

DISTURBANCES = ("reopen", "server", "copy", "restore", "clone", "key", "twin", "forge")


class DiskMoves(Moving):
    """What becomes of computers and their disks."""

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
            case "twin" if len(world.consoles) < MAX_CONSOLES:
                world.copy(console)
                world.clone(-1)
                self.lose_key(world.consoles[-1])
            case "forge":
                self.forge(console, pick)
            case "restore" if world.copies:
                world.restore(pick)
            case "clone" if world.copies and len(world.consoles) < MAX_CONSOLES:
                world.clone(pick)
            case "key":
                self.lose_key(console)

    def lose_key(self, console: Console) -> None:
        (console.directory / "device.key").unlink(missing_ok=True)
        self.world.reopen(console)

    def forge(self, console: Console, pick: int) -> None:
        """Somebody alters what a console sends; nothing of it is taken."""
        journal = self.world.server.journal
        for request in self.world.forgeries(console, pick):
            before = journal.head()
            try:
                journal.push(request)
            except (JournalError, Refusal):
                assert journal.head() == before
            else:
                raise AssertionError("a forged request was taken")
