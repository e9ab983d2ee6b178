"""Moves of shelters: several people add, edit, count, close and reopen the same few shelters, perhaps offline."""

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.shelters.drafts import (
    add_shelter,
    close_shelter,
    count_evacuees,
    edit_shelter,
    reopen_shelter,
    withdraw_count,
)
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import Evacuees, Shelter, ShelterKind

KEY = "00000000-0000-7000-8000-00000005e{pick:03d}"
PLACE = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung")
ACTS = ("count", "count", "edit", "incident", "withdraw", "close", "reopen")
CHANGES = st.lists(
    st.tuples(st.sampled_from(ACTS), PICKS),
    max_size=3,
)


class ShelterMoves(HistoryMachine):
    """Moves of shelters."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def run_shelters(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = draft_of(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def draft_of(console: Console, what: str, pick: int) -> Draft | None:
    """Return a change of one of two shelters, or its addition; None where nothing would change."""
    key = KEY.format(pick=pick % 2)
    shelter = next((each for each in console.store.shelters() if each.id == key), None)
    if shelter is None:
        body = ShelterAdded(name=f"SDN {pick}", kind=list(ShelterKind)[pick % len(ShelterKind)], place=PLACE)
        return add_shelter(key, body)
    try:
        return _change_of(console, shelter, what, pick)
    except NotPossible:
        return None


def _change_of(console: Console, shelter: Shelter, what: str, pick: int) -> Draft | None:
    match what:
        case "count":
            return count_evacuees(shelter, Evacuees(people=pick + 10, women=pick), source=f"Sumber {pick % 3}")
        case "edit":
            return edit_shelter(shelter, capacity=pick, note=f"catatan {pick}")
        case "incident":
            incidents = sorted(each.id for each in console.store.incidents() if not each.exercise)
            return edit_shelter(shelter, incident=incidents[pick % len(incidents)]) if incidents else None
        case "withdraw":
            return withdraw_count(shelter, shelter.counts[0].entry if shelter.counts else "", reason="salah")
        case "close":
            return close_shelter(shelter, reason="pulang")
    return reopen_shelter(shelter, reason="hujan")
