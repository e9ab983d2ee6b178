"""Base of all moves of a history: saving a change, and exchanging with the server."""

from collections.abc import Collection

import httpx2
from histories import gestures
from histories.faulty_transport import Fault, FaultTarget, Trouble
from histories.invariants import ConflictHistory, check_console
from histories.ledger import View
from histories.world import Console, ConsoleCrash, World, make_world
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.sync.errors import (
    AwaitingApproval,
    NotLoggedIn,
    Offline,
    RequestRefused,
    ServerRolledBack,
    UnexpectedAnswer,
)
from tabuah.storage.sync.session import DEVICE_REVOKED

CONSOLES = st.integers(0, 4)
PICKS = st.integers(0, 240)
CRASHES = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
TROUBLE = st.tuples(st.sampled_from(FaultTarget), st.sampled_from(Fault), PICKS)
TROUBLES = st.lists(TROUBLE, max_size=4)
Work = list[tuple[str, int, bool]]  # action, a number that selects details, whether made in an old view
WORK = st.lists(st.tuples(st.sampled_from(gestures.CHANGES), PICKS, st.booleans()), min_size=1, max_size=4)
MAX_CONSOLES = 5
MAX_INCIDENTS = 4
STORAGE_FULL = "storage_full"
UNKNOWN_DEVICE = "unknown_device"


class HistoryMachine(RuleBasedStateMachine):
    """A world, and the basic operations in it."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = make_world()
        self.memory = ConflictHistory()

    def console(self, number: int) -> Console:
        return self.world.consoles[number % len(self.world.consoles)]

    # changes

    def change(self, console: Console, act: str, pick: int, *, stale: bool, crash: int) -> None:
        if act == "report":
            if len(console.store.incidents()) < MAX_INCIDENTS:
                self.save(console, gestures.report(console.store, pick), None, crash)
            return
        view, other = self.views(console, pick, stale=stale)
        if act == "attach":
            console.store.attachments.files.add(gestures.photo_bytes(pick))
        if view is not None and (console.newer or act != "survey"):
            self.save(console, gestures.change(act, pick, view.incident, other.incident), view, crash)

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
        """Sync once, with possible faults; then check the invariants."""
        line = console.line
        line.troubles, line.disturbed = list(troubles), False
        try:
            self.world.sync(console, crash, part=part)
        except ConsoleCrash:
            self.world.reopen(console)
        except (Offline, UnexpectedAnswer, ServerRolledBack, JournalMismatch):
            if not line.disturbed:
                raise
        except RequestRefused as refusal:
            is_lost = bool(part) and refusal.code == UNKNOWN_DEVICE  # in a restore; a whole sync enrols again
            if refusal.code == DEVICE_REVOKED:
                line.troubles = []
                self.go_on_as_new_device(console)
            elif not (line.disturbed and refusal.code == STORAGE_FULL) and not is_lost:
                raise
        except NotLoggedIn:
            line.troubles = []  # a log-in is repeated until it works
            if self.world.server.journal.authority.users[console.user].active:
                self.world.log_in(console)
        except AwaitingApproval:
            pass
        finally:
            line.troubles = []
        self.check_after_exchange(console)

    def go_on_as_new_device(self, console: Console) -> None:
        """Give a revoked console a new key; one that has a new key already needs a session of its own."""
        device = self.world.server.journal.authority.devices.get(console.store.device)
        if device is not None and device.revoked:
            with self.world.working(console):
                console.store.answer_fork(KeyReplacementCause.REVOKED)
        self.world.log_in(console)

    def check_after_exchange(self, console: Console) -> None:
        """Check the invariants of a console after an exchange."""
        check_console(self.world, console)
        subjects = self.world.server.journal.states_of_kind("incident")
        self.memory.watch(subjects.values(), map(console.store.confirmed, subjects))

    def deliver(self, request: httpx2.Request) -> None:
        self.world.server.answer(request)
