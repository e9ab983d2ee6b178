"""`tabuah data-saver`: reduce data use on a metered connection; own entries are always sent."""

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_facts
from tabuah.resources.localisation import N_, _
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings


@click.command("data-saver", cls=TabuahCommand, help=N_("Show, switch on or switch off the data saver."))
@click.argument("switch", type=click.Choice(["on", "off"]), required=False)
@click.option(
    "--station", "stations", multiple=True, metavar="CODE", help=N_("Keep live readings of this station; repeatable.")
)
@click.pass_obj
def data_saver(call: Invocation, *, switch: str | None, stations: tuple[str, ...]) -> None:
    with call.open_store() as store:
        file = DataSaverFile(store.directory)
    settings = file.read()
    if switch is not None or stations:
        settings = DataSaverSettings(
            data_saver=settings.data_saver if switch is None else switch == "on",
            stations=tuple(dict.fromkeys(stations)) or settings.stations,
        )
        file.keep(settings)
    call.show(settings, lambda: _print_settings(settings))


def _print_settings(settings: DataSaverSettings) -> None:
    if not settings.data_saver:
        print_facts([(_("Data saver"), _("off: live readings of all stations, automatic photo downloads"))])
        return
    live = ", ".join(settings.stations) or _("none")
    print_facts(
        [
            (_("Data saver"), _("on: photos are downloaded when opened; own photos are still sent")),
            (_("Live readings of"), live),
        ]
    )
