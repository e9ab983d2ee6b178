"""`tabuah map`: take in official boundaries and other layers, and draw the map into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.map_print import print_command
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.sizes import BoundingBox, Box, PixelSize, Size
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_, _

if TYPE_CHECKING:
    from tabuah.console.import_results import Imported
    from tabuah.gis.import_progress import ImportProgress, ImportStage, OnProgress

_LARGE_BYTES: Final = 5_000_000

map_group = TabuahGroup("map", help=N_("Import layers and draw the map."))
map_group.add_command(print_command)


class MapDrawn(msgspec.Struct, frozen=True, kw_only=True):
    """What `map shot --json` prints."""

    file: str
    width: int
    height: int
    stations: int
    incidents: int
    official: bool


@map_group.command(
    "import", help=N_("Take in a GeoJSON, GeoPackage, Shapefile or KML file; official boundaries replace estimates.")
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--layer", metavar="NAME", help=N_("Which layer of the file, where it has several."))
@click.pass_obj
def import_(call: Invocation, *, file: Path, layer: str | None) -> None:
    """Import a layer."""
    from tabuah.console.importing import import_layer
    from tabuah.gis.osm.base_map_file import is_base_map

    if layer is None and is_base_map(file):
        _take_base_map(call, file)
        return
    imported = import_layer(call.data, file, layer=layer, on_progress=_tell_stages(file))
    call.show(imported, lambda: _tell_import(imported))


def _tell_stages(file: Path) -> "OnProgress":
    """Tell on the error stream what is being done, for files that take more than a moment."""
    from tabuah.console.import_words import stage_words

    large = file.is_file() and file.stat().st_size > _LARGE_BYTES
    told: set[ImportStage] = set()

    def on_progress(progress: "ImportProgress") -> None:
        if large and progress.stage not in told:
            told.add(progress.stage)
            print_error(stage_words(progress))

    return on_progress


def _take_base_map(call: Invocation, file: Path) -> None:
    """A map that `map build` made is taken whole, as the base map."""
    from tabuah.console.base_maps import take_map
    from tabuah.console.import_words import base_map_words

    taken = take_map(call.data, file)
    call.show(taken, lambda: say(f"{base_map_words(taken)}\n" + _("An open window shows it at once.")))


@map_group.command("shot", help=N_("Draw the map with this console's stations and incidents into a PNG file."))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.png",
    help=N_("The file to write."),
)  # fmt: skip
@click.option("--size", type=PixelSize(), default="1600x1000", metavar="WxH", help=N_("Width and height in pixels."))
@click.option("--bbox", type=BoundingBox(), metavar="W,S,E,N", help=N_("What to show, in degrees; else the regency."))
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", help=N_("Colours for day or night."))
@click.pass_obj
def shot(call: Invocation, *, output: Path, size: Size, bbox: Box | None, theme: str) -> None:
    """Draw the map."""
    if output.suffix.lower() != ".png":
        raise click.UsageError(_("{name} must end in .png").format(name=output.name))
    drawn = _draw(call, output, size=size, bbox=bbox, theme=theme)
    call.show(drawn, lambda: say(_("The map is in {file}.").format(file=output)))


def _draw(call: Invocation, output: Path, *, size: Size, bbox: Box | None, theme: str) -> MapDrawn:
    from tabuah.console.map_picture import PictureWish, draw_map, map_content
    from tabuah.console.reports.map_figure import open_graphics
    from tabuah.console.reports.whole_file import write_file
    from tabuah.storage.cache.maps import load_maps

    maps = load_maps(call.data)
    for problem in maps.problems:
        print_error(problem)
    graphics = open_graphics()  # a picture needs no screen
    with call.open_store() as store:
        content = map_content(store, maps, theme=theme)
    width, height = size
    picture = draw_map(content, PictureWish(width_px=width, height_px=height, bounds_deg=bbox, theme=theme))
    write_file(output, picture)
    del graphics
    return MapDrawn(
        file=str(output.absolute()),
        width=width,
        height=height,
        stations=len(content.stations.ids),
        incidents=len(content.incidents.ids),
        official=maps.is_official,
    )


def _tell_import(imported: "Imported") -> None:
    from tabuah.console.import_words import imported_words, official_words

    for text in (imported_words(imported), official_words(imported)):
        if text:
            say(text)
    for note in imported.notes:
        say(f"- {note}")
    say(_("An open window shows it at once."))
