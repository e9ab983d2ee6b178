"""Moves of disruptions: several people report, edit, end and resume the same few, perhaps offline."""

from datetime import timedelta

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.disruptions.drafts import (
    edit_disruption,
    end_disruption,
    report_disruption,
    resume_disruption,
)
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.place import IncidentPlace

KEY = "00000000-0000-7000-8000-00000006e{pick:03d}"
PLACE = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung")
ACTS = ("edit", "line", "incident", "end", "resume")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=3)


class DisruptionMoves(HistoryMachine):
    """Moves of disruptions."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def run_disruptions(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = draft_of(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def draft_of(console: Console, what: str, pick: int) -> Draft | None:
    """Return a change of one of two disruptions, or its report; None where nothing would change."""
    key = KEY.format(pick=pick % 2)
    found = next((each for each in console.store.disruptions() if each.id == key), None)
    try:
        return (
            _change_of(console, found, what, pick)
            if found is not None
            else report_disruption(key, _body(console, pick))
        )
    except NotPossible:
        return None


def _body(console: Console, pick: int) -> DisruptionReported:
    return DisruptionReported(
        kind=list(DisruptionKind)[pick % len(DisruptionKind)],
        name=f"Jalan {pick}",
        place=PLACE,
        began_at=console.store.now() - timedelta(minutes=pick),
        source=f"Sumber {pick % 3}",
    )


def _change_of(console: Console, found: Disruption, what: str, pick: int) -> Draft | None:
    match what:
        case "edit":
            extent = list(DisruptionExtent)[pick % 2]
            return edit_disruption(found, extent=extent, expected_end=found.began_at + timedelta(hours=pick))
        case "line":
            return edit_disruption(found, line=((100.65, -0.85), (100.66, -0.85 - pick / 1000)))
        case "incident":
            incidents = sorted(each.id for each in console.store.incidents() if not each.exercise)
            return edit_disruption(found, incident=incidents[pick % len(incidents)]) if incidents else None
        case "end":
            return end_disruption(found, reason="dibuka")
    return resume_disruption(found, reason="longsor lagi")
