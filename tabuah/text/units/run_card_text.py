"""Texts of run cards: what a card needs, and the units that are suggested."""

from collections.abc import Sequence

from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.run_cards import UnitNeed
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label
from tabuah.text.units.travel_text import describe_travel


def describe_needs(needs: Sequence[UnitNeed]) -> str:
    """Return what a run card needs, and what is missing: "2 Pemadam kebakaran, 1 Ambulans (kurang 1)"."""
    return ", ".join(map(_describe_need, needs))


def describe_run_card(needs: Sequence[UnitNeed]) -> str:
    """Return the line of the dispatch form with the card; empty without one."""
    return _("Run card: {needs}.").format(needs=describe_needs(needs)) if needs else ""


def suggested_codes(needs: Sequence[UnitNeed]) -> tuple[str, ...]:
    """Return the call signs of the suggested units."""
    return tuple(plain_code(each.known.unit.id) for need in needs for each in need.units)


def suggestion_label(needs: Sequence[UnitNeed]) -> str:
    """Return the label of the suggestion: "Saran: DMK-01 1,2 km jalan + AMB-01 3,0 km lurus"."""
    named = [
        f"{plain_code(each.known.unit.id)} {describe_travel(each.travel)}".strip()
        for need in needs
        for each in need.units
    ]
    return _("Suggestion: {units}").format(units=" + ".join(named))


def _describe_need(need: UnitNeed) -> str:
    text = f"{need.wanted} {code_label(need.kind)}"
    if need.opd:
        text = f"{text} {need.opd}"
    return f"{text} ({_('{n} missing').format(n=need.missing)})" if need.missing else text
