"""Moves over the limits of load: small limits of pushes and of waiting entries, and entries that are too large."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from histories.auditor import Audit
from histories.base_machine import CONSOLES, PICKS, WORK, HistoryMachine, Work
from histories.invariants import check_shown_rejected
from histories.ledger import mark_of
from histories.outsider import outsider_of
from histories.world import USERS, Console
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tabuah.operations import decisions, deferred_entries
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import note_incident
from tabuah.server.admission import push as admission
from tabuah.server.errors import Refusal
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.limits.push_limits import PushLimits
from tabuah.storage.journal import push as protocol
from tabuah.storage.journal.wire import MAX_ENTRY_BYTES, decode_entry
from tabuah.storage.sync import push, relay
from tabuah.storage.sync.errors import RequestRefused, RetryLater

TOO_MANY_PUSHES = "too_many_pushes"
LIMIT_REASONS = ("too_many_wait", "too_many_held")
SMALL_PUSH_BYTES = 1_500  # some three entries
MAX_ATTEMPTS = 50


class LoadMoves(HistoryMachine):
    """Moves over the limits."""

    def __init__(self) -> None:
        super().__init__()
        self.retry_after_s = 0.0

    @initialize(most=st.sampled_from([1, 2, 500]), small=st.booleans())
    def lower_the_limits(self, most: int, small: bool) -> None:
        """Lower the limits of waiting and held entries, and of the bytes of a push, for server and consoles."""
        self.patch(deferred_entries, "MAX_DEFERRED", most)
        self.patch(decisions, "MAX_HELD", 2 * most)
        for module in (admission, protocol, push, relay) if small else ():
            self.patch(module, "MAX_PUSH_BYTES", SMALL_PUSH_BYTES)

    @rule(number=CONSOLES, work=WORK, burst=st.integers(1, 2))
    def push_too_often(self, number: int, work: Work, burst: int) -> None:
        """Sync after each change, and wait as long as the server says where it wants to be asked later."""
        console = self.console(number)
        with self.few_pushes(burst):
            for act, pick, stale in work:
                self.change(console, act, pick, stale=stale, crash=0)
                self.exchange(console)
            for _attempt in range(MAX_ATTEMPTS):
                if not self.retry_after_s:
                    break
                assert self.is_all_here(console), "a refused push was forgotten"
                self.world.clock.leap(timedelta(seconds=self.retry_after_s))
                self.retry_after_s = 0.0
                self.exchange(console)
            assert not self.retry_after_s, "the server never takes the rest"

    @rule(numbers=st.permutations(range(3)), pick=PICKS)
    def answer_before_report(self, numbers: list[int], pick: int) -> None:
        """Answer a colleague's report that came by bundle, several times, before the server has the report."""
        author, relay = self.console(numbers[0]), self.console(numbers[1])
        known = {incident.id for incident in relay.store.incidents()}
        self.change(author, "report", pick, stale=False, crash=0)
        self.world.export(author)
        self.world.take(relay, self.world.bundles[-1])
        self.world.look(relay)
        for view in [view for view in relay.views.values() if view.incident.id not in known]:
            for number in range(3):
                self.save(relay, note_incident(view.incident, f"catatan {number}"), view, 0)
        self.exchange(relay, part="push")

    @rule(number=CONSOLES, user=st.sampled_from(list(USERS)), pick=PICKS)
    def write_too_much(self, number: int, user: str, pick: int) -> None:
        """Write what is too large: a console says so, and the server refuses a push of another program as a whole."""
        console, journal = self.console(number), self.world.server.journal
        self.world.look(console)
        for view in list(console.views.values())[:1]:
            draft, before = (
                note_incident(view.incident, "panjang " * (MAX_ENTRY_BYTES // 8)),
                console.store.chain_head,
            )
            with contextlib.suppress(NotPossible):
                self.world.save(console, draft, view)
            assert console.store.chain_head == before, "a console saved an entry that is too large"
            request = outsider_of(self.world, user).request_of([draft] * 5)
            head = journal.head()
            with pytest.raises(Refusal, match="bytes"):
                journal.push(request)
            assert journal.head() == head

    @contextmanager
    def few_pushes(self, burst: int) -> Iterator[None]:
        """Let the server take some pushes of a device at once, then one in ten seconds."""
        limits = PushLimits(
            LoadLimits(push_burst=burst, pushes_a_s=0.1), monotonic_s=lambda: self.world.clock().timestamp()
        )
        take = PushLimits.take
        with patch.object(PushLimits, "take", lambda _limits, user, device: take(limits, user, device)):
            yield

    def is_all_here(self, console: Console) -> bool:
        """Return whether all of the console's gestures are in an outbox or at the server."""
        devices = set(console.store.own_devices)
        own = {mark for mark, gesture in self.world.ledger.gestures.items() if gesture.entry.device in devices}
        arrived = {mark_of(decode_entry(record.text)) for record in self.world.server.records()}
        unsent = set().union(*map(self.world.unsent, self.world.consoles))  # also of copies with the same key
        return own <= arrived | unsent | self.world.ledger.gone

    def take_refusal(self, console: Console, refusal: RequestRefused, *, whole: bool) -> None:
        """Also expect to be asked to come back later."""
        if isinstance(refusal, RetryLater) and refusal.code == TOO_MANY_PUSHES:
            self.retry_after_s = refusal.retry_after_s
        else:
            super().take_refusal(console, refusal, whole=whole)

    def check_end(self, audited: Audit) -> None:
        """Check that no limit was exceeded, and that the author sees what was over one."""
        super().check_end(audited)
        for record, entry, _before, after in audited.steps:
            assert len(after.waiting) <= deferred_entries.MAX_DEFERRED, f"too many wait on {entry.subject}"
            if record.reason in LIMIT_REASONS:
                check_shown_rejected(self.world, entry)
