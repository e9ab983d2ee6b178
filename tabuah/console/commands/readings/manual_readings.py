"""`tabuah readings add` and `readings manual`: manual readings, kept here and sent with the next sync."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import click
import msgspec

from tabuah.console.commands.command_classes import Moment, PastMoment, TabuahCommand
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.stations.stations import find_station
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import InWorld, plain_code, world_of_code
from tabuah.operations.readings.measurements import UnknownUnit, conversion_of, measurement_of
from tabuah.operations.readings.reading import MAX_SOURCE_LENGTH, Doubt, ManualReading, Reading, make_manual_reading
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.readings.manual_readings import ManualReadingOutcome
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json, exercises_by_id, scope_mark
from tabuah.text.readings.corrections import missing_reason_text
from tabuah.text.readings.measurements import describe_refusal_code, format_value

_DEFAULT_PERIOD: Final = timedelta(days=7)


class ManualReadingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a manual reading for `readings add --json` and `readings manual --json`."""

    station: str
    parameter: str
    at: datetime
    value: float
    unit: str
    person: str
    source: str
    state: str  # waiting, taken or refused
    reason: str = ""
    correction_reason: str = ""
    exercise: str | None = None
    exercise_id: str | None = None


class DecimalNumber(click.ParamType[float]):
    """A number with a decimal point or a decimal comma."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return float(str(value).replace(",", "."))
        except ValueError:
            self.fail(_("{value} is not a number").format(value=value), param, ctx)


@click.command(
    "add",
    cls=TabuahCommand,
    help=N_("Enter a manual reading; it is sent to the server with the next sync."),
)
@click.argument("station", metavar="STATION")
@click.argument("parameter", metavar="PARAMETER")
@click.argument("value", type=DecimalNumber(), metavar="VALUE")
@click.option("--unit", metavar="UNIT", help=N_("Unit of the value; default: that of the parameter."))
@click.option("--at", type=PastMoment(), metavar="T", help=N_("Time of the reading (local time); default: now."))
@click.option("--source", required=True, metavar="TEXT", help=N_("Source of the value: a staff gauge, a call …"))
@click.option("--reason", default="", metavar="TEXT", help=N_("Why a stored value is corrected; required for that."))
@exercise_option
@click.pass_obj
def add_command(
    call: Invocation,
    *,
    station: str,
    parameter: str,
    value: float,
    unit: str | None,
    at: datetime | None,
    source: str,
    reason: str,
    worlds: ChosenWorlds,
) -> int:
    if not source.strip() or len(source.strip()) > MAX_SOURCE_LENGTH:
        raise click.UsageError(_("--source must have 1 to {n} characters").format(n=MAX_SOURCE_LENGTH))
    if len(reason.strip()) > MAX_SOURCE_LENGTH:
        raise click.UsageError(_("--reason may have {n} characters").format(n=MAX_SOURCE_LENGTH))
    with call.open_store() as store:
        known = find_station(store.stations(), station, worlds.scope(store))
        native = _convert_to_native(known, parameter, value, unit)
        # minutes as shown, so that a second entry for the same minute corrects this one
        reading = Reading(known.code, parameter, at or store.now().replace(second=0, microsecond=0), native)
        found = make_manual_reading(
            reading, station=known, person=store.actor, source=source, now=store.now(), reason=reason
        )
        if isinstance(found, Doubt):
            raise click.UsageError(_("Nothing was saved: {reason}").format(reason=describe_refusal_code(found.value)))
        with ReadingsStore(store.directory / FILE_NAME) as readings:
            require_reason(readings, [found.reading], reason)
            readings.store_manual_readings([found])
        exercises = exercises_by_id(store.exercises())
    record = _make_record(ManualReadingOutcome(manual=found, waits=True), known, exercises)
    call.show(record, lambda: print_text(_describe_saved(found, record.unit)))
    return ExitCode.DONE


@click.command("manual", cls=TabuahCommand, help=N_("List manual readings and whether the server has accepted them."))
@click.argument("station", metavar="[STATION]", required=False)
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (local time); default: a week ago."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Until when (local time); default: now."))
@scope_options
@click.pass_obj
def list_command(
    call: Invocation, *, station: str | None, since: datetime | None, until: datetime | None, worlds: ChosenWorlds
) -> None:
    with call.open_store() as store:
        now, scope = store.now(), worlds.scope(store)
        stations = {each.code: each for each in store.stations()}
        known = exercises_by_id(store.exercises())
        with ReadingsStore(store.directory / FILE_NAME) as readings:
            found = readings.manual_readings_between(
                None, since or now - _DEFAULT_PERIOD, until or now + timedelta(days=1)
            )
    wanted = station.strip().upper() if station else ""
    records = [
        record
        for each in found
        if scope.has(world := world_of_code(each.manual.reading.station, stations))
        and wanted in ("", (record := _make_record(each, world, known)).station, each.manual.reading.station.upper())
    ]
    headers = [_("Time"), _("Station"), _("Value"), _("Entered by"), _("Source"), _("State"), ""]
    call.show_table(records, headers, [_cells(each) for each in records], empty=_("There are no manual readings."))
    for record in records:
        if record.state == "refused":
            words = _("{station}, {time}: {reason}")
            message = words.format(
                station=record.station, time=format_moment(record.at), reason=describe_refusal_code(record.reason)
            )
            print_error(message)


def require_reason(store: ReadingsStore, readings: Iterable[Reading], reason: str) -> None:
    """Require a reason for a reading that changes a stored value.

    Raises:
        click.UsageError: a reading changes a stored value, and there is no reason.
    """
    known = None if reason.strip() else next(store.corrections.replaced_by(readings), None)
    if known is not None:
        raise click.UsageError(f"{missing_reason_text(known)} (--reason)")


def _convert_to_native(station: Station, parameter: str, value: float, unit: str | None) -> float:
    """Convert the value to the unit in which the station's parameter is stored."""
    if station.parameter(parameter) is None:
        known = ", ".join(each.code for each in station.parameters)
        raise click.UsageError(
            _("{station} does not measure {parameter}; it measures {known}").format(
                station=plain_code(station.code), parameter=parameter, known=known
            )
        )
    try:
        return conversion_of(parameter, unit or "").apply(value)
    except UnknownUnit as error:
        message = _("{unit} cannot be converted to {native}")
        raise click.UsageError(message.format(unit=unit, native=measurement_of(parameter).unit)) from error


def _make_record(outcome: ManualReadingOutcome, world: InWorld, known: Mapping[str, Exercise]) -> ManualReadingRecord:
    reading = outcome.manual.reading
    return ManualReadingRecord(
        station=plain_code(reading.station),
        parameter=reading.parameter,
        at=reading.at,
        value=reading.value,
        unit=measurement_of(reading.parameter).unit,
        person=outcome.manual.person,
        source=outcome.manual.source,
        state="waiting" if outcome.waits else "refused" if outcome.refused else "taken",
        reason=outcome.refused,
        correction_reason=outcome.manual.reason,
        exercise=exercise_json(world, known),
        exercise_id=exercise_id_json(world),
    )


def _describe_saved(typed: ManualReading, unit: str) -> str:
    reading = typed.reading
    message = _("{station}: {value} at {time} is saved here and will be sent with the next sync.")
    value = format_value(reading.parameter, reading.value, unit=unit)
    return message.format(station=plain_code(reading.station), value=value, time=format_moment(reading.at))


def _cells(record: ManualReadingRecord) -> list[str]:
    states = {"waiting": _("waiting"), "refused": _("rejected"), "taken": _("received by the server")}
    value = format_value(record.parameter, record.value, unit=record.unit)
    at = format_moment(record.at)
    return [
        at,
        record.station,
        value,
        record.person,
        record.source,
        states[record.state],
        scope_mark(record.exercise),
    ]
