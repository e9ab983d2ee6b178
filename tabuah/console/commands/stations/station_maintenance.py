"""`tabuah station maintain`, `ready` and `maintenance`: suppress alarms of stations during maintenance."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click
import msgspec

from tabuah.console.commands.command_classes import Moment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.stations.stations import find_station, read_latest_by_station, station_group
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.maintenance.drafts import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id
from tabuah.text.maintenance.maintenance_status import describe_maintenance_state


@station_group.command(
    "maintain", help=N_("Start or plan maintenance: readings are kept and marked, and raise no alarm until its end.")
)
@click.argument("codes", metavar="CODE…", nargs=-1, required=True)
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.option("--minutes", type=click.IntRange(min=1), metavar="N", help=N_("Duration in minutes."))
@click.option("--until", type=Moment(), metavar="T", help=N_("Until when (local time)."))
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (local time); default: now."))
@exercise_option
@click.pass_obj
def plan_command(
    call: Invocation,
    *,
    codes: tuple[str, ...],
    reason: str,
    minutes: int | None,
    until: datetime | None,
    since: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    if (minutes is None) == (until is None):
        raise click.UsageError(_("Give either --minutes or --until."))
    with call.open_store() as store:
        known, now = store.stations(), store.now()
        scope = worlds.scope(store)
        stations = [find_station(known, code, scope) for code in codes]
        begins = since or now
        ends = until or begins + timedelta(minutes=min(minutes or 0, 10_000_000))
        window_id = new_uuid(now)
        store.save(plan_maintenance(window_id, stations, since=begins, until=ends, reason=reason, now=now))
    message = _("Maintenance until {time}: {stations}. Until then these stations raise no alarms.")
    message = message.format(time=format_moment(ends), stations=", ".join(plain_code(s.code) for s in stations))
    call.show({"id": window_id, "since": begins, "until": ends}, lambda: print_text(message))


@station_group.command("ready", help=N_("End the maintenance of a station; it raises alarms again."))
@click.argument("code", metavar="CODE")
@click.option("--note", default="", metavar="TEXT", help=N_("What was done or seen."))
@exercise_option
@click.pass_obj
def end_command(call: Invocation, *, code: str, note: str, worlds: ChosenWorlds) -> None:
    """End the maintenance of a station and of all stations in the same window."""
    with call.open_store() as store:
        window = _find_open_maintenance(store, find_station(store.stations(), code, worlds.scope(store)).code)
        store.save(end_maintenance(window, ended_at=store.now(), note=note.strip()))
    message = _("Maintenance over: {stations}.").format(stations=", ".join(map(plain_code, window.stations)))
    call.show({"id": window.id, "stations": window.stations}, lambda: print_text(message))


@station_group.command("maintenance", help=N_("List maintenance: overdue, running and planned."))
@click.option("--all", "with_past", is_flag=True, help=N_("Include past maintenance."))
@scope_options
@click.pass_obj
def list_maintenance(call: Invocation, *, with_past: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        now, heard_at = store.now(), _read_last_contact(store)
        known = exercises_by_id(store.exercises())
        windows = worlds.scope(store).select(store.maintenance())
        found = [(window.state_at(now, heard_at), window) for window in windows]
    found = [pair for pair in found if with_past or pair[0] is not MaintenanceState.OVER]
    order = [MaintenanceState.OVERDUE, MaintenanceState.RUNNING, MaintenanceState.PLANNED, MaintenanceState.OVER]
    found.sort(key=lambda pair: order.index(pair[0]))
    rows = [_maintenance_cells(standing, window, known) for standing, window in found]
    headers = [_("State"), _("Stations"), _("Since"), _("Until"), _("By"), _("Reason")]
    records = [_make_maintenance_record(standing, window, heard_at, known) for standing, window in found]
    call.show_table(records, headers, rows, empty=_("No station is under maintenance."))


def _find_open_maintenance(store: ConsoleStore, code: str) -> MaintenanceWindow:
    """Return the running maintenance of a station, else the next planned one."""
    open_ones = [
        w for w in store.maintenance() if code in w.stations and w.ended_at is None and store.now() < w.until
    ]
    if not open_ones:
        raise UnknownKey(_("No maintenance is running or planned at {code}.").format(code=code))
    return min(open_ones, key=lambda window: window.since)


def _read_last_contact(store: ConsoleStore) -> dict[str, datetime]:
    latest = read_latest_by_station(store.directory)
    return {code: max(reading.at for reading in readings.values()) for code, readings in latest.items() if readings}


def _make_maintenance_record(
    standing: MaintenanceState,
    window: MaintenanceWindow,
    heard_at: Mapping[str, datetime],
    known: Mapping[str, Exercise],
) -> dict[str, Any]:
    missing = window.silent_stations(heard_at) if standing is MaintenanceState.OVERDUE else ()
    fields = {name: value for name, value in msgspec.structs.asdict(window).items() if name != "exercise_ref"}
    return (
        fields
        | {
            "stations": [plain_code(code) for code in window.stations],
            "standing": standing,
            "missing": [plain_code(code) for code in missing],
        }
        | exercise_fields(window, known)
    )


def _maintenance_cells(
    standing: MaintenanceState, window: MaintenanceWindow, known: Mapping[str, Exercise]
) -> list[str]:
    return [
        describe_maintenance_state(standing),
        ", ".join(map(plain_code, window.stations)),
        format_moment(window.since),
        format_moment(window.over_at),
        window.planned_by,
        " · ".join(filter(None, (exercise_mark(window, known), window.reason))),
    ]
