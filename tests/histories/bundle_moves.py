"""Moves of people with a USB stick: what waits at a console is carried to others or to the server, in any order."""

from histories.moving import CONSOLES, CRASHES, MAX_CONSOLES, PICKS, Moving
from histories.world import USERS, Console, ConsoleCrash
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tabuah.storage.journal.bundles.errors import NoNews, UnknownRecipient

ANSWERS = ("note", "severity", "move", "count", "attach", "merge")


class BundleMoves(Moving):
    """What is carried by hand."""

    @rule(number=CONSOLES, pick=PICKS, news=st.booleans(), named=st.booleans())
    def export(self, number: int, pick: int, news: bool, named: bool) -> None:
        """Write a bundle, perhaps with news of the journal from anywhere on, perhaps sealed for somebody as well."""
        console = self.console(number)
        after = pick % (console.store.head.seq + 1) if news else None
        names = (list(USERS)[pick % len(USERS)],) if named else ()
        try:
            self.world.export(console, after=after, named=names)
        except (NoNews, UnknownRecipient):
            return

    @precondition(lambda self: self.world.bundles)
    @rule(number=CONSOLES, pick=PICKS, crash=CRASHES)
    def carry(self, number: int, pick: int, crash: int) -> None:
        """Import a bundle at a console; it may have been there before, and its author may be back on the line."""
        self.take(self.console(number), pick, crash)

    @rule(numbers=st.permutations(range(3)), pick=PICKS, online=st.booleans())
    def hand_over(self, numbers: list[int], pick: int, online: bool) -> None:
        """Somebody without a line gives a colleague the work, who looks at it, adds to it and sends it."""
        author, carrier = self.console(numbers[0]), self.console(numbers[1])
        self.change(author, "note", pick, stale=False, crash=0)
        self.export(numbers[0], pick, False, False)
        self.take(carrier, len(self.world.bundles) - 1, 0)
        self.change(carrier, "severity", pick, stale=False, crash=0)
        if online:
            self.exchange(carrier)

    @precondition(lambda self: self.world.bundles)
    @rule(pick=PICKS)
    def bring_to_server(self, pick: int) -> None:
        """The server's administrator imports a bundle on its own data."""
        self.world.server.import_bundle(self.world.bundles[pick % len(self.world.bundles)])

    def take(self, console: Console, pick: int, crash: int) -> None:
        try:
            self.world.take(console, self.world.bundles[pick % len(self.world.bundles)], crash)
        except ConsoleCrash:
            self.world.reopen(console)
        self.look_around(console)

    @rule(pick=PICKS, fresh=st.booleans())
    def new_computer(self, pick: int, fresh: bool) -> None:
        """Somebody starts on an empty computer, by the server's snapshot where there is one that is worth it."""
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
        """A colleague answers what a new computer reports, and somebody brings both who does not know that yet."""
        newcomer, answerer, carrier = self.start_new(pick), self.console(numbers[0]), self.console(numbers[1])
        self.approve()
        self.exchange(newcomer)
        self.exchange(answerer)
        self.change(newcomer, "report", pick, stale=False, crash=0)
        self.hand_to(newcomer, answerer)
        self.world.look(answerer)
        newest = 4 * (len(answerer.views) - 1)
        self.change(answerer, act, newest + pick % 4, stale=True, crash=0)
        self.hand_to(answerer, carrier)
        self.exchange(carrier)

    def hand_to(self, giver: Console, taker: Console) -> None:
        """All that waits at a console is carried to another."""
        self.world.export(giver)
        self.take(taker, len(self.world.bundles) - 1, 0)
