"""`tabuah readings`: send a CSV file to the server, query series, and show the MQTT gateways."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.readings.corrections import corrections_command
from tabuah.console.commands.readings.manual_readings import add_command, list_command, require_reason
from tabuah.console.commands.readings.quarantine import quarantined_command
from tabuah.console.commands.readings.readings_csv import (
    ZONES,
    ReadingLine,
    UnreadableLine,
    describe_unreadable,
    read_readings_csv,
    split_into_batches,
)
from tabuah.console.commands.stations.stations import find_station
from tabuah.console.readings.series_source import LOCAL, has_local_readings, open_series
from tabuah.console.readings.span_records import SeriesQuery, SpanLine, SpansRecord, read_spans
from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.csv_tables import encode_spans_csv
from tabuah.console.simulator.exercises import choose_exercise
from tabuah.operations.exercises.scope import SEPARATOR, code_in_exercise, plain_code, scope_world
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.correction_history import shown_corrections
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import MAX_READINGS_A_BATCH, ReadingBatch, ReadingCorrection, SeriesPoint
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_age, format_moment, ngettext
from tabuah.resources.time_zone import zone_label
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.journal.protocol import GatewaysReply, ReadingsReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.exercises.exercise_text import exercise_fields, exercises_by_id
from tabuah.text.readings.corrections import describe_correction
from tabuah.text.readings.measurements import describe_refusal_code, format_value

DEFAULT_POINTS: Final = 500

readings_group = TabuahGroup("readings", help=N_("Send readings to the server and query them."))
readings_group.add_command(add_command)
readings_group.add_command(list_command)
readings_group.add_command(quarantined_command)
readings_group.add_command(corrections_command)


class SkippedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file that the server rejected, with the stable code of the reason."""

    line: int
    reason: str


class PushRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `readings push --json`; `unreadable` lines were not sent, `set_aside` are quarantined."""

    stored: int = 0
    unchanged: int = 0
    set_aside: tuple[SkippedLine, ...] = ()
    unreadable: tuple[UnreadableLine, ...] = ()
    exercise: str | None = None
    exercise_id: str | None = None


@readings_group.command("push", help=N_("Send the readings of a CSV file: station, parameter, time, value."))
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--zone",
    type=click.Choice(list(ZONES)),
    default=zone_label,
    help=N_("Time zone of times without one; default: the regency's."),
)
@click.option("--reason", default="", metavar="TEXT", help=N_("Why values are corrected, or old ones sent now."))
@exercise_option
@click.pass_obj
def push(call: Invocation, *, file: Path, zone: str, reason: str, worlds: ChosenWorlds) -> int:
    try:
        lines, unreadable = read_readings_csv(file.read_text("utf-8-sig"), zone=zone)
    except UnicodeDecodeError as error:
        raise click.UsageError(_("{file} is not a UTF-8 text").format(file=file)) from error
    with call.open_store() as store:
        session = ConsoleSession(store)
        with session.client as client:
            # The server knows the exercises; the console of a gateway receives no journal.
            exercise = choose_exercise(client, worlds.exercise) if worlds.exercise else None
            exercise_id = exercise.id if exercise else ""
            lines = [_line_in_exercise(line, exercise_id) for line in lines]
            is_gateway = store.identity is not None and store.identity.role is Role.GATEWAY
            if not is_gateway and has_local_readings(store.directory):
                client.health()  # report a missing server before anything else
                with ReadingsStore(store.directory / FILE_NAME) as kept:
                    require_reason(kept, (line.reading for line in lines), reason)
            result = _send_lines(client, lines, reason=reason.strip())
    result = msgspec.structs.replace(
        result,
        unreadable=tuple(unreadable),
        exercise=exercise.name if exercise else None,
        exercise_id=exercise.id if exercise else None,
    )
    call.show(result, lambda: _print_push(result))
    refused = result.set_aside and not result.stored and not result.unchanged
    return ExitCode.REFUSED if refused else ExitCode.DONE


@readings_group.command("query", help=N_("Query a series from the server, else from this console."))
@click.argument("station", metavar="STATION")
@click.argument("parameter", metavar="PARAMETER")
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (local time)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (local time)."))
@click.option(
    "--points",
    type=click.IntRange(1, MAX_READINGS_A_BATCH),
    metavar="N",
    help=N_("Maximum number of points, 500 by default; more readings are aggregated."),
)
@click.option(
    "--by",
    type=click.Choice([span.value for span in RollUpSpan]),
    help=N_("Aggregate by minute, hour or day (UTC): minimum, maximum, mean, sum, count and age of the latest."),
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv",
    help=N_("With --by: the CSV file to write."),
)  # fmt: skip
@exercise_option
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
    worlds: ChosenWorlds,
) -> None:
    if since > until:
        raise click.UsageError(_("--from is after --to"))
    if (by and points) or (output and not by):
        raise click.UsageError(_("--by excludes --points, and -o needs --by"))
    with call.open_store() as store:
        scope = worlds.scope(store)
        stations = scope.select(store.stations())
        code = code_in_exercise(station.strip().upper(), scope.exercise_id or "")
        asked = SeriesQuery(
            station=code, parameter=parameter, unit=_unit_of(stations, code, parameter), since=since, until=until
        )
        fields = exercise_fields(scope_world(scope), exercises_by_id(store.exercises()))
        with open_series(store) as source:
            if by is None:
                found = source.series(code, parameter, since, until, points=points or DEFAULT_POINTS)
                if not found:
                    _check_series(stations, code, parameter)
                corrected = shown_corrections(source.corrections(code, parameter, since, until))
                _show_points(call, source.name, asked, found, corrected, fields)
            else:
                record = read_spans(source, asked, by=RollUpSpan(by), now=datetime.now(UTC))
                if not record.spans:
                    _check_series(stations, code, parameter)
                show_spans(call, record, fields, since=since, output=output)
    if source.name == LOCAL:
        print_error(_("The server does not answer; these are the readings kept by this console."))


def _unit_of(stations: Iterable[Station], code: str, parameter: str) -> str:
    """Return the unit in which a station measures a parameter; the usual one if it is unknown here."""
    known = next((station for station in stations if station.code == code), None)
    measured = known.parameter(parameter) if known else None
    return measured.unit if measured else measurement_of(parameter).unit


def _check_series(stations: list[Station], code: str, parameter: str) -> None:
    """Reject a query that found nothing because its station or parameter does not exist.

    Raises:
        UnknownKey: there is no such station here, or it does not measure the parameter.
    """
    station = find_station(stations, code)
    if station.parameter(parameter) is None:
        measured = ", ".join(each.code for each in station.parameters)
        message = _("{station} does not measure {parameter}; it measures: {measured}")
        raise UnknownKey(message.format(station=plain_code(code), parameter=parameter, measured=measured))


def _show_points(
    call: Invocation,
    source: str,
    asked: SeriesQuery,
    found: Sequence[SeriesPoint],
    corrected: Sequence[ReadingCorrection],
    fields: Mapping[str, str | None],
) -> None:
    record = {
        "station": plain_code(asked.station),
        "parameter": asked.parameter,
        "unit": asked.unit,
        "source": source,
        "points": [{name: getattr(point, name) for name in SeriesPoint.__struct_fields__} for point in found],
        "corrections": [msgspec.structs.replace(each, station=plain_code(each.station)) for each in corrected],
        **fields,
    }
    headers = [_("Time"), _("Mean"), _("Lowest"), _("Highest"), _("Readings")]
    rows = [_point_cells(point, asked.parameter, asked.unit) for point in found]
    call.show_table(record, headers, rows, empty=_("No readings in this time."))
    for correction in corrected:
        print_error(f"{format_moment(correction.at)}: {describe_correction(correction, asked.unit)}")


@readings_group.command(
    "gateways", help=N_("Show the MQTT broker and the readings received from each kind of gateway.")
)
@click.pass_obj
def show_gateways(call: Invocation) -> int:
    """Show the state of the broker link; the exit code is `REFUSED` while it is down."""
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = client.call("GET", "/v1/gateways", GatewaysReply)
    if not found.broker:
        call.show(
            found, lambda: print_text(_("The server takes readings over HTTP only; it has no broker (--mqtt)."))
        )
        return ExitCode.DONE
    headers = [_("Gateway"), _("Topic"), _("Messages"), _("Readings"), _("Rejected"), _("Last message")]
    rows = [
        [g.name, g.topic, str(g.messages), str(g.readings), str(g.set_aside), _format_last(g.last_message_at)]
        for g in found.gateways
    ]
    call.show_table(found, headers, rows, empty="")
    if not found.connected:
        print_error(_("The connection to the broker is lost: {error}").format(error=found.error or found.broker))
    elif found.error:
        print_error(_("Some messages are not received: {error}").format(error=found.error))
    return ExitCode.DONE if found.connected else ExitCode.REFUSED


def _format_last(moment: datetime | None) -> str:
    return format_moment(moment) if moment else "-"


def _line_in_exercise(line: ReadingLine, exercise_id: str) -> ReadingLine:
    """Return a line with the code of its station in an exercise; a code with an exercise prefix is unchanged."""
    reading = line.reading
    if SEPARATOR in reading.station:
        return line
    coded = msgspec.structs.replace(reading, station=code_in_exercise(reading.station, exercise_id))
    return msgspec.structs.replace(line, reading=coded)


def _send_lines(client: ServerClient, lines: list[ReadingLine], *, reason: str) -> PushRecord:
    pushed = PushRecord()
    for part in split_into_batches(lines, MAX_READINGS_A_BATCH):
        batch = ReadingBatch(readings=tuple(line.reading for line in part), reason=reason)
        reply = client.call("POST", "/v1/readings", ReadingsReply, body=batch)
        aside = tuple(SkippedLine(line=part[a.index].line, reason=a.reason) for a in reply.set_aside)
        pushed = PushRecord(
            stored=pushed.stored + reply.stored,
            unchanged=pushed.unchanged + reply.unchanged,
            set_aside=pushed.set_aside + aside,
        )
    return pushed


def _print_push(pushed: PushRecord) -> None:
    message = _("Stored {stored}, already known {unchanged}, rejected {aside}.")
    print_text(message.format(stored=pushed.stored, unchanged=pushed.unchanged, aside=len(pushed.set_aside)))
    for line in pushed.unreadable:
        print_error(describe_unreadable(line))
    for aside in pushed.set_aside:
        print_error(_("line {line}: {error}").format(line=aside.line, error=describe_refusal_code(aside.reason)))


def _point_cells(point: SeriesPoint, parameter: str, unit: str) -> list[str]:
    values = (format_value(parameter, value, unit=unit) for value in (point.mean, point.low, point.high))
    return [format_moment(point.at), *values, str(point.count)]


def show_spans(
    call: Invocation,
    record: SpansRecord,
    fields: Mapping[str, str | None],
    *,
    since: datetime,
    output: Path | None,
) -> None:
    """Print the spans or write them to a CSV file; note where minutes are no longer kept.

    Raises:
        FileNotWritten: the file cannot be written.
    """
    if output is None:
        headers = [_("Time"), _("Lowest"), _("Highest"), _("Mean"), _("Sum"), _("Readings"), _("Age of the newest")]
        rows = [_span_cells(line, record) for line in record.spans]
        shown = {**msgspec.structs.asdict(record), "station": plain_code(record.station), **fields}
        call.show_table(shown, headers, rows, empty=_("No readings in this time."))
    else:
        write_file(output, encode_spans_csv(record))
        written = {"file": str(output), "spans": len(record.spans), "source": record.source, **fields}
        call.show(written, lambda: print_text(_describe_written(len(record.spans), output)))
    _print_pruned_note(record, since)


def _describe_written(lines: int, file: Path) -> str:
    return ngettext("{n} line is in {file}.", "{n} lines are in {file}.", lines).format(n=lines, file=file)


def _print_pruned_note(record: SpansRecord, since: datetime) -> None:
    if record.by is RollUpSpan.MINUTE and record.values_from is not None and since < record.values_from:
        message = _("Before {time} only hours and days are kept; use --by hour.")
        print_error(message.format(time=format_moment(record.values_from)))


def _span_cells(line: SpanLine, record: SpansRecord) -> list[str]:
    def format_one(value: float) -> str:
        return format_value(record.parameter, value, unit=record.unit)

    return [
        format_moment(line.at),
        format_one(line.low),
        format_one(line.high),
        format_one(line.mean),
        format_one(line.total) if record.adds_up else "",
        str(line.count),
        format_age(timedelta(seconds=line.age_s)),
    ]
