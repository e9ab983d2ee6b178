"""`tabuah server`: run the central server, import bundles, and administer users and devices."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from click.core import ParameterSource
from msgspec.structs import replace

from tabuah.console.commands.command_classes import TabuahCommand, TabuahGroup
from tabuah.console.commands.invocation import Invocation, default_directory, print_error, print_text, shared_options
from tabuah.console.commands.server.backup import (
    backup_command,
    backup_key_command,
    backups_command,
    restore_command,
)
from tabuah.console.commands.server.configuration import config_command, options_with_file
from tabuah.console.commands.server.data_directory import open_server_journal, server_directory
from tabuah.console.commands.server.data_owner import refuse_root
from tabuah.console.commands.server.handback import handback_command
from tabuah.console.commands.server.holidays import holiday_group
from tabuah.console.commands.server.install_service import install_service_command
from tabuah.console.commands.server.mailboxes import messages_group
from tabuah.console.commands.server.migrate import migrate_command
from tabuah.console.commands.server.notices import notices_group
from tabuah.console.commands.server.personal_data import personal_group
from tabuah.console.commands.server.profile import profile_command
from tabuah.console.commands.server.rotate_key import rotate_key_command
from tabuah.console.commands.server.security_log import log_group
from tabuah.console.commands.server.server_options import server_options
from tabuah.console.commands.server.tls import tls_group
from tabuah.console.commands.server.users_and_devices import device_group, user_group
from tabuah.console.commands.server.webhooks import webhooks_group
from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from tabuah.server.bundles.bundle_import import BundleImportResult
    from tabuah.server.bundles.quarantine import QuarantinedEntries
    from tabuah.server.read_only_service import ReadOnlyService
    from tabuah.server.service import ServerService, ServerSettings


_FULL_COLLECTION_THRESHOLD: Final = 1_000  # a hundredth as often as by default
_REASONS: Final = {
    "unknown_device": "until the device is enrolled",
    "device_not_approved": "until the device is approved: tabuah server device approve {device}",
    "gap": "until the entries before them come",
}


@click.command("bundle-import", cls=TabuahCommand, help=N_("Import a bundle; entries that must wait are kept."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.pass_obj
def bundle_import_command(invocation: Invocation, file: Path, database: str) -> None:
    from tabuah.server.bundles.bundle_import import import_bundle

    with open_server_journal(invocation, database=database) as journal:
        imported = import_bundle(journal, file)
    invocation.show(imported, lambda: print_text(_describe_import(imported)))
    for waiting in imported.waiting:
        print_error(_describe_deferred(waiting))
    if imported.forked:
        message = _("{n} entries were left out: a copy of their device wrote other ones. Its user must sync himself.")
        print_error(message.format(n=imported.forked))
    if imported.unreadable:
        message = _("{n} photos cannot be read: they were sealed for others, or were altered.")
        print_error(message.format(n=imported.unreadable))


def _describe_import(imported: "BundleImportResult") -> str:
    message = _("{file}: {admitted} entries admitted, {photos} new photos.")
    return message.format(file=imported.file, admitted=imported.admitted, photos=imported.photos)


def _describe_deferred(waiting: "QuarantinedEntries") -> str:
    reason = _(_REASONS.get(waiting.reason, "for another reason: {reason}"))
    message = _("{n} entries of device {device} wait here {reason}")
    return message.format(
        n=waiting.entries, device=waiting.device, reason=reason.format(device=waiting.device, reason=waiting.reason)
    )


class ServerGroup(TabuahGroup):
    """Group that runs the server when no command follows."""

    def __init__(self, name: str, **attributes: Any) -> None:
        attributes["params"] = [*(attributes.get("params") or []), *shared_options()]
        super().__init__(name, invoke_without_command=True, **attributes)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, _("[OPTIONS] | COMMAND [ARGUMENTS] …"), prefix=_("Usage:") + " ")


class ServerReady(msgspec.Struct, frozen=True, kw_only=True):
    """Record printed with `--json` once the server listens."""

    url: str
    server: str
    data: str
    enrolment: str
    pid: int
    broker: str = ""


class ServerInitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server init --json`; `created` is false where a server already existed."""

    server: str
    data: str
    created: bool


class FeedsFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server feeds --json`; `created` is false where the file already existed."""

    file: str
    created: bool
    feeds: tuple[str, ...]


@click.group("server", cls=ServerGroup, help=N_("Run the central server, or administer its users and devices."))
@server_options
@click.option("--clock-is-right", is_flag=True, help=N_("Start although the journal has records of a later time."))
@click.pass_context
def server_group(ctx: click.Context, /, data_directory: Path | None, as_json: bool, **options: Any) -> None:
    """Run the server, unless a command follows."""
    if ctx.invoked_subcommand is not None:
        for param in ctx.command.params:
            if ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE:
                raise click.BadParameter(_("put the options behind the command"), ctx=ctx, param=param)
        return
    from tabuah.server.configuration import read_configuration
    from tabuah.server.logs import log_output

    invocation = Invocation(data=data_directory or default_directory(os.environ), as_json=as_json)
    directory = server_directory(invocation)
    refuse_root(directory)
    configuration = read_configuration(directory)
    settings = _make_settings(directory, options_with_file(ctx, options, configuration, directory))
    settings = replace(
        settings, backup=configuration.backup, personal=configuration.personal, accounts=configuration.accounts
    )
    with log_output(configuration.log, directory):
        _run_server(invocation, settings)


server_group.add_command(user_group)
server_group.add_command(device_group)
server_group.add_command(bundle_import_command)
server_group.add_command(config_command)
server_group.add_command(backup_command)
server_group.add_command(backups_command)
server_group.add_command(personal_group)
server_group.add_command(migrate_command)
server_group.add_command(rotate_key_command)
server_group.add_command(install_service_command)
server_group.add_command(backup_key_command)
server_group.add_command(restore_command)
server_group.add_command(log_group)
server_group.add_command(handback_command)
server_group.add_command(tls_group)
server_group.add_command(profile_command)
server_group.add_command(holiday_group)
server_group.add_command(notices_group)
server_group.add_command(messages_group)
server_group.add_command(webhooks_group)


@server_group.command("init", help=N_("Prepare a server directory: key, journal and default rules."))
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help=N_("Profile of the regency, regency.toml or its folder; default: that of Kabupaten Solok."),
)
@click.pass_obj
def init(invocation: Invocation, database: str, profile: Path | None) -> None:
    """Create a journal; an existing one stays unchanged."""
    from tabuah.server.administration import write_initial_rules
    from tabuah.server.people.user_changes import ADMINISTRATOR
    from tabuah.server.regency.journal_profile import change_profile
    from tabuah.storage.regency.profile_file import read_profile

    chosen = read_profile(profile) if profile else None
    with open_server_journal(invocation, database=database, create=True) as journal:
        if chosen is not None:
            change_profile(journal, chosen, actor=ADMINISTRATOR)
        created = write_initial_rules(journal) > 0
        found = ServerInitRecord(server=journal.server_id, data=str(journal.directory.path), created=created)
    begun = _("The server's data is ready in {directory}.") if created else _("{directory} already has a server.")
    invocation.show(found, lambda: print_text(begun.format(directory=found.data)))


@server_group.command("feeds", help=N_("Write the file that describes the feeds."))
@click.pass_obj
def feeds(invocation: Invocation) -> None:
    """Write a sample `feeds.toml`; an existing one stays unchanged."""
    from tabuah.operations.feeds.sources import FILE_NAME
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.feeds.sources import load_feed_sources, write_sample_sources

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    written = write_sample_sources(directory.path)
    found = load_feed_sources(directory.path)
    file = written or directory.path / FILE_NAME
    message = _("{file} describes the feeds.") if written else _("{file} already exists and is valid.")
    facts = FeedsFileRecord(file=str(file), created=written is not None, feeds=tuple(f.name for f in found.feed))
    invocation.show(facts, lambda: print_text(message.format(file=file)))


def _make_settings(directory: Path, options: dict[str, Any]) -> "ServerSettings":
    from tabuah.operations.readings.authorship import AgeLimits
    from tabuah.server.limits.load_limits import LOOPBACK_PROXIES, LoadLimits
    from tabuah.server.mqtt.address import parse_broker
    from tabuah.server.people.enrolment import EnrolmentPolicy
    from tabuah.server.service import ServerSettings
    from tabuah.server.tls.server_tls import address_in

    address = address_in(
        directory,
        host=options["host"],
        port=options["port"],
        certificate=options["certificate"],
        key=options["key"],
    )
    enrolment = EnrolmentPolicy(options["enrolment"]) if options["enrolment"] else None
    return ServerSettings(
        directory=directory,
        address=address,
        database=options["database"],
        enrolment=enrolment,
        broker=parse_broker(options["mqtt"]) if options["mqtt"] else None,
        feeds=options["feeds"],
        checks_clock=not options["clock_is_right"],
        limits=LoadLimits(trusted_proxies=options["trusted_proxies"] or LOOPBACK_PROXIES),
        reading_ages=AgeLimits(gateway=timedelta(days=options["reading_days"])),
    )


def _run_server(invocation: Invocation, settings: "ServerSettings") -> None:
    from tabuah.server.administration import write_initial_rules
    from tabuah.server.database.engine import FILE_NAME as JOURNAL_FILE
    from tabuah.server.disk_space import has_space
    from tabuah.server.limits.connections import raise_open_files_limit
    from tabuah.server.read_only_service import ReadOnlyService
    from tabuah.server.service import ServerService
    from tabuah.server.steady_clock import SteadyClock

    raise_open_files_limit()
    is_announced = False
    if (settings.directory / JOURNAL_FILE).exists() and not has_space(settings.directory):
        waiting = ReadOnlyService(settings)
        print_error(_("The disk is full or read-only: everything can be read, and nothing is accepted."))
        waiting.run(lambda url: _print_ready(invocation, waiting, url))
        if not waiting.found_space:
            return
        is_announced = True
        settings = replace(settings, address=replace(settings.address, port=waiting.port))
    service = ServerService(settings, clock=SteadyClock(settings.directory), prepare=write_initial_rules)
    limit_collection_pauses()
    with _close_on_error(service):
        service.run(None if is_announced else lambda url: _print_ready(invocation, service, url))


def limit_collection_pauses() -> None:
    """Keep full garbage collections from pausing the running server; call once, after loading its data.

    A full collection stops all threads: 100 to 150 ms while entries arrive. Modules and the state loaded
    at the start live as long as the process, so they are frozen out. Younger objects are collected as
    often as before; reference counts free nearly all of them.
    """
    gc.collect()
    gc.freeze()
    young, middle, _old = gc.get_threshold()
    gc.set_threshold(young, middle, _FULL_COLLECTION_THRESHOLD)


@contextmanager
def _close_on_error(service: "ServerService") -> Iterator[None]:
    try:
        yield
    except BaseException:
        service.close()
        raise


def _print_ready(invocation: Invocation, service: "ServerService | ReadOnlyService", url: str) -> None:
    from tabuah.server.service_unit import notify_ready

    notify_ready()
    directory = str(service.settings.directory)
    mqtt_source = getattr(service, "mqtt_source", None)
    broker = mqtt_source.health().broker if mqtt_source is not None else ""
    if invocation.as_json:
        ready = ServerReady(
            url=url,
            server=service.journal.server_id,
            data=directory,
            enrolment=service.settings.policy.value,
            pid=os.getpid(),
            broker=broker,
        )
        click.echo(msgspec.json.encode(ready).decode())
        return
    if not service.journal.authority.users:
        print_text(_describe_user_add(directory))
    print_text(_("Tabuah serves {directory} at {url} (stop with Ctrl+C)").format(directory=directory, url=url))
    if broker:
        print_text(_("Gateways send readings through {broker}").format(broker=broker))


def _describe_user_add(directory: str) -> str:
    message = _("There are no users yet. Add one: {command}")
    return message.format(command=f"tabuah server user add NAME --role ROLE --opd OPD --data {directory}")
