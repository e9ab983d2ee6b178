"""`tabuah station retire` and `restore`; for administrators, works offline."""

from collections.abc import Callable

import click

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.stations.stations import find_station, station_group
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.drafts import restore_station, retire_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _


@station_group.command(
    "retire", help=N_("Take a station out of service: no alarms, its readings are quarantined, its history stays.")
)
@click.argument("code", metavar="CODE")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def retire(call: Invocation, *, code: str, reason: str, worlds: ChosenWorlds) -> None:
    station = _save(call, code, worlds, lambda station: retire_station(station, reason=reason))
    _show(call, station, _("Station {code} is retired. Undo: tabuah station restore {code}"), retired=True)


@station_group.command(
    "restore", help=N_("Put a retired station into service again; its quarantined readings are taken in.")
)
@click.argument("code", metavar="CODE")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def restore(call: Invocation, *, code: str, reason: str, worlds: ChosenWorlds) -> None:
    station = _save(call, code, worlds, lambda station: restore_station(station, reason=reason))
    _show(call, station, _("Station {code} is in service again."), retired=False)


def _save(call: Invocation, code: str, worlds: ChosenWorlds, make: Callable[[Station], Draft]) -> Station:
    """Save an entry about a station, and return the station as it was."""
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        store.save(make(station))
    return station


def _show(call: Invocation, station: Station, message: str, *, retired: bool) -> None:
    code = plain_code(station.code)
    call.show({"code": code, "retired": retired}, lambda: print_text(message.format(code=code)))
