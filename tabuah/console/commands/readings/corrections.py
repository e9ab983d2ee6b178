"""`tabuah readings corrections`: the readings that were overwritten, with both values and their senders."""

from datetime import datetime, timedelta
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, TabuahCommand
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.invocation import Invocation, print_error
from tabuah.operations.exercises.scope import code_in_exercise, plain_code, scope_world
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import ReadingCorrection
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.journal.protocol import CorrectionsReply
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.exercises.exercise_text import exercise_fields, exercises_by_id
from tabuah.text.readings.measurements import format_value

_DEFAULT_PERIOD: Final = timedelta(days=31)


@click.command(
    "corrections",
    cls=TabuahCommand,
    help=N_("List corrected readings of a series: both values, who sent them, and why."),
)
@click.argument("station", metavar="STATION")
@click.argument("parameter", metavar="PARAMETER")
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (local time); default: a month ago."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Until when (local time); default: now."))
@exercise_option
@click.pass_obj
def corrections_command(
    call: Invocation,
    *,
    station: str,
    parameter: str,
    since: datetime | None,
    until: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    with call.open_store() as store, ConsoleSession(store).client as client:
        now, scope = store.now(), worlds.scope(store)
        fields = exercise_fields(scope_world(scope), exercises_by_id(store.exercises()))
        params = {
            "station": code_in_exercise(station.strip().upper(), scope.exercise_id or ""),
            "parameter": parameter,
            "from": (since or now - _DEFAULT_PERIOD).isoformat(),
            "to": (until or now + timedelta(days=1)).isoformat(),
        }
        found = client.call("GET", "/v1/readings/corrections", CorrectionsReply, params=params)
    headers = [_("Time"), _("Before"), _("Sender"), _("Now"), _("Sender"), _("Corrected at"), _("Reason")]
    rows = [_cells(correction) for correction in found.corrections]
    records = [_record(correction) | fields for correction in found.corrections]
    call.show_table(records, headers, rows, empty=_("No reading was corrected in this time."))
    if found.more:
        print_error(_("There are more corrections: choose a shorter time."))


def _record(correction: ReadingCorrection) -> dict[str, Any]:
    return msgspec.structs.asdict(correction) | {"station": plain_code(correction.station)}


def _cells(correction: ReadingCorrection) -> list[str]:
    def describe(value: float) -> str:
        return format_value(correction.parameter, value, unit=measurement_of(correction.parameter).unit)

    return [
        format_moment(correction.at),
        describe(correction.old_value),
        correction.old_account or "?",
        describe(correction.new_value),
        correction.new_account or "?",
        format_moment(correction.corrected_at),
        correction.reason or "-",
    ]
