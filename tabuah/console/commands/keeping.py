"""`tabuah keeping`: how long this console keeps what is measured, what that takes, and what goes by a setting."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, say
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.console.keeping_words import going_words, hours_words, room_words, values_words
from tabuah.operations.stations.keeping import LEAST_DAYS, LEAST_YEARS, MOST_DAYS, MOST_YEARS, Keeping, Kept
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.storage.readings.keeping_file import FILE_NAME, keep_keeping, read_keeping

if TYPE_CHECKING:
    from pathlib import Path


class KeepingShown(msgspec.Struct, frozen=True, kw_only=True):
    """What `keeping --json` prints: what is set, what is kept, and how much of it is too old for that."""

    file: str
    changed: bool
    values_days: int
    hours_years: int
    size_bytes: int
    free_bytes: int
    values: int
    hours: int
    oldest_value_at: datetime | None
    oldest_hour_at: datetime | None
    values_going: int
    hours_going: int


@click.command("keeping", cls=TabuahCommand, help=N_("Show or set how long this console keeps readings."))
@click.option(
    "--values-days",
    type=click.IntRange(LEAST_DAYS, MOST_DAYS),
    metavar="N",
    help=N_("For how many days every value is kept."),
)
@click.option(
    "--hours-years",
    type=click.IntRange(LEAST_YEARS, MOST_YEARS),
    metavar="N",
    help=N_("For how many years whole hours are kept."),
)
@click.option("--dry-run", is_flag=True, help=N_("Only say what would go; set nothing."))
@click.pass_obj
def keeping(call: Invocation, *, values_days: int | None, hours_years: int | None, dry_run: bool) -> None:
    """Show how long readings are kept, or set it."""
    with call.open_store() as store:
        directory, now, knows_server = store.directory, store.now(), store.identity is not None
    wanted = _wanted(directory, values_days, hours_years)
    kept = _measure(directory, wanted, now)
    changes = not dry_run and (values_days is not None or hours_years is not None)
    if changes:
        keep_keeping(directory, wanted)
    going = going_words(kept, wanted, now, knows_server=knows_server)
    shown = KeepingShown(
        file=str(directory / FILE_NAME),
        changed=changes,
        **msgspec.structs.asdict(wanted),
        **msgspec.structs.asdict(kept),
    )
    call.show(shown, lambda: _print(wanted, kept, going))


def _wanted(directory: "Path", values_days: int | None, hours_years: int | None) -> Keeping:
    """What is set, changed as wanted; a file that cannot be used is put right by saying both."""
    if values_days is not None and hours_years is not None:
        return Keeping(values_days=values_days, hours_years=hours_years)
    found = read_keeping(directory)
    return Keeping(
        values_days=found.values_days if values_days is None else values_days,
        hours_years=found.hours_years if hours_years is None else hours_years,
    )


def _measure(directory: "Path", wanted: Keeping, now: datetime) -> Kept:
    from tabuah.storage.readings.store import FILE_NAME as READINGS
    from tabuah.storage.readings.store import ReadingsStore

    with ReadingsStore(directory / READINGS) as readings:
        return readings.measure_kept(values_before=wanted.values_before(now), hours_before=wanted.hours_before(now))


def _print(wanted: Keeping, kept: Kept, going: str) -> None:
    days = ngettext("{n} day", "{n} days", wanted.values_days).format(n=wanted.values_days)
    years = ngettext("{n} year", "{n} years", wanted.hours_years).format(n=wanted.hours_years)
    print_facts(
        [
            (_("Every value"), f"{days}; {values_words(kept)}"),
            (_("Whole hours"), f"{years}; {hours_words(kept)}"),
            (_("Room"), room_words(kept)),
        ]
    )
    say(going)
