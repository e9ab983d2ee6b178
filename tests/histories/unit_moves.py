"""Moves of units: several people move the same two units, check them in and ask for help, perhaps offline."""

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.units.drafts import (
    acknowledge_help,
    check_in_unit,
    end_help,
    move_unit,
    register_unit,
    request_help,
    withdraw_check_in,
)
from tabuah.operations.units.entry_bodies import CrewPosition
from tabuah.operations.units.unit import Unit, UnitState

ACTS = ("move", "check in", "check in", "check in there", "withdraw", "help", "acknowledge", "end")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=3)


class UnitMoves(HistoryMachine):
    """Moves of units."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def run_units(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            for draft in drafts_of(console, what, pick):
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def drafts_of(console: Console, what: str, pick: int) -> tuple[Draft, ...]:
    """Return the entries of a change of one of two units, or its registration; none where nothing would change."""
    call_sign = f"REGU-{pick % 2 + 1}"
    unit = next((each for each in console.store.units() if each.id == call_sign), None)
    if unit is None:
        return (register_unit(unit_card(call_sign)),)
    try:
        if what in ("acknowledge", "end"):
            return acknowledge_help(unit) if what == "acknowledge" else end_help(unit, reason="aman")
        return (_change_of(console, unit, what, pick),)
    except NotPossible:
        return ()


def _change_of(console: Console, unit: Unit, what: str, pick: int) -> Draft:
    incidents = sorted(each.id for each in console.store.incidents() if not each.exercise)
    incident = incidents[pick % len(incidents)] if incidents else ""
    match what:
        case "move":
            return move_unit(unit, list(UnitState)[pick % len(UnitState)], incident=incident)
        case "check in":
            return check_in_unit(unit, incident=incident, note=f"aman {pick}")
        case "help":
            return request_help(unit, incident=incident, note=f"terjepit {pick}")
        case "check in there":
            position = CrewPosition(lon_deg=100.6 + pick / 1000, lat_deg=-0.9)
            return check_in_unit(unit, incident=incident, position=position)
    return withdraw_check_in(unit, unit.check_ins[-1].entry if unit.check_ins else "", reason="salah")
