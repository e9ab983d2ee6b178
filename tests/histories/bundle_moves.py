"""Moves with bundles: pending work is carried to other consoles or to the server, in any order."""

from histories.base_machine import CONSOLES, CRASHES, MAX_CONSOLES, PICKS, HistoryMachine
from histories.world import USERS, Console, ConsoleCrash
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.journal.bundles.errors import RecordsUnavailable, UnknownRecipient

ANSWERS = ("note", "severity", "move", "count", "attach", "merge")


class BundleMoves(HistoryMachine):
    """Moves of bundles carried by hand."""

    @rule(number=CONSOLES, pick=PICKS, news=st.booleans(), named=st.booleans())
    def export(self, number: int, pick: int, news: bool, named: bool) -> None:
        """Export a bundle, optionally with journal pages from any seq on, optionally sealed for a user."""
        console = self.console(number)
        after = pick % (console.store.head.seq + 1) if news else None
        names = (list(USERS)[pick % len(USERS)],) if named else ()
        try:
            self.world.export(console, after=after, named=names)
        except (RecordsUnavailable, UnknownRecipient):
            return

    @precondition(lambda self: self.world.bundles)
    @rule(number=CONSOLES, pick=PICKS, crash=CRASHES)
    def carry(self, number: int, pick: int, crash: int) -> None:
        """Import a bundle at a console; it may be a repetition, and its author may be online again."""
        self.take(self.console(number), pick, crash)

    @rule(numbers=st.permutations(range(3)), pick=PICKS, online=st.booleans())
    def hand_over(self, numbers: list[int], pick: int, online: bool) -> None:
        """Hand pending work of an offline console to a colleague, who reads it, adds to it and sends it."""
        author, relay = self.console(numbers[0]), self.console(numbers[1])
        self.change(author, "note", pick, stale=False, crash=0)
        self.export(numbers[0], pick, False, False)
        self.take(relay, len(self.world.bundles) - 1, 0)
        self.change(relay, "severity", pick, stale=False, crash=0)
        if online:
            self.exchange(relay)

    @precondition(lambda self: self.world.bundles)
    @rule(pick=PICKS)
    def bring_to_server(self, pick: int) -> None:
        """Import a bundle on the server's own data."""
        self.world.server.import_bundle(self.world.bundles[pick % len(self.world.bundles)])

    def take(self, console: Console, pick: int, crash: int) -> None:
        bundle = self.world.bundles[pick % len(self.world.bundles)]
        try:
            self.world.take(console, bundle, crash)
        except ConsoleCrash:
            self.world.reopen(console)
        except JournalMismatch:
            if not self.world.was_put_back:
                raise
        self.check_after_exchange(console)

    @rule(pick=PICKS, fresh=st.booleans())
    def new_computer(self, pick: int, fresh: bool) -> None:
        """Start on an empty computer, by snapshot where the server has a suitable one."""
        if fresh:
            self.world.server.make_snapshot()
        if len(self.world.consoles) < MAX_CONSOLES:
            self.start_new(pick)

    def start_new(self, pick: int) -> Console:
        console = self.world.start_new(list(USERS)[pick % len(USERS)])
        if self.world.server.journal.authority.users[console.user].active:
            self.world.log_in(console)
        self.exchange(console)
        return console

    @precondition(lambda self: len(self.world.consoles) < MAX_CONSOLES)
    @rule(numbers=st.permutations(range(3)), act=st.sampled_from(ANSWERS), pick=PICKS)
    def answer_first(self, numbers: list[int], act: str, pick: int) -> None:
        """Answer the report of a new computer at a colleague's console; a third console relays both."""
        newcomer, answerer, relay = self.start_new(pick), self.console(numbers[0]), self.console(numbers[1])
        self.approve()
        self.exchange(newcomer)
        self.exchange(answerer)
        self.change(newcomer, "report", pick, stale=False, crash=0)
        self.hand_to(newcomer, answerer)
        self.world.look(answerer)
        newest = 4 * (len(answerer.views) - 1)
        self.change(answerer, act, newest + pick % 4, stale=True, crash=0)
        self.hand_to(answerer, relay)
        self.exchange(relay)

    def hand_to(self, giver: Console, taker: Console) -> None:
        """Carry all pending work of a console to another."""
        self.world.export(giver)
        self.take(taker, len(self.world.bundles) - 1, 0)
