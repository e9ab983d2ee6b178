"""`tabuah data-saver`: spare a slow or dear line; what people write goes over it as ever."""

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _
from tabuah.storage.sync.settings import LineSettings, SettingsFile


@click.command("data-saver", cls=TabuahCommand, help=N_("Show, switch on or switch off the data saver."))
@click.argument("switch", type=click.Choice(["on", "off"]), required=False)
@click.option(
    "--station", "stations", multiple=True, metavar="CODE", help=N_("Whose readings still come live; repeatable.")
)
@click.pass_obj
def data_saver(call: Invocation, *, switch: str | None, stations: tuple[str, ...]) -> None:
    """Show or change how this console spares its line."""
    with call.open_store() as store:
        file = SettingsFile(store.directory)
    settings = file.read()
    if switch is not None or stations:
        settings = LineSettings(
            data_saver=settings.data_saver if switch is None else switch == "on",
            stations=tuple(dict.fromkeys(stations)) or settings.stations,
        )
        file.keep(settings)
    call.show(settings, lambda: _print(settings))


def _print(settings: LineSettings) -> None:
    if not settings.data_saver:
        print_facts([(_("Data saver"), _("off: all readings come live, photos by themselves"))])
        return
    live = ", ".join(settings.stations) or _("none")
    print_facts(
        [
            (_("Data saver"), _("on: photos come only when they are opened; own photos are still sent")),
            (_("Live readings of"), live),
        ]
    )
