"""Moves of the duty roster: several supervisors plan, swap, clear and settle the same few shifts."""

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.roster.drafts import (
    ShiftRef,
    clear_shift,
    find_shift,
    plan_shift,
    settle_shift,
    swap_crew,
    undo_change,
)
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import PlannedCrew

CREWS = tuple(Crew(name=f"Regu {name}", supervisor="sari") for name in "ABC")
CHANGES = st.lists(st.tuples(st.sampled_from(("plan", "plan", "swap", "clear", "undo", "settle")), PICKS), max_size=3)


class RosterMoves(HistoryMachine):
    """Moves of the duty roster."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def plan_shifts(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        """Change two shifts of one week as a supervisor, perhaps without a connection."""
        leaders = [console for console in self.world.consoles if console.user == "sari"]
        console = leaders[number % len(leaders)] if leaders else self.console(number)
        for what, pick in changes:
            draft = self.change_of_roster(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)

    def change_of_roster(self, console: Console, what: str, pick: int) -> Draft | None:
        rosters, crew = console.store.rosters(), CREWS[pick % len(CREWS)]
        ref = ShiftRef(IsoWeek(2026, 49), ShiftTime(day=1 + pick % 2, start="08:00"))
        present = find_shift(rosters, ref)
        proposals = present.proposals if present else ()
        changes = {
            "plan": lambda: plan_shift(rosters, ref, PlannedCrew(crew=crew)),
            "swap": lambda: swap_crew(rosters, ref, crew, reason="sakit"),
            "clear": lambda: clear_shift(rosters, ref),
            "undo": lambda: undo_change(rosters, ref),
            "settle": lambda: settle_shift(rosters, ref, proposals[0] if pick % 2 and proposals else None),
        }
        try:
            return changes[what]()
        except NotPossible:
            return None
