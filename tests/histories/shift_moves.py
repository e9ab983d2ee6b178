"""Moves of shifts: several people start, log, promise and hand over the same shift, perhaps offline."""

from datetime import timedelta

from histories.auditor import Audit
from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.shift_oracle import check_shifts
from histories.virtual_clock import START
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_facts import FactGroup, FactKind

KEY = "00000000-0000-7000-8000-00000000d0{pick:02d}"
ACTS = ("start", "log", "log", "correct", "promise", "end", "prepare", "prepare", "out", "in", "withdraw", "close")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=4)


class ShiftMoves(HistoryMachine):
    """Moves of shifts."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def work_on_shift(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = self.change_of_shift(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)

    def change_of_shift(self, console: Console, what: str, pick: int) -> Draft | None:
        key = KEY.format(pick=pick % 2)
        shift = next((each for each in console.store.shifts() if each.id == key), None)
        if shift is None:
            crew = Crew(name="Regu A", supervisor="sari", members=(console.user,))
            ends_at = START + timedelta(hours=24)
            return drafts.start_other_shift(key, crew, START, ends_at, world=SubjectWorld())
        try:
            return _draft_of(shift, what, pick)
        except NotPossible:
            return None

    def check_end(self, audited: Audit) -> None:
        super().check_end(audited)
        check_shifts(audited)


def _draft_of(shift: DutyShift, what: str, pick: int) -> Draft | None:
    if what == "correct" and shift.log:
        return drafts.log_line(shift, f"koreksi {pick}", corrects=shift.log[pick % len(shift.log)].entry)
    if what == "end" and shift.promises:
        promise = shift.promises[pick % len(shift.promises)]
        return drafts.end_promise(shift, promise, PromiseOutcome.DONE)
    facts = (FactGroup(kind=FactKind.OPEN_INCIDENTS, count=pick),)
    makers = {
        "log": lambda: drafts.log_line(shift, f"catatan {pick}"),
        "promise": lambda: drafts.make_promise(shift, "terpal", to="nagari", due_at=START + timedelta(hours=3)),
        "prepare": lambda: drafts.prepare_handover(shift, facts, as_of=START),
        "out": lambda: drafts.confirm_handover(shift, HandoverSide.OUTGOING),
        "in": lambda: drafts.confirm_handover(shift, HandoverSide.INCOMING),
        "withdraw": lambda: drafts.withdraw_handover(shift),
        "close": lambda: drafts.close_shift(shift, reason="selesai"),
    }
    return makers[what]() if what in makers else None
