"""Moves of users: work, conflicts, settlements and trays."""

from histories import gestures
from histories.base_machine import CONSOLES, CRASHES, PICKS, TROUBLES, WORK, HistoryMachine, Work
from histories.faulty_transport import Trouble
from histories.invariants import check_console
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.errors import NotPossible


class PeopleMoves(HistoryMachine):
    """Moves of users."""

    @rule(number=CONSOLES, work=WORK, crash=CRASHES)
    def work(self, number: int, work: Work, crash: int) -> None:
        """Make some changes, perhaps in a window that shows the state of an hour ago."""
        for act, pick, stale in work:
            self.change(self.console(number), act, pick, stale=stale, crash=crash)

    @rule(number=CONSOLES, work=WORK, troubles=TROUBLES, again=st.booleans())
    def bad_day(self, number: int, work: Work, troubles: list[Trouble], again: bool) -> None:
        """Work, then sync on a faulty connection, perhaps again before anyone else acts."""
        console = self.console(number)
        for act, pick, stale in work:
            self.change(console, act, pick, stale=stale, crash=0)
        self.exchange(console, troubles)
        if again:
            self.exchange(console, troubles[::-1])

    @rule(numbers=st.permutations(range(3)), act=st.sampled_from(gestures.GUARDED), pick=PICKS, twice=st.booleans())
    def quarrel(self, numbers: list[int], act: str, pick: int, twice: bool) -> None:
        """Make the same change on two consoles from the same view, one twice; then send both."""
        for number in numbers[:2]:
            self.exchange(self.console(number))
        for step, number in enumerate(numbers[:2]):
            self.change(self.console(number), act, pick + step, stale=False, crash=0)
        if twice:
            self.change(self.console(numbers[0]), act, pick + 2, stale=True, crash=0)
        self.exchange(self.console(numbers[1]))
        self.exchange(self.console(numbers[0]), part="pull")  # written without seeing it, shown on top
        self.exchange(self.console(numbers[0]))

    @rule(numbers=st.permutations(range(3)), act=st.sampled_from(["severity", "place", "assign"]), pick=PICKS)
    def settle_at_once(self, numbers: list[int], act: str, pick: int) -> None:
        """Settle the same conflict on two consoles independently."""
        self.quarrel(numbers, act, pick, twice=False)
        self.settle(numbers, 2, pick, stale=False)
        for number in numbers[:2]:
            self.exchange(self.console(number))

    @rule(numbers=st.permutations(range(3)), count=st.integers(1, 2), pick=PICKS, stale=st.booleans())
    def settle(self, numbers: list[int], count: int, pick: int, stale: bool) -> None:
        """Settle open conflicts by one or two users, each in their own way."""
        for number in numbers[:count]:
            self.exchange(self.console(number))
        for step, number in enumerate(numbers[:count]):
            console = self.console(number)
            if not stale:
                self.world.look(console)
            for view in console.views.values():
                draft = gestures.settle(view.incident, pick + step)
                if draft is not None:
                    self.save(console, draft, view, 0)

    @rule(number=CONSOLES, pick=PICKS, what=st.sampled_from(["release", "refuse", "issue again"]))
    def empty_trays(self, number: int, pick: int, what: str) -> None:
        console = self.console(number)
        if what == "issue again":
            self.reissue(console, pick)
        elif held := console.store.held():
            self.save(console, gestures.judge_held(held[pick % len(held)].entry, release=what == "release"), None, 0)

    def reissue(self, console: Console, pick: int) -> None:
        rejected = console.store.rejected()
        if not rejected:
            return
        chosen = rejected[pick % len(rejected)].entry
        self.world.look(console)
        try:
            with self.world.working(console) as store:
                chained = store.reissue(chosen.id)
        except NotPossible:
            return
        self.world.note(chained.entry, console.views.get(chosen.subject.partition("/")[2]))
        check_console(self.world, console)
