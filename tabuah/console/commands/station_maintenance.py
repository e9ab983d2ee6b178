"""`tabuah station maintain`, `ready` and `maintenance`: work on stations, so that what they measure alarms nobody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.measuring import kept_latest
from tabuah.console.commands.output import say
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.stations import find_station, station_group
from tabuah.console.maintenance_words import standing_word
from tabuah.operations.maintenance.gestures import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow, Standing
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid


@station_group.command(
    "maintain", help=N_("Work on stations: their readings are kept and marked, and alarm nobody until it is over.")
)
@click.argument("codes", metavar="CODE…", nargs=-1, required=True)
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.option("--minutes", type=click.IntRange(min=1), metavar="N", help=N_("For how long."))
@click.option("--until", type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (WIB); else from now."))
@click.pass_obj
def maintain(
    call: Invocation,
    *,
    codes: tuple[str, ...],
    reason: str,
    minutes: int | None,
    until: datetime | None,
    since: datetime | None,
) -> None:
    """Plan work on stations."""
    if (minutes is None) == (until is None):
        raise click.UsageError(_("Say either --minutes or --until."))
    with call.open_store() as store:
        known, now = store.stations(), store.now()
        stations = [find_station(known, code) for code in codes]
        begins = since or now
        ends = until or begins + timedelta(minutes=min(minutes or 0, 10_000_000))
        window_id = new_uuid(now)
        store.save(plan_maintenance(window_id, stations, since=begins, until=ends, reason=reason, now=now))
    told = _("Maintenance until {time}: {stations}. Until then these stations alarm nobody.")
    message = told.format(time=format_moment(ends), stations=", ".join(s.code for s in stations))
    call.show({"id": window_id, "since": begins, "until": ends}, lambda: say(message))


@station_group.command("ready", help=N_("The work on a station is done: it alarms again."))
@click.argument("code", metavar="CODE")
@click.option("--note", default="", metavar="TEXT", help=N_("What was done or seen."))
@click.pass_obj
def ready(call: Invocation, *, code: str, note: str) -> None:
    """End the work on a station, and on all that are worked on together with it."""
    with call.open_store() as store:
        window = _running(store, find_station(store.stations(), code).code)
        store.save(end_maintenance(window, ended_at=store.now(), note=note.strip()))
    message = _("Maintenance over: {stations}.").format(stations=", ".join(window.stations))
    call.show({"id": window.id, "stations": window.stations}, lambda: say(message))


@station_group.command("maintenance", help=N_("List work on stations: overdue, running and planned."))
@click.option("--all", "with_past", is_flag=True, help=N_("Also what is over."))
@click.pass_obj
def list_maintenance(call: Invocation, *, with_past: bool) -> None:
    """List work on stations."""
    with call.open_store() as store:
        now, heard_at = store.now(), _heard_at(store)
        found = [(window.standing(now, heard_at), window) for window in store.maintenance()]
    found = [pair for pair in found if with_past or pair[0] is not Standing.OVER]
    order = [Standing.OVERDUE, Standing.RUNNING, Standing.PLANNED, Standing.OVER]
    found.sort(key=lambda pair: order.index(pair[0]))
    rows = [_cells(standing, window) for standing, window in found]
    headers = [_("State"), _("Stations"), _("Since"), _("Until"), _("By"), _("Reason")]
    told = [_told(standing, window, heard_at) for standing, window in found]
    call.show_table(told, headers, rows, empty=_("No station is worked on."))


def _running(store: ConsoleStore, code: str) -> MaintenanceWindow:
    """The work that goes on at a station, or is planned next."""
    open_ones = [
        w for w in store.maintenance() if code in w.stations and w.ended_at is None and store.now() < w.until
    ]
    if not open_ones:
        raise UnknownKey(_("No maintenance is running or planned at {code}.").format(code=code))
    return min(open_ones, key=lambda window: window.since)


def _heard_at(store: ConsoleStore) -> dict[str, datetime]:
    latest = kept_latest(store.directory)
    return {code: max(reading.at for reading in readings.values()) for code, readings in latest.items() if readings}


def _told(standing: Standing, window: MaintenanceWindow, heard_at: Mapping[str, datetime]) -> dict[str, Any]:
    missing = window.missing(heard_at) if standing is Standing.OVERDUE else ()
    return msgspec.structs.asdict(window) | {"standing": standing, "missing": missing}


def _cells(standing: Standing, window: MaintenanceWindow) -> list[str]:
    return [
        standing_word(standing),
        ", ".join(window.stations),
        format_moment(window.since),
        format_moment(window.over_at),
        window.planned_by,
        window.reason,
    ]
