"""`tabuah station unregistered`: stations that send readings to the server and are not registered."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.stations.stations import station_group
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.station_table import COLUMNS, format_station
from tabuah.operations.stations.unregistered import UnregisteredStation, suggest_station
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.stations_protocol import UnregisteredReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.readings.measurements import format_value, parameter_name


@station_group.command(
    "unregistered", help=N_("List the stations that send readings and are not registered; needs the server.")
)
@click.pass_obj
def unregistered_command(call: Invocation) -> None:
    with call.open_store() as store:
        found = fetch_unregistered(store)
    headers = [_("Code"), _("Gateway account"), _("Parameters"), _("Readings"), _("First"), _("Last"), _("Newest")]
    rows = [_cells(station) for station in found]
    empty = _("Every station that sends is registered.")
    call.show_table([_record(station) for station in found], headers, rows, empty=empty)


def fetch_unregistered(store: ConsoleStore) -> tuple[UnregisteredStation, ...]:
    """Return the unregistered senders that the server lists.

    Raises:
        SyncError: the server cannot be reached, or refuses.
    """
    with ConsoleSession(store).client as client:
        return client.call("GET", "/v1/stations/unregistered", UnregisteredReply).stations


def suggested_cells(store: ConsoleStore, code: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return cells of a new station: those given, and where they are empty what the station sent.

    Raises:
        UnknownKey: it has not sent anything, or several accounts sent it and none is named.
        SyncError: the server cannot be reached, or refuses.
    """
    sent = _choose(fetch_unregistered(store), code, account=given.get("gateway", ""))
    suggested = dict(zip(COLUMNS, format_station(suggest_station(sent)), strict=True))
    filled = {name: suggested[name] for name in ("kind", "parameters", "gateway")}
    return {**given, **{name: given.get(name) or text for name, text in filled.items()}}


def _choose(found: Sequence[UnregisteredStation], code: str, *, account: str) -> UnregisteredStation:
    wanted = code.strip().upper()
    senders = [each for each in found if each.code.upper() == wanted and account in ("", each.account)]
    if not senders:
        message = _("{code} has not sent anything that waits. See: tabuah station unregistered")
        raise UnknownKey(message.format(code=wanted))
    if len(senders) > 1:
        accounts = ", ".join(each.account for each in senders)
        message = _("Several accounts sent readings of {code}: {accounts}. Name one with --gateway.")
        raise UnknownKey(message.format(code=wanted, accounts=accounts))
    return senders[0]


def _record(station: UnregisteredStation) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(station),
        "count": station.count,
        "first_at": station.first_at,
        "last_at": station.last_at,
    }


def _cells(station: UnregisteredStation) -> list[str]:
    newest = [format_value(s.parameter, s.newest[0]) for s in station.series if s.newest]
    return [
        plain_code(station.code),
        station.account,
        ", ".join(parameter_name(series.parameter) for series in station.series),
        format_number(station.count),
        format_moment(station.first_at),
        format_moment(station.last_at),
        ", ".join(newest),
    ]
