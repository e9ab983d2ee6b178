"""`tabuah map print`: print the map as PDF, SVG or PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.picture_parameters import BoundingBox, Box, MapScale
from tabuah.resources.localisation import N_, _, format_number

if TYPE_CHECKING:
    from tabuah.console.map.printed_map import MapPrintOptions
    from tabuah.text.exercises.exercise_text import ScopeFields
    from tabuah.widgets.map.print.map_sheet import MapSheet

_ENDINGS: Final = (".pdf", ".svg", ".png")


class MapPrintRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `map print --json`; `scale` is the number after "1 :"."""

    file: str
    paper: str
    orientation: str
    scale: int
    bbox: tuple[float, float, float, float]
    incidents: int
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


@click.command(
    "print", cls=TabuahCommand,
    help=N_("Print the map with title, legend, scale, grid and sources, as PDF, SVG or PNG at 300 dpi."),
)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pdf|svg|png")
@click.option("--title", default="", metavar="TEXT", help=N_("The title."))
@click.option("--subtitle", default="", metavar="TEXT", help=N_("A second line under the title."))
@click.option("--extent", type=BoundingBox(), metavar="W,S,E,N", help=N_("Extent in degrees; default: the regency."))
@click.option("--paper", type=click.Choice(["A4", "A3"], case_sensitive=False), default="A4", help=N_("Paper size."))
@click.option(
    "--orientation", type=click.Choice(["landscape", "portrait"]), default="landscape", help=N_("Page orientation.")
)
@click.option(
    "--scale", type=MapScale(), metavar="N", help=N_("Scale 1 : N; default: the next round scale that fits.")
)
@click.option(
    "--grid", type=click.Choice(["degrees", "utm", "both", "none"]), default="degrees",
    help=N_("Coordinate grid to draw."),
)  # fmt: skip
@scope_options
@click.pass_obj
def print_command(
    call: Invocation, *, file: Path, title: str, subtitle: str, extent: Box | None, paper: str, orientation: str,
    scale: float | None, grid: str, worlds: ChosenWorlds,
) -> None:  # fmt: skip
    if file.suffix.lower() not in _ENDINGS:
        raise click.UsageError(_("{name} must end in .pdf, .svg or .png").format(name=file.name))
    from tabuah.console.map.printed_map import MapPrintOptions, mercator_bounds
    from tabuah.widgets.map.print.map_sheet import Grid, Paper

    options = MapPrintOptions(
        title=title,
        subtitle=subtitle,
        paper=Paper(paper.upper()),
        landscape=orientation == "landscape",
        bounds_m=mercator_bounds(extent) if extent else None,
        scale=scale,
        grid=Grid(grid),
    )
    printed = _print_to_file(call, file, options, worlds)
    scale_words = f"1 : {format_number(printed.scale)}"
    call.show(
        printed, lambda: print_text(_("The map is in {file}, at {scale}.").format(file=file, scale=scale_words))
    )


def _print_to_file(call: Invocation, file: Path, options: "MapPrintOptions", worlds: ChosenWorlds) -> MapPrintRecord:
    from tabuah.console.map.map_picture import map_content
    from tabuah.console.map.printed_map import make_map_sheet
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.map_figure import open_qt_graphics
    from tabuah.storage.cache.map.maps import load_maps
    from tabuah.text.exercises.exercise_text import exercises_by_id, scope_fields
    from tabuah.widgets.map.print.print_formats import PrintFormat, print_map

    maps = load_maps(call.data)
    for problem in maps.problems:
        print_error(problem)
    graphics = open_qt_graphics()  # a picture needs no screen
    with call.open_store() as store:
        scope = worlds.scope(store)
        content = map_content(store, maps, theme="light", scope=scope)
        author, now = store.actor, store.now()
        fields = scope_fields(scope, exercises_by_id(store.exercises()))
    sheet = make_map_sheet(options, content, directory=call.data, author=author, now=now)
    form = PrintFormat(file.suffix.lower().lstrip("."))
    write_file(file, print_map(sheet, form))
    del graphics
    return _make_print_record(file, sheet, fields)


def _make_print_record(file: Path, sheet: "MapSheet", fields: "ScopeFields") -> MapPrintRecord:
    from tabuah.gis.reference_systems import from_mercator
    from tabuah.widgets.map.print.map_sheet import scale_number
    from tabuah.widgets.map.print.sheet_painter import view_of

    view = view_of(sheet)
    west, south, east, north = view.bounds_m
    corners = (*from_mercator(west, south), *from_mercator(east, north))
    return MapPrintRecord(
        file=str(file.absolute()),
        paper=sheet.paper.value,
        orientation="landscape" if sheet.landscape else "portrait",
        scale=round(scale_number(view)),
        bbox=(round(corners[0], 5), round(corners[1], 5), round(corners[2], 5), round(corners[3], 5)),
        incidents=len(sheet.content.incidents.ids),
        **fields,
    )
