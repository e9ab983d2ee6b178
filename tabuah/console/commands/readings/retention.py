"""`tabuah retention`: show or set how long readings are kept, with their size and the amount to be pruned."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.operations.readings.retention import (
    LEAST_DAYS,
    LEAST_YEARS,
    MOST_DAYS,
    MOST_YEARS,
    Retention,
    RetentionUsage,
)
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.storage.readings.retention_file import FILE_NAME, read_retention, save_retention
from tabuah.text.readings.readings_retention import (
    describe_disk_use,
    describe_kept_hours,
    describe_kept_values,
    describe_pruning,
)

if TYPE_CHECKING:
    from pathlib import Path


class RetentionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `retention --json`: the setting, the stored amount, and the excess over the setting."""

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


@click.command("retention", cls=TabuahCommand, help=N_("Show or set how long this console keeps readings."))
@click.option(
    "--values-days",
    type=click.IntRange(LEAST_DAYS, MOST_DAYS),
    metavar="N",
    help=N_("Days to keep single values."),
)
@click.option(
    "--hours-years",
    type=click.IntRange(LEAST_YEARS, MOST_YEARS),
    metavar="N",
    help=N_("Years to keep hourly summaries."),
)
@click.option("--dry-run", is_flag=True, help=N_("Show what would be removed without changing the setting."))
@click.pass_obj
def retention(call: Invocation, *, values_days: int | None, hours_years: int | None, dry_run: bool) -> None:
    with call.open_store() as store:
        directory, now, knows_server = store.directory, store.now(), store.identity is not None
    wanted = _requested_retention(directory, values_days, hours_years)
    kept = _measure_readings(directory, wanted, now)
    changes = not dry_run and (values_days is not None or hours_years is not None)
    if changes:
        save_retention(directory, wanted)
    going = describe_pruning(kept, wanted, now, knows_server=knows_server)
    shown = RetentionRecord(
        file=str(directory / FILE_NAME),
        changed=changes,
        **msgspec.structs.asdict(wanted),
        **msgspec.structs.asdict(kept),
    )
    call.show(shown, lambda: _print_retention(wanted, kept, going))


def _requested_retention(directory: "Path", values_days: int | None, hours_years: int | None) -> Retention:
    """Return the requested setting; giving both values also replaces a damaged file."""
    if values_days is not None and hours_years is not None:
        return Retention(values_days=values_days, hours_years=hours_years)
    found = read_retention(directory)
    return Retention(
        values_days=found.values_days if values_days is None else values_days,
        hours_years=found.hours_years if hours_years is None else hours_years,
    )


def _measure_readings(directory: "Path", wanted: Retention, now: datetime) -> RetentionUsage:
    from tabuah.storage.readings.store import FILE_NAME as READINGS
    from tabuah.storage.readings.store import ReadingsStore

    with ReadingsStore(directory / READINGS) as readings:
        return readings.measure_usage(values_before=wanted.values_before(now), hours_before=wanted.hours_before(now))


def _print_retention(wanted: Retention, kept: RetentionUsage, going: str) -> None:
    days = ngettext("{n} day", "{n} days", wanted.values_days).format(n=wanted.values_days)
    years = ngettext("{n} year", "{n} years", wanted.hours_years).format(n=wanted.hours_years)
    print_facts(
        [
            (_("Single values"), f"{days}; {describe_kept_values(kept)}"),
            (_("Hourly summaries"), f"{years}; {describe_kept_hours(kept)}"),
            (_("Disk use"), describe_disk_use(kept)),
        ]
    )
    print_text(going)
