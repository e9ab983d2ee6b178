"""`tabuah readings`: send readings from a file to the server, type one in, and query a series."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.parameters import Moment
from tabuah.console.commands.reading_files import ZONES, ReadingLine, batches, read_csv
from tabuah.console.commands.reading_spans import show_spans
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.console.commands.typed_readings import type_command, typed_command
from tabuah.console.reading_words import refusal_words
from tabuah.console.series_source import LOCAL, SeriesSource, open_series
from tabuah.console.span_records import AskedSeries, read_spans
from tabuah.operations.stations.readings import MAX_READINGS_A_BATCH, ReadingBatch, SeriesPoint
from tabuah.operations.stations.spans import Span
from tabuah.operations.stations.units import format_value, measurement_of
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.journal.protocol import GatewaysReply, ReadingsReply
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession

DEFAULT_POINTS: Final = 500

readings_group = TabuahGroup("readings", help=N_("Send readings to the server and query them."))
readings_group.add_command(type_command)
readings_group.add_command(typed_command)


class SetAsideLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file that the server did not take, with the stable code of the reason."""

    line: int
    reason: str


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """The record of `readings push --json`."""

    stored: int = 0
    unchanged: int = 0
    set_aside: tuple[SetAsideLine, ...] = ()


@readings_group.command("push", help=N_("Send the readings of a CSV file: station, parameter, time, value."))
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--zone", type=click.Choice(list(ZONES)), help=N_("The zone of times that name none."))
@click.pass_obj
def push(call: Invocation, *, file: Path, zone: str | None) -> int:
    """Send the readings of a CSV file."""
    try:
        lines = read_csv(file.read_text("utf-8-sig"), zone=zone)
    except UnicodeDecodeError as error:
        raise click.UsageError(_("{file} is no text in UTF-8").format(file=file)) from error
    with call.open_store() as store:
        session = ConsoleSession(store)
        with session.client as client:
            result = _send(client, lines)
    call.show(result, lambda: _tell(result))
    refused = result.set_aside and not result.stored and not result.unchanged
    return ExitCode.REFUSED if refused else ExitCode.DONE


@readings_group.command("query", help=N_("Query a series: from the server, else what this console has kept."))
@click.argument("station", metavar="STATION")
@click.argument("parameter", metavar="PARAMETER")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.option(
    "--points",
    type=click.IntRange(1, MAX_READINGS_A_BATCH),
    metavar="N",
    help=N_("At most so many points, 500 if not told; more readings are put into buckets."),
)
@click.option(
    "--by",
    type=click.Choice([span.value for span in Span]),
    help=N_("By minutes, hours or days of UTC: lowest, highest, mean, sum, number and age of the newest."),
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv",
    help=N_("With --by: the file to write."),
)  # fmt: skip
@click.pass_obj
def query(
    call: Invocation,
    *,
    station: str,
    parameter: str,
    since: datetime,
    until: datetime,
    points: int | None,
    by: str | None,
    output: Path | None,
) -> None:
    """Query a series."""
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    if (by and points) or (output and not by):
        raise click.UsageError(_("--by goes without --points, and -o only with --by"))
    code = station.strip().upper()
    with call.open_store() as store:
        known = next((s for s in store.stations() if s.code == code), None)
        measured = known.parameter(parameter) if known else None
        asked = AskedSeries(
            station=code,
            parameter=parameter,
            unit=measured.unit if measured else measurement_of(parameter).unit,
            since=since,
            until=until,
        )
        with open_series(store) as source:
            if by is None:
                _show_points(call, source, asked, points or DEFAULT_POINTS)
            else:
                record = read_spans(source, asked, by=Span(by), now=datetime.now(UTC))
                show_spans(call, record, since=since, output=output)
    if source.name == LOCAL:
        print_error(_("The server does not answer: these are the readings that this console has kept."))


def _show_points(call: Invocation, source: SeriesSource, asked: AskedSeries, points: int) -> None:
    found = source.series(asked.station, asked.parameter, asked.since, asked.until, points=points)
    record = {
        "station": asked.station,
        "parameter": asked.parameter,
        "unit": asked.unit,
        "source": source.name,
        "points": [{name: getattr(point, name) for name in SeriesPoint.__struct_fields__} for point in found],
    }
    headers = [_("Time"), _("Mean"), _("Lowest"), _("Highest"), _("Readings")]
    rows = [_cells(point, asked.parameter, asked.unit) for point in found]
    call.show_table(record, headers, rows, empty=_("No readings in this time."))


@readings_group.command(
    "gateways", help=N_("How readings come in by MQTT: the broker, and what each kind of gateway has brought.")
)
@click.pass_obj
def gateways(call: Invocation) -> int:
    """Show the health of the link; refused when it is down."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", "/v1/gateways", GatewaysReply)
    if not found.broker:
        call.show(found, lambda: say(_("The server takes readings over HTTP only; it has no broker (--mqtt).")))
        return ExitCode.DONE
    headers = [_("Name of gateway"), _("Topic"), _("Messages"), _("Readings"), _("Not taken"), _("Last message")]
    rows = [
        [g.name, g.topic, str(g.messages), str(g.readings), str(g.set_aside), _last(g.last_message_at)]
        for g in found.gateways
    ]
    call.show_table(found, headers, rows, empty="")
    if not found.connected:
        print_error(_("The broker is lost: {error}").format(error=found.error or found.broker))
    elif found.error:
        print_error(_("Not everything comes in: {error}").format(error=found.error))
    return ExitCode.DONE if found.connected else ExitCode.REFUSED


def _last(moment: datetime | None) -> str:
    return format_moment(moment) if moment else "-"


def _send(client: ServerClient, lines: list[ReadingLine]) -> Pushed:
    pushed = Pushed()
    for part in batches(lines, MAX_READINGS_A_BATCH):
        batch = ReadingBatch(readings=tuple(line.reading for line in part))
        reply = client.call("POST", "/v1/readings", ReadingsReply, body=batch)
        aside = tuple(SetAsideLine(line=part[a.index].line, reason=a.reason) for a in reply.set_aside)
        pushed = Pushed(
            stored=pushed.stored + reply.stored,
            unchanged=pushed.unchanged + reply.unchanged,
            set_aside=pushed.set_aside + aside,
        )
    return pushed


def _tell(pushed: Pushed) -> None:
    told = _("Stored {stored}, known already {unchanged}, set aside {aside}.")
    say(told.format(stored=pushed.stored, unchanged=pushed.unchanged, aside=len(pushed.set_aside)))
    for aside in pushed.set_aside:
        print_error(_("line {line}: {error}").format(line=aside.line, error=refusal_words(aside.reason)))


def _cells(point: SeriesPoint, parameter: str, unit: str) -> list[str]:
    values = (format_value(parameter, value, unit=unit) for value in (point.mean, point.low, point.high))
    return [format_moment(point.at), *values, str(point.count)]
