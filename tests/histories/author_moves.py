"""Moves of entries under another name, without a grant, or of another time; and of supervisors who vouch for them."""

from datetime import timedelta

from histories import gestures
from histories.base_machine import CONSOLES, PICKS, HistoryMachine
from histories.outsider import Outsider, outsider_of
from histories.world import USERS
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.server.administration import revoke_device
from tabuah.storage.journal.push import PushedEntry

SUPERVISOR = "sari"
TRICKS = ("honest", "name", "no grant", "name without grant", "before the grant", "future")
LONG_AGO, LATER = timedelta(days=900, minutes=17), timedelta(hours=3, minutes=19)  # no clock leaps by these


class AuthorMoves(HistoryMachine):
    """Moves of entries whose author or time is doubtful."""

    @rule(
        user=st.sampled_from(list(USERS)),
        other=st.sampled_from(list(USERS)),
        trick=st.sampled_from(TRICKS),
        pick=PICKS,
    )
    def pretend(self, user: str, other: str, trick: str, pick: int) -> None:
        """Write as another person, without a grant, or at another time; then a supervisor tries to release it."""
        known = self.incidents_at_server()
        if not known:
            return
        draft = note_incident(known[pick % len(known)], f"pura-pura {pick}")
        entry, result = write_with_trick(outsider_of(self.world, user), draft, trick, other=other)
        if trick not in ("honest", "name") or (trick == "name" and other != user):
            assert result.verdict in (Verdict.HELD, Verdict.REJECTED), f"{trick}: {result.verdict}"
        supervisor = next((console for console in self.world.consoles if console.user == SUPERVISOR), None)
        if result.verdict is Verdict.HELD and supervisor is not None:
            self.exchange(supervisor)
            if any(held.entry.id == entry.id for held in supervisor.store.held()):
                self.save(supervisor, gestures.judge_held(entry, release=True), None, 0)

    def incidents_at_server(self) -> list[Incident]:
        states = self.world.server.journal.states_of_kind("incident")
        values = (state.value for _subject, state in sorted(states.items()))
        return [value for value in values if isinstance(value, Incident) and not value.deleted]


class RevocationMoves(HistoryMachine):
    """Moves of revoked computers. `OfficeMoves` revokes, too, but hardly ever one with unsent work."""

    @rule(number=CONSOLES, act=st.sampled_from(["note", "severity", "report"]), pick=PICKS)
    def hand_in_after_revocation(self, number: int, act: str, pick: int) -> None:
        """Revoke a computer with unsent work, which then hands in this work and more."""
        console, journal = self.console(number), self.world.server.journal
        self.change(console, act, pick, stale=False, crash=0)
        if console.store.device in journal.authority.devices:
            revoke_device(journal, console.store.device, "hilang")
        self.change(console, act, pick + 1, stale=False, crash=0)
        self.exchange(console)


def write_with_trick(device: Outsider, draft: Draft, trick: str, *, other: str) -> tuple[Entry, PushedEntry]:
    """Write a draft with one of the tricks."""
    now = device.world.clock()
    match trick:
        case "name":
            return device.write(draft, actor=other)
        case "no grant":
            return device.write(draft, grant="")
        case "name without grant":
            return device.write(draft, actor=other, grant="")
        case "before the grant":
            return device.write(draft, at=now - LONG_AGO)
        case "future":
            return device.write(draft, at=now + LATER)
    return device.write(draft)
