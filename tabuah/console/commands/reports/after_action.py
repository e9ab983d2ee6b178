"""`tabuah report after-action`: what was known when, who decided what, lead times and delays; works offline."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.reports.reports import choose_format, output_option, report_group, write_report
from tabuah.console.reports.after_action_report import AfterActionFormat
from tabuah.resources.localisation import N_, _
from tabuah.text.exercises.exercise_text import scope_fields

if TYPE_CHECKING:
    from tabuah.console.reports.after_action_report import AfterActionReport
    from tabuah.storage.cache.store import ConsoleStore


@report_group.command("after-action", help=N_("Make the special report after an incident, an event or a day."))
@click.argument("incident", metavar="[ID]", required=False)
@click.option("--event", metavar="EVENT", help=N_("The parent event with all its incidents."))
@click.option(
    "--date", "day", type=click.DateTime(formats=["%Y-%m-%d"]), metavar="D",
    help=N_("The local day, such as 2026-11-24."),
)  # fmt: skip
@click.option(
    "-f", "--format", "file_format", type=click.Choice([f.value for f in AfterActionFormat]),
    help=N_("File format; default: from the file name."),
)  # fmt: skip
@exercise_option
@output_option
@click.pass_obj
def after_action_report(
    call: Invocation, *, incident: str | None, event: str | None, day: datetime | None,
    file_format: str | None, worlds: ChosenWorlds, output: Path,
) -> None:  # fmt: skip
    from tabuah.console.reports.after_action_export import encode_after_action

    if sum(each is not None for each in (incident, event, day)) != 1:
        raise click.UsageError(_("give one of: the ID of an incident, --event, --date"))
    if worlds.is_given and day is None:
        raise click.UsageError(_("--exercise requires --date: incidents and events belong to one world"))
    wanted = choose_format(AfterActionFormat, file_format, output)
    with call.open_store() as store:
        report = _read(store, incident=incident, event=event, day=day, worlds=worlds)
    fields = scope_fields(report.world, report.exercises)
    write_report(call, encode_after_action(report, wanted), wanted, output, fields)


def _read(
    store: "ConsoleStore", *, incident: str | None, event: str | None, day: datetime | None, worlds: ChosenWorlds
) -> "AfterActionReport":
    from tabuah.console.commands.parent_events.events import find_event
    from tabuah.console.reports import after_action_sources

    if incident is not None:
        return after_action_sources.read_incident_after_action(store, incident)
    if event is not None:
        return after_action_sources.read_event_after_action(store, find_event(store, event))
    worlds.check_not_wiped(store)
    return after_action_sources.read_day_after_action(store, day.date() if day else None, worlds.scope(store))
