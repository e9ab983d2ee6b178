"""`tabuah map print`: the map on paper, as PDF, SVG or PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.sizes import BoundingBox, Box, MapScale
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from tabuah.console.map_print import PrintWish
    from tabuah.widgets.prints.map_sheet import MapSheet

_ENDINGS: Final = (".pdf", ".svg", ".png")


class MapPrinted(msgspec.Struct, frozen=True, kw_only=True):
    """What `map print --json` prints; `scale` is the number behind "1 :"."""

    file: str
    paper: str
    orientation: str
    scale: int
    bbox: tuple[float, float, float, float]
    incidents: int
    exercise: bool


@click.command(
    "print", cls=TabuahCommand,
    help=N_("Put the map on paper: with title, legend, scale, grid and sources, as PDF, SVG or PNG at 300 dpi."),
)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pdf|svg|png")
@click.option("--title", default="", metavar="TEXT", help=N_("What stands at its head."))
@click.option("--subtitle", default="", metavar="TEXT", help=N_("A second line under the title."))
@click.option(
    "--extent", type=BoundingBox(), metavar="W,S,E,N", help=N_("What to show, in degrees; else the regency.")
)
@click.option("--paper", type=click.Choice(["A4", "A3"], case_sensitive=False), default="A4", help=N_("The paper."))
@click.option(
    "--orientation", type=click.Choice(["landscape", "portrait"]), default="landscape", help=N_("Broad or upright.")
)
@click.option(
    "--scale", type=MapScale(), metavar="N", help=N_("The scale 1 : N; else the next round one that shows all.")
)
@click.option(
    "--grid", type=click.Choice(["degrees", "utm", "both", "none"]), default="degrees",
    help=N_("Which coordinate lines to draw."),
)  # fmt: skip
@click.pass_obj
def print_command(
    call: Invocation, *, file: Path, title: str, subtitle: str, extent: Box | None, paper: str, orientation: str,
    scale: float | None, grid: str,
) -> None:  # fmt: skip
    """Print the map."""
    if file.suffix.lower() not in _ENDINGS:
        raise click.UsageError(_("{name} must end in .pdf, .svg or .png").format(name=file.name))
    from tabuah.console.map_print import PrintWish, mercator_bounds
    from tabuah.widgets.prints.map_sheet import Grid, Paper

    wish = PrintWish(
        title=title,
        subtitle=subtitle,
        paper=Paper(paper.upper()),
        landscape=orientation == "landscape",
        bounds_m=mercator_bounds(extent) if extent else None,
        scale=scale,
        grid=Grid(grid),
    )
    printed = _print(call, file, wish)
    scale_words = f"1 : {format_number(printed.scale)}"
    call.show(printed, lambda: say(_("The map is in {file}, at {scale}.").format(file=file, scale=scale_words)))


def _print(call: Invocation, file: Path, wish: "PrintWish") -> MapPrinted:
    from tabuah.console.map_picture import map_content
    from tabuah.console.map_print import sheet_of
    from tabuah.console.reports.map_figure import open_graphics
    from tabuah.console.reports.whole_file import write_file
    from tabuah.storage.cache.maps import load_maps
    from tabuah.widgets.prints.outputs import PrintFormat, print_map

    maps = load_maps(call.data)
    for problem in maps.problems:
        print_error(problem)
    graphics = open_graphics()  # a picture needs no screen
    with call.open_store() as store:
        content, author, now = map_content(store, maps, theme="light"), store.actor, store.now()
    sheet = sheet_of(wish, content, directory=call.data, author=author, now=now)
    form = PrintFormat(file.suffix.lower().lstrip("."))
    write_file(file, print_map(sheet, form))
    del graphics
    return _printed(file, sheet)


def _printed(file: Path, sheet: "MapSheet") -> MapPrinted:
    from tabuah.gis.reference_systems import from_mercator
    from tabuah.widgets.prints.map_scale import scale_number
    from tabuah.widgets.prints.sheet_painter import view_of

    view = view_of(sheet)
    west, south, east, north = view.bounds_m
    corners = (*from_mercator(west, south), *from_mercator(east, north))
    return MapPrinted(
        file=str(file.absolute()),
        paper=sheet.paper.value,
        orientation="landscape" if sheet.landscape else "portrait",
        scale=round(scale_number(view)),
        bbox=(round(corners[0], 5), round(corners[1], 5), round(corners[2], 5), round(corners[3], 5)),
        incidents=len(sheet.content.incidents.ids),
        exercise=sheet.content.exercise,
    )
