"""`tabuah server`: run the central server, and administer its users and devices whether it runs or not."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from click.core import ParameterSource

from tabuah.console.commands.invocation import Invocation, default_directory, shared_options
from tabuah.console.commands.output import say
from tabuah.console.commands.server_administration import device_group, user_group
from tabuah.console.commands.server_bundles import bundle_import
from tabuah.console.commands.server_data import opened_journal, server_directory
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_, _

if TYPE_CHECKING:
    from tabuah.server.service import ServerService, ServerSettings

DEFAULT_PORT: Final = 8410


class ServerGroup(TabuahGroup):
    """Runs the server when no command follows."""

    def __init__(self, name: str, **attributes: Any) -> None:
        attributes["params"] = [*(attributes.get("params") or []), *shared_options()]
        super().__init__(name, invoke_without_command=True, **attributes)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        formatter.write_usage(ctx.command_path, _("[OPTIONS] | COMMAND [ARGUMENTS] …"), prefix=_("Usage:") + " ")


class ServerReady(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed with `--json` once the server listens."""

    url: str
    server: str
    data: str
    enrolment: str
    pid: int
    broker: str = ""


class ServerInitialised(msgspec.Struct, frozen=True, kw_only=True):
    """What `server init --json` prints; `created` is false where there was a server already."""

    server: str
    data: str
    created: bool


class FeedsDescribed(msgspec.Struct, frozen=True, kw_only=True):
    """What `server feeds --json` prints; `created` is false where there was a file already."""

    file: str
    created: bool
    feeds: tuple[str, ...]


@click.group("server", cls=ServerGroup, help=N_("Run the central server, or administer its users and devices."))
@click.option("--host", default="127.0.0.1", metavar="HOST", help=N_("Where to listen; 127.0.0.1 is this machine."))
@click.option("--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, metavar="N", help=N_("Port; 8410."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.option(
    "--mqtt",
    default="",
    envvar="TABUAH_MQTT",
    metavar="URL",
    help=N_("Take readings from a broker, mqtt://USER:PASSWORD@HOST:PORT or mqtts://, or be one: embedded[:PORT]."),
)
@click.option("--feeds", is_flag=True, help=N_("Ask the feeds of BMKG, as feeds.toml in the data directory says."))
@click.option(
    "--enrolment",
    type=click.Choice(["open", "approve"]),
    help=N_("Let new devices in at once, or after approval; else open on this machine only."),
)
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help=N_("Certificate for HTTPS."))
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help=N_("The certificate's private key."))
@click.pass_context
def server_group(ctx: click.Context, /, data_directory: Path | None, as_json: bool, **options: Any) -> None:
    """Run the server, unless a command follows."""
    if ctx.invoked_subcommand is not None:
        for param in ctx.command.params:
            if ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE:
                raise click.BadParameter(_("put the options behind the command"), ctx=ctx, param=param)
        return
    invocation = Invocation(data=data_directory or default_directory(os.environ), as_json=as_json)
    _run_server(invocation, _settings_of(server_directory(invocation), options))


server_group.add_command(user_group)
server_group.add_command(device_group)
server_group.add_command(bundle_import)


@server_group.command("init", help=N_("Prepare a directory for a server: its key, its journal and the first rules."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def init(invocation: Invocation, database: str) -> None:
    """Begin a journal; does nothing where there is one."""
    from tabuah.server.administration import write_first_rules

    with opened_journal(invocation, database=database, create=True) as journal:
        created = write_first_rules(journal) > 0
        found = ServerInitialised(server=journal.server_id, data=str(journal.directory.path), created=created)
    begun = _("The server's data is ready in {directory}.") if created else _("{directory} holds a server already.")
    invocation.show(found, lambda: say(begun.format(directory=found.data)))


@server_group.command("feeds", help=N_("Write the file in which the feeds are described."))
@click.pass_obj
def feeds(invocation: Invocation) -> None:
    """Write `feeds.toml` to begin with; one that is there stays as it is."""
    from tabuah.operations.feeds.sources import FILE_NAME
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.feeds.sources import described_feeds, write_sample

    directory = ServerDirectory(server_directory(invocation))
    directory.create()
    written = write_sample(directory.path)
    found = described_feeds(directory.path)
    file = written or directory.path / FILE_NAME
    told = _("{file} describes the feeds.") if written else _("{file} is there already and can be used.")
    facts = FeedsDescribed(file=str(file), created=written is not None, feeds=tuple(f.name for f in found.feed))
    invocation.show(facts, lambda: say(told.format(file=file)))


def _settings_of(directory: Path, options: dict[str, Any]) -> "ServerSettings":
    from tabuah.server.listening import Address
    from tabuah.server.mqtt.address import read_broker
    from tabuah.server.service import ServerSettings
    from tabuah.server.sessions.enrolling import EnrolmentPolicy

    address = Address(
        host=options["host"], port=options["port"], certificate=options["certificate"], key=options["key"]
    )
    enrolment = EnrolmentPolicy(options["enrolment"]) if options["enrolment"] else None
    return ServerSettings(
        directory=directory,
        address=address,
        database=options["database"],
        enrolment=enrolment,
        broker=read_broker(options["mqtt"]) if options["mqtt"] else None,
        feeds=options["feeds"],
    )


def _run_server(invocation: Invocation, settings: "ServerSettings") -> None:
    from tabuah.server.administration import write_first_rules
    from tabuah.server.service import ServerService

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    service = ServerService(settings, prepare=write_first_rules)
    with _closed_on_error(service):
        service.run(lambda url: _tell_ready(invocation, service, url))


@contextmanager
def _closed_on_error(service: "ServerService") -> Iterator[None]:
    try:
        yield
    except BaseException:
        service.close()
        raise


def _tell_ready(invocation: Invocation, service: "ServerService", url: str) -> None:
    directory = str(service.settings.directory)
    broker = service.link.health().broker if service.link is not None else ""
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
        say(_how_to_add_a_user(directory))
    say(_("Tabuah serves {directory} at {url} (Ctrl+C ends it)").format(directory=directory, url=url))
    if broker:
        say(_("Gateways bring readings by {broker}").format(broker=broker))


def _how_to_add_a_user(directory: str) -> str:
    message = _("There is nobody to log in yet. Add a user: {command}")
    return message.format(command=f"tabuah server user add NAME --role ROLE --opd OPD --data {directory}")
