"""What all moves of a history are made of: somebody saves a change, and a console exchanges with the server."""

from collections.abc import Collection

import httpx2
from histories import people
from histories.checking import Memory, check_console
from histories.ledger import View
from histories.line import Aim, Fault, Trouble
from histories.world import Console, ConsoleCrash, World, make_world
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.storage.cache.errors import JournalDoesNotFollow
from tabuah.storage.sync.errors import AwaitingApproval, NotLoggedIn, Offline, Refused, ServerWentBack, StrangeAnswer

CONSOLES = st.integers(0, 4)
PICKS = st.integers(0, 240)
CRASHES = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
TROUBLE = st.tuples(st.sampled_from(Aim), st.sampled_from(Fault), PICKS)
TROUBLES = st.lists(TROUBLE, max_size=4)
Work = list[tuple[str, int, bool]]  # what, a number that decides about the rest, whether before an old view
WORK = st.lists(st.tuples(st.sampled_from(people.CHANGES), PICKS, st.booleans()), min_size=1, max_size=4)
MAX_CONSOLES = 5
MAX_INCIDENTS = 4
NO_ROOM = "storage_full"


class Moving(RuleBasedStateMachine):
    """A world, and what is done in it whoever does it."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = make_world()
        self.memory = Memory()

    def console(self, number: int) -> Console:
        return self.world.consoles[number % len(self.world.consoles)]

    # changes

    def change(self, console: Console, act: str, pick: int, *, stale: bool, crash: int) -> None:
        if act == "report":
            if len(console.store.incidents()) < MAX_INCIDENTS:
                self.save(console, people.report(console.store, pick), None, crash)
            return
        view, other = self.views(console, pick, stale=stale)
        if act == "attach":
            console.store.attachments.files.add(people.photo_bytes(pick))
        if view is not None and (console.newer or act != "survey"):
            self.save(console, people.change(act, pick, view.incident, other.incident), view, crash)

    def views(self, console: Console, pick: int, *, stale: bool) -> tuple[View | None, View]:
        if not (stale and console.views):
            self.world.look(console)
        views = [console.views[key] for key in sorted(console.views)]
        if not views:
            return None, View.__new__(View)
        return views[pick // 4 % len(views)], views[(pick // 4 + 1) % len(views)]

    def save(self, console: Console, draft: Draft, view: View | None, crash: int) -> None:
        try:
            self.world.save(console, draft, view, crash_in=crash)
        except NotPossible:
            return
        check_console(self.world, console)

    # exchange

    def exchange(
        self, console: Console, troubles: Collection[Trouble] = (), *, crash: int = 0, part: str = ""
    ) -> None:
        """One sync, which may break at any point; then what must always be true is."""
        line = console.line
        line.troubles, line.disturbed = list(troubles), False
        try:
            self.world.sync(console, crash, part=part)
        except ConsoleCrash:
            self.world.reopen(console)
        except (Offline, StrangeAnswer, ServerWentBack, JournalDoesNotFollow):
            if not line.disturbed:
                raise
        except Refused as refusal:
            if not (line.disturbed and refusal.code == NO_ROOM):
                raise
        except NotLoggedIn:
            line.troubles = []  # a log-in is typed again until it works
            if self.world.server.journal.authority.users[console.user].active:
                self.world.log_in(console)
        except AwaitingApproval:
            pass
        finally:
            line.troubles = []
        self.look_around(console)

    def look_around(self, console: Console) -> None:
        """What must be true of a console whenever it has taken something over."""
        check_console(self.world, console)
        subjects = self.world.server.journal.states_of_kind("incident")
        self.memory.watch(subjects.values(), map(console.store.confirmed, subjects))

    def deliver(self, request: httpx2.Request) -> None:
        self.world.server.answer(request)
