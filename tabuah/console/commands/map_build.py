"""`tabuah map build`: an offline base map of an extract of OpenStreetMap, going on where an earlier run stopped."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.maps import map_group
from tabuah.console.commands.output import print_error, print_facts, say
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from tabuah.console.base_maps import BaseMapBuilt
    from tabuah.gis.osm.building import BuildProgress

_TOLD_EVERY_S: Final = 2.0
_TABLES: Final = {
    "roads": N_("Roads"),
    "rivers": N_("Rivers"),
    "lakes": N_("Lakes"),
    "buildings": N_("Buildings"),
    "places": N_("Places"),
    "facilities": N_("Facilities"),
}
_TROUBLES: Final = {
    "missing_nodes": N_("{n} ways are drawn without nodes that the extract lacks."),
    "broken_ways": N_("{n} ways are left out: fewer than two of their nodes are in the extract."),
    "broken_areas": N_("{n} areas are left out: their rings do not close or are not whole in the extract."),
}


@map_group.command("build", help=N_("Build an offline base map of an OpenStreetMap extract (.osm.pbf) and use it."))
@click.option(
    "--osm", "extract", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.pbf",
    help=N_("The extract of OpenStreetMap."),
)  # fmt: skip
@click.option(
    "--boundaries", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help=N_("Official boundaries: they are imported, and what lies within is kept; else within the regency."),
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.gpkg",
    help=N_("Only write this GeoPackage; other consoles take it with: tabuah map import FILE.gpkg"),
)  # fmt: skip
@click.pass_obj
def build(call: Invocation, *, extract: Path, boundaries: Path | None, output: Path | None) -> None:
    """Build the base map."""
    from tabuah.console.base_maps import build_map

    if output is not None and output.suffix.lower() != ".gpkg":
        raise click.UsageError(_("{name} must end in .gpkg").format(name=output.name))
    built = build_map(call.data, extract, boundaries=boundaries, output=output, on_progress=_Teller())
    call.show(built, lambda: _tell(built))


class _Teller:
    """Tells progress on the error stream every other second."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()
        self._continued = False

    def __call__(self, progress: "BuildProgress") -> None:
        if progress.resumed_at and not self._continued:
            self._continued = True
            message = _("An earlier run is continued after {n} objects.")
            print_error(message.format(n=format_number(progress.resumed_at)))
        if time.monotonic() - self._told_at >= _TOLD_EVERY_S:
            self._told_at = time.monotonic()
            message = _("{seen} objects looked at, {kept} kept …")
            print_error(message.format(seen=format_number(progress.seen), kept=format_number(progress.kept)))


def _tell(built: "BaseMapBuilt") -> None:
    print_facts([(_(name), format_number(built.counts.get(table, 0))) for table, name in _TABLES.items()])
    for reason, count in built.troubles.items():
        say(f"- {_(_TROUBLES[reason]).format(n=format_number(count))}")
    if built.boundaries is not None and not built.boundaries.official:
        say(_("The boundaries were imported as a layer; the map keeps its estimated borders."))
    if built.in_use:
        say(_("The map is in use; an open window shows it at once."))
    else:
        say(_("The map is in {file}.").format(file=built.file))
    say(_("Show its source wherever you show it: © OpenStreetMap contributors (ODbL)."))
