"""The `tabuah` command: a table of commands that are imported when they are run, and how a run ends."""

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from tabuah.console.commands.exit_codes import ExitCode, exit_code_of
from tabuah.console.commands.invocation import language_wanted
from tabuah.console.commands.output import print_error, speak_utf8
from tabuah.console.commands.speaking import LazyCommand, LazyGroup
from tabuah.console.commands.usage import tell_usage_error
from tabuah.resources.catalogue import N_, _, set_language

_HERE: Final = "tabuah.console.commands"

COMMANDS: Final[dict[str, LazyCommand]] = {
    "demo": LazyCommand(f"{_HERE}.demo:demo", N_("Play a storm: server, simulated sensors and a console")),
    "console": LazyCommand(f"{_HERE}.window:console", N_("Open the console's window")),
    "incident": LazyCommand(f"{_HERE}.incident_commands:incident_group", N_("Report, list and work incidents")),
    "conflict": LazyCommand(f"{_HERE}.conflicts:conflict_group", N_("See and settle conflicts")),
    "held": LazyCommand(f"{_HERE}.held:held_group", N_("Release or refuse what is held for a supervisor")),
    "rejected": LazyCommand(f"{_HERE}.rejected:rejected_group", N_("Send rejected changes again or set them aside")),
    "station": LazyCommand(f"{_HERE}.station_commands:station_group", N_("Stations and their newest readings")),
    "unit": LazyCommand(f"{_HERE}.unit_commands:unit_group", N_("Units of the OPD: what they do and where they are")),
    "readings": LazyCommand(f"{_HERE}.readings:readings_group", N_("Send and query readings")),
    "forecast": LazyCommand(f"{_HERE}.forecasts:forecast_group", N_("Forecasts of rivers, and how good they are")),
    "rule": LazyCommand(f"{_HERE}.rules:rule_group", N_("Rules that raise alarms")),
    "alarm": LazyCommand(
        f"{_HERE}.alarm_commands:alarm_group", N_("Alarms: list, acknowledge, shelve, make an incident")
    ),
    "report": LazyCommand(f"{_HERE}.reports:report_group", N_("Reports and exports")),
    "map": LazyCommand(f"{_HERE}.map_commands:map_group", N_("Import layers, build and draw the map")),
    "feed": LazyCommand(f"{_HERE}.feeds:feed_group", N_("Read BMKG's feeds")),
    "earthquake": LazyCommand(f"{_HERE}.bulletins:earthquake_group", N_("Earthquakes that BMKG told of")),
    "warning": LazyCommand(f"{_HERE}.bulletins:warning_group", N_("BMKG's weather warnings")),
    "volcano": LazyCommand(f"{_HERE}.bulletins:volcano_group", N_("The level of Gunung Talang and other volcanoes")),
    "login": LazyCommand(f"{_HERE}.login:login", N_("Log in to a server and enrol this device")),
    "status": LazyCommand(f"{_HERE}.status:status", N_("What this console holds and what waits")),
    "sync": LazyCommand(f"{_HERE}.sync:sync", N_("Exchange changes with the server")),
    "data-saver": LazyCommand(f"{_HERE}.data_saver:data_saver", N_("Spare a slow or dear line")),
    "keeping": LazyCommand(f"{_HERE}.keeping:keeping", N_("How long this console keeps readings")),
    "bundle": LazyCommand(f"{_HERE}.bundles:bundle_group", N_("Carry work from hand to hand, by USB or chat")),
    "backup": LazyCommand(f"{_HERE}.backup:backup", N_("Save a verified copy of this console's data")),
    "doctor": LazyCommand(f"{_HERE}.doctor:doctor", N_("Check this console and say what to do")),
    "server": LazyCommand(f"{_HERE}.server:server_group", N_("Run and administer the central server")),
    "simulate": LazyCommand(f"{_HERE}.simulate:simulate", N_("Send simulated readings to a server")),
}


@click.command(
    cls=LazyGroup,
    lazy=COMMANDS,
    name="tabuah",
    help=N_("Tabuah, the operations console of Kabupaten Solok: sensors, alarms, incidents and reports."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="tabuah", message="%(prog)s %(version)s", help=N_("Show the version and exit."))
def root() -> None:
    """The root of all commands."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and exit with its code."""
    speak_utf8()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    wanted = language_wanted(arguments, os.environ)
    if wanted:
        set_language(wanted)
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run a command line; expected errors are told in one sentence, bugs keep their traceback.

    Returns:
        The exit code.
    """
    try:
        result = root.main(list(arguments), prog_name="tabuah", standalone_mode=False)
    except click.ClickException as error:
        tell_usage_error(error)
        return error.exit_code if error.exit_code != 1 else ExitCode.BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        print_error(_("Stopped."))
        return 130
    except BrokenPipeError:
        return _leave_pipe()
    except Exception as error:
        code = exit_code_of(error)
        if code is ExitCode.BUG:
            raise
        print_error(_("Error: {message}").format(message=error))
        return code
    return result if isinstance(result, int) else ExitCode.DONE


def _leave_pipe() -> int:
    """The reader of our output has gone, as `head` does: say no more, also not at the interpreter's end."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives until the process ends
    return ExitCode.DONE
