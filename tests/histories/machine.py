"""The state machine: any moves of people, consoles, lines and the server, in any order."""

import sys
from collections.abc import Callable
from datetime import timedelta

import httpx2
from histories import people
from histories.checking import Memory, check_console, check_converged
from histories.line import Fault
from histories.world import Console, ConsoleCrash, View, World, make_world
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tabuah.operations.authority.bodies import UserChanged
from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.server.administration import approve_device, revoke_device
from tabuah.server.errors import Refusal
from tabuah.server.sessions.enrolling import EnrolmentPolicy
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.sync.errors import AwaitingApproval, NotLoggedIn, Offline, ServerWentBack, StrangeAnswer

CONSOLES = st.integers(0, 4)
PICKS = st.integers(0, 240)
DISTURBANCES = ("reopen", "server", "copy", "restore", "clone", "key", "twin", "forge")
WELL = st.just((Fault.NONE, 0))
FAULTS = st.lists(st.one_of(WELL, WELL, st.tuples(st.sampled_from(Fault), PICKS)), max_size=8)
CRASHES = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
ROLES = (Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.VIEWER)
WORK = st.lists(st.tuples(st.sampled_from(people.CHANGES), PICKS, st.booleans()), min_size=1, max_size=4)
MAX_CONSOLES = 5
MAX_INCIDENTS = 4
MAX_ROUNDS = 6


class History(RuleBasedStateMachine):
    """One history."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = make_world()
        self.memory = Memory()

    @initialize(approve=st.booleans(), newer=st.booleans(), page=st.sampled_from([1, 2, 3, 1000]))
    def begin(self, approve: bool, newer: bool, page: int) -> None:
        server = self.world.server
        server.policy = EnrolmentPolicy.APPROVE if approve else EnrolmentPolicy.OPEN
        server.sessions.policy = server.policy
        self.world.page_limit = page
        for console in self.world.consoles:
            console.line.page_limit = page
        if newer:
            server.upgrade()

    def console(self, number: int) -> Console:
        return self.world.consoles[number % len(self.world.consoles)]

    # people

    @rule(number=CONSOLES, work=WORK, crash=CRASHES)
    def work(self, number: int, work: list[tuple[str, int, bool]], crash: int) -> None:
        """Somebody does this and that, perhaps before a window that shows the state of an hour ago."""
        for act, pick, stale in work:
            self.change(self.console(number), act, pick, stale=stale, crash=crash)

    @rule(numbers=st.permutations(range(3)), act=st.sampled_from(people.GUARDED), pick=PICKS, twice=st.booleans())
    def quarrel(self, numbers: list[int], act: str, pick: int, twice: bool) -> None:
        """Two people see the same and change the same, one of them once more; then one sends it after the other."""
        for number in numbers[:2]:
            self.exchange(self.console(number), [], 0)
        for step, number in enumerate(numbers[:2]):
            self.change(self.console(number), act, pick + step, stale=False, crash=0)
        if twice:
            self.change(self.console(numbers[0]), act, pick + 2, stale=True, crash=0)
        for number in reversed(numbers[:2]):
            self.exchange(self.console(number), [], 0)

    @rule(numbers=st.permutations(range(3)), count=st.integers(1, 2), pick=PICKS, stale=st.booleans())
    def settle(self, numbers: list[int], count: int, pick: int, stale: bool) -> None:
        """One or two people settle what they see open, each in a way of their own."""
        for number in numbers[:count]:
            self.exchange(self.console(number), [], 0)
        for step, number in enumerate(numbers[:count]):
            console = self.console(number)
            if not stale:
                self.world.look(console)
            for view in console.views.values():
                draft = people.settle(view.incident, pick + step)
                if draft is not None:
                    self.save(console, draft, view, 0)

    @rule(number=CONSOLES, pick=PICKS, what=st.sampled_from(["release", "refuse", "issue again"]))
    def empty_trays(self, number: int, pick: int, what: str) -> None:
        console = self.console(number)
        if what == "issue again":
            self.issue_again(console, pick)
        elif held := console.store.held():
            self.save(console, people.judge_held(held[pick % len(held)].entry, release=what == "release"), None, 0)

    def issue_again(self, console: Console, pick: int) -> None:
        rejected = console.store.rejected()
        if not rejected:
            return
        chosen = rejected[pick % len(rejected)].entry
        self.world.look(console)
        try:
            with self.world.working(console) as store:
                chained = store.issue_again(chosen.id)
        except NotPossible:
            return
        view = console.views.get(chosen.subject.partition("/")[2])
        self.world.note(chained.entry, view.seen if view else frozenset())
        check_console(self.world, console)

    def change(self, console: Console, act: str, pick: int, *, stale: bool, crash: int) -> None:
        if act == "report":
            if len(console.store.incidents()) < MAX_INCIDENTS:
                self.save(console, people.report(console.store, pick), None, crash)
            return
        view, other = self.views(console, pick, stale=stale)
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
            self.world.save(console, draft, view.seen if view else frozenset(), crash_in=crash)
        except NotPossible:
            return
        check_console(self.world, console)

    # lines and power

    @rule(number=CONSOLES, faults=FAULTS, crash=CRASHES)
    def sync(self, number: int, faults: list[tuple[Fault, int]], crash: int) -> None:
        self.exchange(self.console(number), faults, crash)

    @rule(number=CONSOLES)
    def send_only(self, number: int) -> None:
        """The line holds just long enough to send what waits."""
        self.exchange(self.console(number), [], 0, whole=False)

    def exchange(self, console: Console, faults: list[tuple[Fault, int]], crash: int, *, whole: bool = True) -> None:
        line = console.line
        line.faults, line.disturbed = list(faults), False
        try:
            self.world.sync(console, crash, whole=whole)
        except ConsoleCrash:
            self.world.reopen(console)
        except (Offline, StrangeAnswer, ServerWentBack):
            if not line.disturbed:
                raise
        except NotLoggedIn:
            if self.world.server.journal.authority.users[console.user].active:
                self.world.log_in(console)
        except AwaitingApproval:
            pass
        finally:
            line.faults = []
        check_console(self.world, console)
        subjects = self.world.server.journal.states_of_kind("incident")
        self.memory.watch(subjects.values(), map(console.store.confirmed, subjects))

    @precondition(lambda self: self.world.late)
    @rule(pick=PICKS)
    def late_request_arrives(self, pick: int) -> None:
        late = self.world.late
        self.deliver(late.pop(pick % len(late)))

    def deliver(self, request: httpx2.Request) -> None:
        self.world.server.answer(request)

    # disks

    @rule(number=CONSOLES, what=st.sampled_from(DISTURBANCES),
          pick=PICKS)  # fmt: skip
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

    # administration and time

    @rule(number=CONSOLES, what=st.sampled_from(["revoke", "approve", "role", "lock", "unlock", "server", "update"]),
          role=st.sampled_from(ROLES))  # fmt: skip
    def administer(self, number: int, what: str, role: Role) -> None:
        console, server = self.console(number), self.world.server
        acts: dict[str, Callable[[], object]] = {
            "revoke": lambda: self.revoke(console.store.device),
            "approve": self.approve,
            "role": lambda: server.change_user(console.user, UserChanged(role=role)),
            "lock": lambda: server.change_user(console.user, UserChanged(active=False)),
            "unlock": lambda: server.change_user(console.user, UserChanged(active=True)),
            "server": server.upgrade,
            "update": lambda: self.update(console),
        }
        acts[what]()

    def revoke(self, device: str) -> None:
        if device in self.world.server.journal.authority.devices:
            revoke_device(self.world.server.journal, device, "hilang")

    def approve(self) -> None:
        journal = self.world.server.journal
        for device in list(journal.authority.devices.values()):
            if not device.approved:
                approve_device(journal, device.id)

    def update(self, console: Console) -> None:
        console.newer = True
        self.world.reopen(console)

    @rule(days=st.sampled_from([1, 4, 8]))
    def time_passes(self, days: int) -> None:
        self.world.clock.leap(timedelta(days=days))

    # the end

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # what failed on the way is told, not what follows from it
                self.find_together()
        finally:
            self.world.close()

    def find_together(self) -> None:
        """Everybody is let in, up to date and on a good line; then all must be well."""
        world = self.world
        world.server.upgrade()
        for name, user in list(world.server.journal.authority.users.items()):
            if not user.active:
                world.server.change_user(name, UserChanged(active=True))
        for request in world.late:
            self.deliver(request)
        for console in world.consoles:
            self.update(console)
        for _round in range(MAX_ROUNDS):
            for console in world.consoles:
                self.exchange(console, [], 0)
            self.approve()
            if world.is_quiet():
                break
        check_converged(world)
