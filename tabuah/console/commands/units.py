"""`tabuah unit list` and `show`: the units by OPD, what each does and where it is; changes are in `unit_changes`."""

from datetime import datetime
from typing import Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, print_json, print_table, say
from tabuah.console.commands.unit_group import unit_group
from tabuah.console.known_units import read_known_units
from tabuah.console.unit_words import distance_words, position_words, state_words
from tabuah.operations.labels import label_of
from tabuah.operations.units.choosing import nearest_first
from tabuah.operations.units.codes import UnitKind, UnitState
from tabuah.operations.units.knowing import KnownUnit
from tabuah.operations.units.positions import PositionSource
from tabuah.operations.units.standing import UnitStanding
from tabuah.operations.units.tracks import heading_of
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore

_STATES: Final = tuple(UnitState)


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit as `unit list` tells it; `position_*` are null where nobody knows where it is."""

    id: str
    name: str
    kind: UnitKind
    opd: str
    state: UnitState
    since: datetime
    incidents: tuple[str, ...]
    double: bool
    lon_deg: float | None
    lat_deg: float | None
    position_source: PositionSource | None
    position_at: datetime | None
    position_old: bool
    heading_deg: float | None
    distance_m: float | None
    retired: bool
    exercise: bool


@unit_group.command(
    "list", help=N_("List the units by OPD and by what they are doing; with --near the nearest first.")
)
@click.option(
    "--near", "incident", metavar="ID", help=N_("Those that could be sent to an incident, the nearest first.")
)
@click.option("--all", "with_retired", is_flag=True, help=N_("Also those that are retired."))
@click.pass_obj
def list_units(call: Invocation, *, incident: str | None, with_retired: bool) -> None:
    """List the units."""
    with call.open_store() as store:
        now, known = store.now(), read_known_units(store, with_retired=with_retired)
        rows = _rows_near(store, known, incident, now) if incident else [row_of(each, now) for each in known]
    if not incident:
        rows.sort(key=lambda row: (row.retired, row.opd.casefold(), _STATES.index(row.state), row.id))
    by_id = {each.unit.id: each for each in known}
    headers = ["ID", _("Name"), "OPD", _("State"), _("Position"), _("Distance"), ""]
    cells = [_cells(row, by_id[row.id], now) for row in rows]
    call.show_table(rows, headers, cells, empty=_("No units. Register one with: tabuah unit register"))


@unit_group.command("show", help=N_("Show one unit: who it is, what it is doing and where it was."))
@click.argument("unit", metavar="ID")
@click.pass_obj
def show_unit(call: Invocation, *, unit: str) -> None:
    """Show one unit."""
    with call.open_store() as store:
        known, now = find_known(store, unit), store.now()
    if call.as_json:
        print_json(msgspec.to_builtins(row_of(known, now)) | _details(known.unit))
    else:
        _print(known, now)


def find_known(store: ConsoleStore, key: str) -> KnownUnit:
    """One unit by its call sign in any case.

    Raises:
        UnknownKey: there is none.
    """
    wanted = key.strip().upper()
    for known in read_known_units(store, with_retired=True):
        if known.unit.id == wanted:
            return known
    raise UnknownKey(_("There is no unit {unit}. See: tabuah unit list").format(unit=key))


def row_of(known: KnownUnit, now: datetime, *, distance_m: float | None = None) -> UnitRow:
    """One unit in one line."""
    unit, position = known.unit, known.position
    return UnitRow(
        id=unit.id,
        name=unit.name,
        kind=unit.kind,
        opd=unit.opd,
        state=known.standing.state,
        since=known.standing.since,
        incidents=tuple(mission.number for mission in known.standing.missions),
        double=known.standing.is_double,
        lon_deg=position.lon_deg if position else None,
        lat_deg=position.lat_deg if position else None,
        position_source=position.source if position else None,
        position_at=position.at if position else None,
        position_old=position.is_old(now) if position else False,
        heading_deg=heading_of(known.track),
        distance_m=None if distance_m is None else round(distance_m, 1),
        retired=unit.retired,
        exercise=unit.exercise,
    )


def _rows_near(store: ConsoleStore, known: list[KnownUnit], incident: str, now: datetime) -> list[UnitRow]:
    place = store.incident(incident).place
    if place is None:
        raise click.UsageError(_("The incident has no place yet, so nothing is near to it."))
    found = nearest_first(known, place.lon_deg, place.lat_deg)
    return [row_of(away.known, now, distance_m=away.distance_m) for away in found]


def _cells(row: UnitRow, known: KnownUnit, now: datetime) -> list[str]:
    where = position_words(known.position, now) if not row.retired else ""
    return [row.id, row.name, row.opd, _state(known.standing), where, distance_words(row.distance_m), _remark(row)]


def _state(standing: UnitStanding) -> str:
    return _("retired") if standing.unit.retired else state_words(standing)


def _remark(row: UnitRow) -> str:
    told = [_("sent to two places") if row.double else "", _("SIMULATION") if row.exercise else ""]
    return " · ".join(part for part in told if part)


def _details(unit: Unit) -> dict[str, object]:
    return {
        "members": unit.members,
        "contact": unit.contact,
        "tracker": unit.tracker,
        "home": unit.home,
        "state_by": unit.state_by,
        "state_note": unit.state_note,
        "times": {state.value: at for state, at in unit.times.items()},
        "places": list(unit.places),
        "retired_reason": unit.retired_reason,
    }


def _print(known: KnownUnit, now: datetime) -> None:
    unit, position = known.unit, known.position
    say(f"{unit.id}  {unit.name}")
    home = f"{unit.home.name} {unit.home.lon_deg:.5f}, {unit.home.lat_deg:.5f}".strip() if unit.home else ""
    where = f"{position.lon_deg:.5f}, {position.lat_deg:.5f} · " if position else ""
    print_facts(
        [
            ("OPD", unit.opd),
            (_("Kind"), label_of(unit.kind)),
            (_("State"), _state(known.standing)),
            (_("Since"), format_moment(known.standing.since)),
            (_("Note"), unit.state_note),
            (_("Position"), where + position_words(position, now)),
            (_("Members"), str(unit.members) if unit.members else ""),
            (_("Radio"), unit.contact),
            (_("GPS"), unit.tracker),
            (_("Post"), home),
            (_("Reason"), unit.retired_reason),
        ]
    )
    if known.standing.is_double:
        say(_("Sent to two places: say to which it goes."))
    steps = [
        [label_of(state), format_moment(at)] for state, at in sorted(unit.times.items(), key=lambda step: step[1])
    ]
    if steps:
        print_table([_("Step"), _("Time")], steps)
