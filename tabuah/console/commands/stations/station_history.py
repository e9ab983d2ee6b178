"""`tabuah station history`: the entries about a station in words; works offline."""

from typing import Any

import click

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_error
from tabuah.console.commands.stations.stations import find_station, station_group
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.histories import HistoryState
from tabuah.text.stations.station_events import StationEvent, station_events


@station_group.command("history", help=N_("List who changed a station, when and why, newest first."))
@click.argument("code", metavar="CODE")
@exercise_option
@click.pass_obj
def history_command(call: Invocation, *, code: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        subject = subject_of("station", station.code)
        store.histories.request(subject)
        is_missing = store.histories.state_of(subject) is not HistoryState.WHOLE
        events = station_events(store.entries_of(subject), station.changes)
    rows = [[format_moment(each.at), each.by, each.text, each.reason, _waits(each)] for each in events]
    headers = [_("Time"), _("User"), _("Description"), _("Reason"), ""]
    call.show_table([_record(each) for each in events], headers, rows, empty=_("No entries."))
    if is_missing:
        print_error(_("Older entries are at the server. Fetch them with: tabuah sync"))


def _waits(event: StationEvent) -> str:
    return _("not yet confirmed by the server") if event.is_pending else ""


def _record(event: StationEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.by,
        "kind": event.kind,
        "text": event.text,
        "reason": event.reason,
        "pending": event.is_pending,
    }
