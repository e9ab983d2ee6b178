"""`tabuah gateway`: mappings are tried on recorded messages, and taken into force at the server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_json, print_table, print_text
from tabuah.operations.gateways.configuration import BadConfiguration, read_configuration
from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES
from tabuah.operations.gateways.recorded_message import KEPT_FOR, MappingTrial, RecordedMessage, try_mappings
from tabuah.operations.readings.reading import Doubt, PostedReading
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.gateway_administration import GatewayAdministration
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.file_errors import describe_file_error
from tabuah.text.gateways.mapping_trials import describe_mappings_in_force
from tabuah.text.readings.measurements import describe_doubt, format_value, parameter_name

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
_LONGEST_EXCERPT = 60

gateway_group = TabuahGroup("gateway", help=N_("Try mappings of gateways on recorded messages."))


@gateway_group.command("try", help=N_("Show the readings that a mapping file yields from a message; stores nothing."))
@click.argument("file", type=_FILE, metavar="FILE")
@click.argument("message", type=_FILE, metavar="[MESSAGE]", required=False)
@click.option("--topic", default="", metavar="TOPIC", help=N_("Topic of the message."))
@click.option(
    "--recorded", is_flag=True, help=N_("Try the messages of the server that yielded nothing; needs the server.")
)
@click.pass_obj
def try_command(call: Invocation, *, file: Path, message: Path | None, topic: str, recorded: bool) -> ExitCode:
    if recorded == (message is not None):
        raise click.UsageError(_("Give either a file with a message and its --topic, or --recorded."))
    if message is not None and not topic:
        raise click.UsageError(_("Give the --topic of the message."))
    mappings = _read_mappings(file)
    with call.open_store() as store:
        messages = _fetch(store) if message is None else (_message_of(message, topic),)
        stations = {station.code: station for station in store.stations()}
    trials = [(each, try_mappings(mappings, each)) for each in messages]
    if call.as_json:
        print_json([_trial_record(each, trial, stations) for each, trial in trials])
    else:
        for each, trial in trials:
            _print_trial(each, trial, stations)
        if not trials:
            print_text(_no_messages())
    return ExitCode.DONE if all(trial.is_read for _each, trial in trials) else ExitCode.REFUSED


@gateway_group.command("messages", help=N_("List the last messages of each mapping that yielded no reading."))
@click.option(
    "--save",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Write the messages to files."),
)
@click.option("--delete", "is_deleted", is_flag=True, help=N_("Delete the messages at the server afterwards."))
@click.pass_obj
def messages_command(call: Invocation, *, folder: Path | None, is_deleted: bool) -> None:
    with call.open_store() as store:
        found = _fetch(store)
        if is_deleted:
            with ConsoleSession(store).client as client:
                GatewayAdministration(client).forget_messages()
    files = _save(found, folder) if folder is not None else [""] * len(found)
    headers = [_("Received"), _("Gateway"), _("Topic"), _("Bytes"), _("Message")]
    rows = [
        [
            format_moment(each.received_at),
            each.mapping or _("none"),
            each.topic,
            format_number(len(each.payload)),
            file or _excerpt(each.payload),
        ]
        for each, file in zip(found, files, strict=True)
    ]
    records = [
        {
            "mapping": each.mapping,
            "topic": each.topic,
            "account": each.account,
            "received_at": each.received_at,
            "payload": each.payload.decode("utf-8", "replace"),
            "is_cut": each.is_cut,
            "file": file,
        }
        for each, file in zip(found, files, strict=True)
    ]
    call.show_table(records, headers, rows, empty=_no_messages())


@gateway_group.command("mappings", help=N_("Show the mappings that are in force at the server."))
@click.option("--save", "file", type=click.Path(path_type=Path, dir_okay=False), help=N_("Write them to a file."))
@click.option("--previous", is_flag=True, help=N_("Those before the last change."))
@click.pass_obj
def mappings_command(call: Invocation, *, file: Path | None, previous: bool) -> None:
    with call.open_store() as store, ConsoleSession(store).client as client:
        found = GatewayAdministration(client).mappings()
    text = found.previous if previous else found.text
    if file is not None:
        try:
            file.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            message = _("{file} cannot be written: {reason}")
            raise click.UsageError(message.format(file=file, reason=error)) from error
    empty = _("The server has no gateways.toml: it reads Tabuah's own topic only.")
    record = {"text": text, "digest": found.digest, "receives": found.receives, "file": str(file or "")}
    call.show(record, lambda: print_text(str(file) if file is not None else text.rstrip("\n") or empty))


@gateway_group.command("use", help=N_("Take a mapping file into force at the server, without a restart."))
@click.argument("file", type=_FILE, metavar="[FILE]", required=False)
@click.option("--previous", is_flag=True, help=N_("Go back to the mappings before the last change."))
@click.pass_obj
def use_command(call: Invocation, *, file: Path | None, previous: bool) -> None:
    if previous == (file is not None):
        raise click.UsageError(_("Give either a file or --previous."))
    if file is not None:
        _read_mappings(file)
    with call.open_store() as store, ConsoleSession(store).client as client:
        administration = GatewayAdministration(client)
        known = administration.mappings()
        text = file.read_text("utf-8-sig") if file is not None else known.previous
        reply = administration.replace_mappings(text, replaces=known.digest)
    names = [mapping.name for mapping in read_configuration(reply.text).mappings]
    record = {"mappings": names, "digest": reply.digest, "receives": reply.receives}
    call.show(record, lambda: print_text(describe_mappings_in_force(names, receives=reply.receives)))


def _no_messages() -> str:
    return _("Every message of the last {n} days yielded readings.").format(n=KEPT_FOR.days)


def _read_mappings(file: Path) -> Sequence[Any]:
    try:
        return read_configuration(file.read_text("utf-8-sig")).mappings
    except (BadConfiguration, OSError, UnicodeDecodeError) as error:
        raise click.UsageError(
            _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error))
        ) from error


def _message_of(file: Path, topic: str) -> RecordedMessage:
    try:
        with file.open("rb") as opened:
            payload = opened.read(MAX_PAYLOAD_BYTES + 1)
    except OSError as error:
        raise click.UsageError(_("{file} cannot be read: {reason}").format(file=file, reason=error)) from error
    return RecordedMessage(mapping="", topic=topic, payload=payload, received_at=datetime.now(UTC))


def _fetch(store: ConsoleStore) -> tuple[RecordedMessage, ...]:
    with ConsoleSession(store).client as client:
        return GatewayAdministration(client).messages()


def _save(messages: Sequence[RecordedMessage], folder: Path) -> list[str]:
    paths = [folder / f"{number:03}-{each.mapping or 'none'}.msg" for number, each in enumerate(messages, start=1)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, each in zip(paths, messages, strict=True):
            path.write_bytes(each.payload)
    except OSError as error:
        raise click.UsageError(_("{file} cannot be written: {reason}").format(file=folder, reason=error)) from error
    return [str(path) for path in paths]


def _excerpt(payload: bytes) -> str:
    return " ".join(payload[:_LONGEST_EXCERPT].decode("utf-8", "replace").split())


def _trial_record(message: RecordedMessage, trial: MappingTrial, stations: Mapping[str, Station]) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "mapping": trial.mapping,
        "readings": [
            {
                "station": each.reading.station,
                "parameter": each.reading.parameter,
                "at": each.reading.at,
                "value": each.reading.value,
                "registered": each.reading.station in stations,
            }
            for each in trial.posted
            if each.reading is not None
        ],
        "unread": [
            {"reason": each.doubt or Doubt.MALFORMED, "raw": each.raw}
            for each in trial.posted
            if each.reading is None
        ],
    }


def _print_trial(message: RecordedMessage, trial: MappingTrial, stations: Mapping[str, Station]) -> None:
    name = trial.mapping or _("no mapping matches the topic")
    print_text(f"{message.topic}: {name}")
    rows = [_cells(each, stations) for each in trial.posted]
    if rows:
        print_table([_("Station"), _("Parameter"), _("Time"), _("Value"), ""], rows)
    elif trial.mapping:
        print_text(_("The message has no readings."))


def _cells(posted: PostedReading, stations: Mapping[str, Station]) -> list[str]:
    reading = posted.reading
    if reading is None:
        return ["?", "", "", "", f"{describe_doubt(posted.doubt or Doubt.MALFORMED)} {posted.raw}"]
    known = "" if reading.station in stations else _("not registered")
    value = format_value(reading.parameter, reading.value)
    return [reading.station, parameter_name(reading.parameter), format_moment(reading.at), value, known]
