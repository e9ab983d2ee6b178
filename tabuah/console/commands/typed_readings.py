"""`tabuah readings type` and `typed`: what a person has read from a gauge, kept here and sent with the next sync."""

from datetime import datetime, timedelta
from typing import Final

import click
import msgspec

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.parameters import Moment, PastMoment
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.console.reading_words import refusal_words
from tabuah.operations.stations.conversion import UnknownUnit, conversion_of
from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.typing_in import MAX_SOURCE_LENGTH, TypedReading, type_in
from tabuah.operations.stations.units import format_value, measurement_of
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.readings.typed import TypedOutcome

_SHOWN: Final = timedelta(days=7)


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """One typed reading: the record of `readings type --json`, and each of `readings typed --json`."""

    station: str
    parameter: str
    at: datetime
    value: float
    unit: str
    person: str
    source: str
    state: str  # waiting, taken, or refused
    reason: str = ""


class Number(click.ParamType[float]):
    """A number with a decimal point or a decimal comma."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number."""
        try:
            return float(str(value).replace(",", "."))
        except ValueError:
            self.fail(_("{value} is no number").format(value=value), param, ctx)


@click.command(
    "type",
    cls=TabuahCommand,
    help=N_("Keep a value that somebody has read; it goes to the server with the next sync."),
)
@click.argument("station", metavar="STATION")
@click.argument("parameter", metavar="PARAMETER")
@click.argument("value", type=Number(), metavar="VALUE")
@click.option("--unit", metavar="UNIT", help=N_("The unit of the value; else that of the parameter."))
@click.option("--at", type=PastMoment(), metavar="T", help=N_("When it was read (WIB); else now."))
@click.option("--source", required=True, metavar="TEXT", help=N_("How it is known: a staff gauge, a call …"))
@click.pass_obj
def type_command(
    call: Invocation,
    *,
    station: str,
    parameter: str,
    value: float,
    unit: str | None,
    at: datetime | None,
    source: str,
) -> int:
    """Keep a value that somebody has read."""
    if not source.strip() or len(source.strip()) > MAX_SOURCE_LENGTH:
        raise click.UsageError(_("--source must have 1 to {n} characters").format(n=MAX_SOURCE_LENGTH))
    with call.open_store() as store:
        known = _station(store, station)
        native = _native(known, parameter, value, unit)
        reading = Reading(known.code, parameter, at or store.now(), native)
        found = type_in(reading, station=known, person=store.actor, source=source, now=store.now())
        if isinstance(found, Doubt):
            raise click.UsageError(_("Nothing was kept: {reason}").format(reason=refusal_words(found.value)))
        with ReadingsStore(store.directory / FILE_NAME) as readings:
            readings.type_in([found])
    record = _record(TypedOutcome(typed=found, waits=True))
    call.show(record, lambda: say(_tell(found, record.unit)))
    return ExitCode.DONE


@click.command("typed", cls=TabuahCommand, help=N_("What people typed in here, and whether the server has taken it."))
@click.argument("station", metavar="[STATION]", required=False)
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (WIB); else a week ago."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Until when (WIB); else now."))
@click.pass_obj
def typed_command(call: Invocation, *, station: str | None, since: datetime | None, until: datetime | None) -> None:
    """List what was typed in."""
    with call.open_store() as store:
        now = store.now()
        with ReadingsStore(store.directory / FILE_NAME) as readings:
            code = station.strip().upper() if station else None
            found = readings.typed_between(code, since or now - _SHOWN, until or now + timedelta(days=1))
    records = [_record(each) for each in found]
    headers = [_("Time"), _("Station"), _("Value"), _("Typed in by"), _("Source"), _("State of sending")]
    call.show_table(records, headers, [_cells(each) for each in records], empty=_("Nothing was typed in."))
    for record in records:
        if record.state == "refused":
            words = _("{station}, {time}: {reason}")
            told = words.format(
                station=record.station, time=format_moment(record.at), reason=refusal_words(record.reason)
            )
            print_error(told)


def _station(store: ConsoleStore, text: str) -> Station:
    code = text.strip().upper()
    known = next((station for station in store.stations() if station.code == code), None)
    if known is None:
        raise click.UsageError(_("There is no station {code}; `tabuah station list` names all.").format(code=code))
    return known


def _native(station: Station, parameter: str, value: float, unit: str | None) -> float:
    """The value in the unit in which the station's parameter is kept."""
    if station.parameter(parameter) is None:
        known = ", ".join(each.code for each in station.parameters)
        raise click.UsageError(
            _("{station} does not measure {parameter}; it measures {known}").format(
                station=station.code, parameter=parameter, known=known
            )
        )
    try:
        return conversion_of(parameter, unit or "").apply(value)
    except UnknownUnit as error:
        message = _("{unit} cannot be made into {native}")
        raise click.UsageError(message.format(unit=unit, native=measurement_of(parameter).unit)) from error


def _record(outcome: TypedOutcome) -> Typed:
    reading = outcome.typed.reading
    return Typed(
        station=reading.station,
        parameter=reading.parameter,
        at=reading.at,
        value=reading.value,
        unit=measurement_of(reading.parameter).unit,
        person=outcome.typed.person,
        source=outcome.typed.source,
        state="waiting" if outcome.waits else "refused" if outcome.refused else "taken",
        reason=outcome.refused,
    )


def _tell(typed: TypedReading, unit: str) -> str:
    reading = typed.reading
    told = _("{station}: {value} at {time} is kept here and goes to the server with the next sync.")
    value = format_value(reading.parameter, reading.value, unit=unit)
    return told.format(station=reading.station, value=value, time=format_moment(reading.at))


def _cells(record: Typed) -> list[str]:
    states = {"waiting": _("waiting"), "refused": _("not taken"), "taken": _("with the server")}
    value = format_value(record.parameter, record.value, unit=record.unit)
    at = format_moment(record.at)
    return [at, record.station, value, record.person, record.source, states[record.state]]
