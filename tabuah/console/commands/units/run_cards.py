"""`tabuah unit suggest`: the units that the run card of an incident needs, and suitable ready ones."""

from typing import Any

import click

from tabuah.console.commands.invocation import Invocation, print_error
from tabuah.console.commands.units.units import travel_fields, unit_group
from tabuah.console.map.road_network import read_router
from tabuah.console.units.known_units import read_known_units
from tabuah.operations.disruptions.disruption_list import blocked_near_incident
from tabuah.operations.exercises.scope import plain_code, scope_of
from tabuah.operations.units.run_cards import UnitNeed, suggest_units
from tabuah.resources.localisation import N_, _
from tabuah.text.code_labels import code_label
from tabuah.text.disruptions.disruption_text import describe_blocked
from tabuah.text.units.run_card_text import suggested_codes
from tabuah.text.units.travel_text import describe_travel


@unit_group.command("suggest", help=N_("Suggest units by the run card of an incident, the nearest first."))
@click.argument("incident", metavar="INCIDENT")
@click.pass_obj
def suggest(call: Invocation, *, incident: str) -> None:
    with call.open_store() as store:
        found = store.incident(incident)
        scope = scope_of(found)
        known = [each for each in read_known_units(store) if scope.has(each.unit)]
        roads = read_router(store, scope, on_problem=print_error)
        needs = suggest_units(found, known, roads=roads)
        blocked = describe_blocked(blocked_near_incident(store.disruptions(), found), by_road=roads is not None)
    records = [_record(need) for need in needs]
    headers = [_("Kind"), "OPD", _("Needed"), _("Assigned"), _("Suggestion"), _("Missing")]
    empty = _("The profile has no run card for this incident.")
    call.show_table(records, headers, [_cells(need) for need in needs], empty=empty)
    if blocked:
        print_error(blocked)
    if not call.as_json and (codes := suggested_codes(needs)):
        every = [*found.assignment, *codes]
        print_error(f'tabuah incident edit {found.number} --set assignment="{", ".join(every)}"')


def _record(need: UnitNeed) -> dict[str, Any]:
    units = [{"id": plain_code(each.known.unit.id), **travel_fields(each.travel)} for each in need.units]
    return {
        "kind": need.kind.value,
        "opd": need.opd,
        "wanted": need.wanted,
        "assigned": need.assigned,
        "missing": need.missing,
        "units": units,
    }


def _cells(need: UnitNeed) -> list[str]:
    units = ", ".join(
        f"{plain_code(each.known.unit.id)} {describe_travel(each.travel)}".strip() for each in need.units
    )
    return [code_label(need.kind), need.opd, str(need.wanted), str(need.assigned), units, str(need.missing or "")]
