"""The `tabuah` command: a table of commands imported on demand, usage errors and exit codes."""

import os
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from tabuah.console.commands.command_classes import LazyCommand, LazyGroup
from tabuah.console.commands.exit_codes import ExitCode, exit_code_of
from tabuah.console.commands.invocation import print_error, requested_language, use_utf8_output
from tabuah.resources.localisation import N_, _, set_language

_HERE: Final = "tabuah.console.commands"

COMMANDS: Final[dict[str, LazyCommand]] = {
    "demo": LazyCommand(f"{_HERE}.demo:demo", N_("Play a storm: server, simulated sensors and a console")),
    "console": LazyCommand(f"{_HERE}.console_window:console", N_("Open the console's window")),
    "incident": LazyCommand(
        f"{_HERE}.incidents.incidents:incident_group",
        N_("Report, list and manage incidents"),
        extensions=(
            f"{_HERE}.incidents.incident_answers",
            f"{_HERE}.incidents.incident_attachments",
            f"{_HERE}.incidents.incident_changes",
            f"{_HERE}.incidents.incident_duplicates",
            f"{_HERE}.incidents.incident_performance",
            f"{_HERE}.incidents.incident_search",
            f"{_HERE}.incidents.incident_views",
        ),
    ),
    "pin": LazyCommand(f"{_HERE}.people.pin:pin_group", N_("The server that this console trusts")),
    "conflict": LazyCommand(f"{_HERE}.incidents.conflicts:conflict_group", N_("See and settle conflicts")),
    "held": LazyCommand(
        f"{_HERE}.sync.held_and_rejected:held_group", N_("Release or refuse entries held for a supervisor")
    ),
    "rejected": LazyCommand(
        f"{_HERE}.sync.held_and_rejected:rejected_group", N_("Resend or dismiss rejected entries")
    ),
    "station": LazyCommand(
        f"{_HERE}.stations.stations:station_group",
        N_("Stations and their latest readings"),
        extensions=(
            f"{_HERE}.stations.station_files",
            f"{_HERE}.stations.station_gateway",
            f"{_HERE}.stations.station_history",
            f"{_HERE}.stations.station_import",
            f"{_HERE}.stations.station_maintenance",
            f"{_HERE}.stations.station_registration",
            f"{_HERE}.stations.station_retirement",
            f"{_HERE}.stations.unregistered_stations",
        ),
    ),
    "unit": LazyCommand(
        f"{_HERE}.units.units:unit_group",
        N_("Units of the OPD: state and position"),
        extensions=(
            f"{_HERE}.units.unit_changes",
            f"{_HERE}.units.unit_gateway",
            f"{_HERE}.units.unit_check_ins",
            f"{_HERE}.units.unit_help",
            f"{_HERE}.units.run_cards",
            f"{_HERE}.units.coverage",
        ),
    ),
    "contact": LazyCommand(
        f"{_HERE}.contacts.contacts:contact_group",
        N_("Directory of contacts: offices, camat, wali nagari, media"),
        extensions=(f"{_HERE}.contacts.contact_changes", f"{_HERE}.contacts.contact_tables"),
    ),
    "aid": LazyCommand(
        f"{_HERE}.aid.aid:aid_group",
        N_("The ledger of needs and aid"),
        extensions=(f"{_HERE}.aid.aid_changes",),
    ),
    "disruption": LazyCommand(
        f"{_HERE}.disruptions.disruptions:disruption_group",
        N_("Closed roads and bridges, and outages"),
        extensions=(f"{_HERE}.disruptions.disruption_changes",),
    ),
    "shelter": LazyCommand(
        f"{_HERE}.shelters.shelters:shelter_group",
        N_("Shelters and posts with their evacuees"),
        extensions=(f"{_HERE}.shelters.shelter_changes",),
    ),
    "event": LazyCommand(
        f"{_HERE}.parent_events.events:event_group",
        N_("Parent events: one flood, many incidents"),
        extensions=(f"{_HERE}.parent_events.event_changes",),
    ),
    "call": LazyCommand(
        f"{_HERE}.calls.calls:call_group",
        N_("The call log: ghost, prank and information calls"),
        extensions=(f"{_HERE}.calls.call_changes",),
    ),
    "notice": LazyCommand(
        f"{_HERE}.notices.notices:notice_group",
        N_("Receipts of outgoing notices: who was notified, with which result"),
    ),
    "message": LazyCommand(
        f"{_HERE}.messages.messages:message_group",
        N_("Messages that come in by messengers, forms and e-mail"),
        extensions=tuple(
            f"{_HERE}.messages.{name}"
            for name in ("message_changes", "message_events", "message_answers", "message_trial")
        ),
    ),
    "clock": LazyCommand(f"{_HERE}.incidents.clocks:clock_group", N_("Time limits of incidents and tasks")),
    "task": LazyCommand(
        f"{_HERE}.tasks.tasks:task_group",
        N_("Tasks of incidents, and dispositions to an OPD"),
        extensions=(f"{_HERE}.tasks.task_changes",),
    ),
    "readings": LazyCommand(f"{_HERE}.readings.readings:readings_group", N_("Send and query readings")),
    "gateway": LazyCommand(
        f"{_HERE}.readings.gateway_mappings:gateway_group", N_("Try mappings of gateways on recorded messages")
    ),
    "forecast": LazyCommand(f"{_HERE}.forecast.forecasts:forecast_group", N_("River forecasts and their accuracy")),
    "rule": LazyCommand(f"{_HERE}.rules.rules:rule_group", N_("Rules that raise alarms")),
    "alarm": LazyCommand(
        f"{_HERE}.alarms.alarms:alarm_group",
        N_("Alarms: list, acknowledge, shelve, create an incident"),
        extensions=(f"{_HERE}.alarms.alarm_performance",),
    ),
    "report": LazyCommand(
        f"{_HERE}.reports.reports:report_group",
        N_("Reports and exports"),
        extensions=(f"{_HERE}.reports.after_action",),
    ),
    "map": LazyCommand(
        f"{_HERE}.map.maps:map_group",
        N_("Import layers, build and draw the map"),
        extensions=(
            f"{_HERE}.map.map_queries",
            f"{_HERE}.map.map_roads",
            f"{_HERE}.map.map_impact",
            f"{_HERE}.map.map_where",
        ),
    ),
    "feed": LazyCommand(f"{_HERE}.feeds.feeds:feed_group", N_("Read BMKG's feeds")),
    "earthquake": LazyCommand(f"{_HERE}.bulletins.bulletins:earthquake_group", N_("Earthquakes reported by BMKG")),
    "warning": LazyCommand(f"{_HERE}.bulletins.bulletins:warning_group", N_("BMKG's weather warnings")),
    "volcano": LazyCommand(
        f"{_HERE}.bulletins.bulletins:volcano_group", N_("Levels of Gunung Talang and other volcanoes")
    ),
    "exercise": LazyCommand(
        f"{_HERE}.exercises.exercises:exercise_group",
        N_("Start, end and wipe exercises"),
        extensions=(f"{_HERE}.exercises.exercise_replay",),
    ),
    "profile": LazyCommand(
        f"{_HERE}.regency.profiles:profile_group", N_("The profile of the regency: name, codes, time zone")
    ),
    "setup": LazyCommand(
        f"{_HERE}.regency.setup:setup_group", N_("Users, units, stations, rules and profile as one folder")
    ),
    "login": LazyCommand(f"{_HERE}.people.login:login", N_("Log in to a server and enrol this device")),
    "logout": LazyCommand(f"{_HERE}.people.account:logout", N_("Log out; unsent work stays here")),
    "password": LazyCommand(f"{_HERE}.people.account:password_command", N_("Replace the own password")),
    "policy": LazyCommand(f"{_HERE}.people.policy:policy", N_("Who may change which incidents")),
    "roster": LazyCommand(
        f"{_HERE}.roster.roster:roster_group",
        N_("The duty roster: who is on duty, by week"),
        extensions=(f"{_HERE}.roster.roster_changes", f"{_HERE}.roster.roster_files"),
    ),
    "shift": LazyCommand(
        f"{_HERE}.shifts.shifts:shift_group",
        N_("The shift on duty: log, promises, handover"),
        extensions=(f"{_HERE}.shifts.shift_changes", f"{_HERE}.shifts.handovers"),
    ),
    "deputy": LazyCommand(f"{_HERE}.people.deputies:deputy_group", N_("Name acting deputies for a stated time")),
    "device": LazyCommand(
        f"{_HERE}.people.device_retirement:device_group",
        N_("Hand over or retire this computer"),
        extensions=(f"{_HERE}.people.receipt_verification",),
    ),
    "second-factor": LazyCommand(
        f"{_HERE}.people.second_factor:second_factor_group", N_("A code in addition to the password")
    ),
    "status": LazyCommand(f"{_HERE}.sync.status:status", N_("State of this console and pending work")),
    "sync": LazyCommand(f"{_HERE}.sync.sync:sync", N_("Exchange changes with the server")),
    "data-saver": LazyCommand(f"{_HERE}.sync.data_saver:data_saver", N_("Reduce data use on a metered connection")),
    "retention": LazyCommand(f"{_HERE}.readings.retention:retention", N_("Retention of readings on this console")),
    "bundle": LazyCommand(
        f"{_HERE}.sync.bundles:bundle_group", N_("Transfer unsynced work as a file, by USB or chat")
    ),
    "backup": LazyCommand(f"{_HERE}.backup:backup", N_("Save a verified copy of this console's data")),
    "restore": LazyCommand(
        f"{_HERE}.backup:restore", N_("Restore a backup of a console into an empty data directory")
    ),
    "keys": LazyCommand(f"{_HERE}.keys:keys", N_("The keys of the window, and a key card to print")),
    "doctor": LazyCommand(f"{_HERE}.doctor:doctor", N_("Check a console or a server and advise what to do")),
    "audit": LazyCommand(f"{_HERE}.audit:audit_group", N_("Verify the journal")),
    "server": LazyCommand(
        f"{_HERE}.server.server:server_group",
        N_("Run and administer the central server"),
        extensions=(f"{_HERE}.server.user_accounts", f"{_HERE}.server.device_receipts"),
    ),
    "simulate": LazyCommand(f"{_HERE}.simulate:simulate", N_("Send simulated readings to a server")),
}


@click.command(
    cls=LazyGroup,
    lazy=COMMANDS,
    name="tabuah",
    help=N_("Tabuah, the operations console of a regency: sensors, alarms, incidents and reports."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="tabuah", message="%(prog)s %(version)s", help=N_("Show the version and exit."))
def root_group() -> None:
    """The root command."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    use_utf8_output()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    wanted = requested_language(arguments, os.environ)
    if wanted:
        set_language(wanted)
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run a command line; expected errors print one sentence, bugs keep their traceback.

    Returns:
        The exit code.
    """
    try:
        result = root_group.main(list(arguments), prog_name="tabuah", standalone_mode=False)
    except click.ClickException as error:
        print_usage_error(error)
        return error.exit_code if error.exit_code != 1 else ExitCode.BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        print_error(_("Stopped."))
        return 130
    except BrokenPipeError:
        return _abandon_output()
    except Exception as error:
        code = exit_code_of(error)
        if code is ExitCode.BUG:
            raise
        from tabuah.text.errors import describe_error  # loads operations, which not every command needs

        print_error(_("Error: {message}").format(message=describe_error(error)))
        return code
    return result if isinstance(result, int) else ExitCode.DONE


def _abandon_output() -> int:
    """Discard further output after the reader closed the pipe, as `head` does, also at interpreter exit."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives until the process ends
    return ExitCode.DONE


_QUOTED: Final = re.compile("'(.*)'")


def print_usage_error(error: click.ClickException) -> None:
    """Print a usage error and where to find help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print_error(error.format_message())
        return
    print_error(_("Error: {message}").format(message=_describe_error(error)))
    context = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and context is not None:
        print_error(_("Help: {command} --help").format(command=context.command_path))


def _describe_error(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return _add_suggestions(_("there is no option {name}").format(name=error.option_name), error)
        case click.MissingParameter():
            return _("{name} is missing").format(name=_parameter_name(error))
        case click.BadParameter() if error.param is not None:
            return f"{_parameter_name(error)}: {_describe_value_error(error, error.param.type)}"
        case click.BadOptionUsage():
            takes = _("{name} needs a value") if "requires" in error.message else _("{name} takes no value")
            return takes.format(name=error.option_name)
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(context.command, click.Group):
        return _describe_unknown_command(error, context, context.command)
    if "extra argument" in error.message:
        return _("unexpected arguments: {extra}").format(extra=_extra_arguments(error.message))
    return error.format_message()


def _describe_value_error(error: click.BadParameter, kind: click.ParamType[Any]) -> str:
    """Describe an invalid value; click's own types need translation, ours are translated already."""
    match kind:
        case click.Choice():
            return _("choose one of: {choices}").format(choices=", ".join(map(str, kind.choices)))
        case click.IntRange(min=int() as low, max=int() as high):
            return _("write a whole number from {low} to {high}").format(low=low, high=high)
        case click.IntRange(min=int() as low):
            return _("write a whole number, at least {low}").format(low=low)
        case click.types.IntParamType():
            return _("write a whole number")
        case click.types.FloatParamType():
            return _("write a number with a decimal point")
        case click.DateTime():
            return _("write a date like 2026-11-24")
        case click.Path() | click.File():
            return _describe_path_error(error.message)
    return error.message


def _describe_path_error(message: str) -> str:
    path = "".join(_QUOTED.findall(message)[:1])
    if "does not exist" in message:
        return _("there is no {path}").format(path=path)
    if "is a directory" in message:
        return _("{path} is a folder").format(path=path)
    if "is a file" in message:
        return _("{path} is a file, not a folder").format(path=path)
    return _("{path} cannot be read or written").format(path=path)


def _extra_arguments(message: str) -> str:
    return message.partition("(")[2].rpartition(")")[0]


def _describe_unknown_command(error: click.ClickException, context: click.Context, group: click.Group) -> str:
    name = getattr(error, "command_name", "")
    names = ", ".join(group.list_commands(context))
    return _("there is no command {name}; there are: {names}").format(name=name, names=names)


def _parameter_name(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return str(error.param_hint or "")
    if isinstance(param, click.Option):
        return "/".join(param.opts)
    return param.human_readable_name


def _add_suggestions(message: str, error: click.NoSuchOption) -> str:
    return f"{message} ({', '.join(error.possibilities)}?)" if error.possibilities else message
