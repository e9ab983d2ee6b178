"""Base of all moves of a history: saving a change, and exchanging with the server."""

import base64
import contextlib
from collections.abc import Collection, Iterator
from unittest.mock import patch

import httpx2
import msgspec
from histories import gestures
from histories.auditor import Audit
from histories.faulty_transport import Fault, FaultTarget, Trouble
from histories.invariants import ConflictHistory, check_console
from histories.ledger import Mark, View
from histories.world import Console, ConsoleCrash, World, make_world, photos_of, traces_in
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.server.people.access_tokens import AccessClaim
from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.sync.errors import (
    AwaitingApproval,
    DeviceWiped,
    NotLoggedIn,
    Offline,
    RequestRefused,
    ServerRolledBack,
    UnexpectedAnswer,
)
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.wipe import obey_wipe_order

CONSOLES = st.integers(0, 4)
PICKS = st.integers(0, 240)
CRASHES = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
TROUBLE = st.tuples(st.sampled_from(FaultTarget), st.sampled_from(Fault), PICKS)
TROUBLES = st.lists(TROUBLE, max_size=4)
Work = list[tuple[str, int, bool]]  # action, a number that selects details, whether made in an old view
WORK = st.lists(st.tuples(st.sampled_from(gestures.CHANGES), PICKS, st.booleans()), min_size=1, max_size=4)
MAX_CONSOLES = 5
MAX_INCIDENTS = 4


class HistoryMachine(RuleBasedStateMachine):
    """A world, and the basic operations in it."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = make_world()
        self.memory = ConflictHistory()
        self.patches = contextlib.ExitStack()

    def patch(self, module: object, name: str, value: object) -> None:
        """Set a constant of the program for this history."""
        self.patches.enter_context(patch.object(module, name, value))

    def console(self, number: int) -> Console:
        return self.world.consoles[number % len(self.world.consoles)]

    # changes

    def change(self, console: Console, act: str, pick: int, *, stale: bool, crash: int) -> None:
        if act == "report":
            if len(console.store.incidents()) < MAX_INCIDENTS:
                self.save(console, gestures.report(console.store, pick), None, crash)
            return
        view, other = self.views(console, pick, stale=stale)
        with self.storing_photo(console, pick) if act == "attach" else contextlib.nullcontext():
            if view is not None and (console.newer or act != "survey"):
                self.save(console, gestures.change(act, pick, view.incident, other.incident), view, crash)

    @contextlib.contextmanager
    def storing_photo(self, console: Console, pick: int) -> Iterator[None]:
        """Store a photo; the entry that names it is saved inside, or refused, or lost in a crash."""
        photo = console.store.attachments.files.add(gestures.photo_bytes(pick)).sha256
        yield
        if console.store.attachments.find(photo) is None:
            console.unsaved_photos.add(photo)

    def views(self, console: Console, pick: int, *, stale: bool) -> tuple[View | None, View]:
        if not (stale and console.views):
            self.world.look(console)
        views = [console.views[key] for key in sorted(console.views)]
        if not views:
            return None, View.__new__(View)
        return views[pick // 4 % len(views)], views[(pick // 4 + 1) % len(views)]

    def save(self, console: Console, draft: Draft, view: View | None, crash: int) -> None:
        if console.store.identity is None:
            return  # the first log-in would sign it again under the name of the user
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
        is_barred = self.is_revoked(console) and session_device(console) == console.store.device
        reads_nothing_after = console.store.head if is_barred else None
        at_risk, photos = (
            (self.world.unsent(console), photos_of(console)) if self.is_stolen(console) else (set(), set())
        )
        try:
            self.world.sync(console, crash, part=part)
        except ConsoleCrash:
            self.world.reopen(console)
        except (Offline, UnexpectedAnswer, ServerRolledBack, JournalMismatch):
            if not line.disturbed:
                raise
        except DeviceWiped:
            line.troubles, reads_nothing_after = [], None
            self.lose_stolen(console, at_risk, photos)
        except RequestRefused as refusal:
            self.take_refusal(console, refusal, whole=not part)
        except NotLoggedIn:
            line.troubles = []  # a log-in is repeated until it works
            self.log_in_if_possible(console)
        except AwaitingApproval:
            pass
        finally:
            line.troubles = []
        has_read = reads_nothing_after not in (None, console.store.head) and not line.disturbed
        assert not has_read, f"{console.name} is revoked, and has read"
        self.check_after_exchange(console)

    def is_revoked(self, console: Console) -> bool:
        device = self.world.server.journal.authority.devices.get(console.store.device)
        return device is not None and device.revoked

    def take_refusal(self, console: Console, refusal: RequestRefused, *, whole: bool) -> None:
        """React as the user would; fail on a refusal that the faults do not explain."""
        disturbed = console.line.disturbed
        match refusal.code:
            case "device_revoked":
                console.line.troubles = []
                self.go_on_as_new_device(console)
            case "tag_taken":
                console.line.troubles = []  # it has another key now, and no session of it
                self.log_in_if_possible(console)
            case "device_stolen" if not self.is_stolen(console):
                console.line.troubles = []  # a copy with a new key has the session of the stolen device
                self.log_in_if_possible(console)
            case "device_stolen" if disturbed or not whole:
                return  # the order to wipe did not arrive, or was not asked for
            case "storage_full" if disturbed:
                return
            case "unknown_device" if not whole:
                return  # in a restore; a whole sync enrols again
            case _:
                raise refusal

    def log_in_if_possible(self, console: Console) -> None:
        """Log in with a correct password, unless an administrator has locked the user; a stolen device is wiped."""
        if not self.world.server.journal.authority.users[console.user].active:
            return
        with self.world.working(console):
            console.store.own_key()  # a new one where it is missing, as after a restore from a backup
        if not self.is_stolen(console):
            self.world.log_in(console)
            return
        at_risk, photos = self.world.unsent(console), photos_of(console)
        session = self.world.session(console)
        with contextlib.suppress(DeviceWiped), self.world.working(console), session.client:
            obey_wipe_order(console.store, session.client)
            return
        self.lose_stolen(console, at_risk, photos)

    def is_stolen(self, console: Console) -> bool:
        device = self.world.server.journal.authority.devices.get(console.store.device)
        return device is not None and device.stolen is True

    def lose_stolen(self, console: Console, at_risk: set[Mark], photos: set[str]) -> None:
        """Check that a wiped computer contains nothing, and give its user a new one."""
        assert not traces_in(console.directory), "a wiped computer knows something"
        self.world.ledger.gone |= at_risk
        self.world.lost_photos |= photos - set(self.world.server.blobs.stored())
        self.world.replace(console)

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

    def check_end(self, audited: Audit) -> None:
        """Check the invariants of the whole history after convergence, beyond those of all histories."""

    def deliver(self, request: httpx2.Request) -> None:
        self.world.server.answer(request)


def session_device(console: Console) -> str:
    """Return the device that logged in; a copy under a key of its own may still have the session of the original.

    The server refuses a session by its device: revoking the copy leaves it the original's access token, for its term.
    """
    tokens = TokenFile(console.directory).read()
    if tokens is None:
        return console.store.device
    claim = base64.urlsafe_b64decode(tokens.access_token.partition(".")[0] + "==")
    return msgspec.json.decode(claim, type=AccessClaim).device
