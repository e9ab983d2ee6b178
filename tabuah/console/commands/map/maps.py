"""`tabuah map`: import, build and remove layers, and draw the map into a file."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_error, print_facts, print_text
from tabuah.console.commands.map.map_print import print_command
from tabuah.console.commands.picture_parameters import BoundingBox, Box, PixelSize, Size
from tabuah.resources.localisation import N_, _, format_number

if TYPE_CHECKING:
    from tabuah.console.map.base_map import BaseMapBuildResult
    from tabuah.gis.import_progress import ImportProgress, ImportStage, LayerImportResult, OnProgress
    from tabuah.gis.osm.base_map_build import BuildProgress


_LARGE_BYTES: Final = 5_000_000

map_group = TabuahGroup("map", help=N_("Import layers and draw the map."))
map_group.add_command(print_command)


@map_group.command("regency", help=N_("Build the map of another regency from a folder of areas and points."))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER")
@click.option(
    "--profile",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help=N_("The regency's profile, regency.toml; its map may still be missing."),
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.npz", help=N_("The map to write.")
)
@click.pass_obj
def regency(call: Invocation, *, folder: Path, profile: Path, output: Path) -> None:
    """Build a map file that the profile can name."""
    from tabuah.gis.base_map_file import write_base_map
    from tabuah.gis.regency_map_folder import build_map_from_folder
    from tabuah.storage.data_files import is_data_file
    from tabuah.storage.regency.profile_file import read_profile_text

    base_map = build_map_from_folder(folder, read_profile_text(profile))
    if is_data_file(output):
        raise click.UsageError(_("{path} is a file of Tabuah's data").format(path=output))
    write_base_map(base_map, output)
    counts = {layer.name: len(layer.features) for layer in base_map.layers}
    call.show({"file": str(output), "layers": counts}, lambda: print_text(_("Written: {path}").format(path=output)))


class MapShotRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `map shot --json`."""

    file: str
    width: int
    height: int
    stations: int
    incidents: int
    official: bool
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


@map_group.command(
    "import", help=N_("Import a GeoJSON, GeoPackage, Shapefile or KML file; official boundaries replace estimates.")
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--layer", metavar="NAME", help=N_("Layer of the file, if it has several."))
@click.pass_obj
def import_(call: Invocation, *, file: Path, layer: str | None) -> None:
    from tabuah.console.map.map_import import import_layer
    from tabuah.gis.osm.base_map_file import is_base_map

    if layer is None and is_base_map(file):
        _import_base_map(call, file)
        return
    imported = import_layer(call.data, file, layer=layer, on_progress=_stage_printer(file))
    call.show(imported, lambda: _print_import(imported))


def _stage_printer(file: Path) -> "OnProgress":
    """Return a progress callback that prints the stages of a large import to the error stream."""
    from tabuah.text.map.map_import import describe_import_stage

    large = file.is_file() and file.stat().st_size > _LARGE_BYTES
    shown: set[ImportStage] = set()

    def on_progress(progress: "ImportProgress") -> None:
        if large and progress.stage not in shown:
            shown.add(progress.stage)
            print_error(describe_import_stage(progress))

    return on_progress


def _import_base_map(call: Invocation, file: Path) -> None:
    """Install a map of `map build` as the base map."""
    from tabuah.console.map.base_map import install_base_map
    from tabuah.text.map.map_import import describe_base_map_import

    taken = install_base_map(call.data, file)
    call.show(
        taken, lambda: print_text(f"{describe_base_map_import(taken)}\n" + _("An open window shows it immediately."))
    )


@map_group.command("shot", help=N_("Draw the map with stations and incidents into a PNG file."))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.png",
    help=N_("The file to write."),
)  # fmt: skip
@click.option("--size", type=PixelSize(), default="1600x1000", metavar="WxH", help=N_("Width and height in pixels."))
@click.option("--bbox", type=BoundingBox(), metavar="W,S,E,N", help=N_("Extent in degrees; default: the regency."))
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", help=N_("Colour theme."))
@scope_options
@click.pass_obj
def shot(
    call: Invocation, *, output: Path, size: Size, bbox: Box | None, theme: str, worlds: ChosenWorlds,
) -> None:  # fmt: skip
    if output.suffix.lower() != ".png":
        raise click.UsageError(_("{name} must end in .png").format(name=output.name))
    drawn = _draw_to_file(call, output, size=size, bbox=bbox, theme=theme, worlds=worlds)
    call.show(drawn, lambda: print_text(_("Map saved to {file}.").format(file=output)))


def _draw_to_file(
    call: Invocation,
    output: Path,
    *,
    size: Size,
    bbox: Box | None,
    theme: str,
    worlds: ChosenWorlds,
) -> MapShotRecord:
    from tabuah.console.map.map_picture import MapPictureOptions, draw_map, map_content
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.map_figure import open_qt_graphics
    from tabuah.storage.cache.map.maps import load_maps
    from tabuah.text.exercises.exercise_text import exercises_by_id, scope_fields

    maps = load_maps(call.data)
    for problem in maps.problems:
        print_error(problem)
    graphics = open_qt_graphics()  # a picture needs no screen
    with call.open_store() as store:
        scope = worlds.scope(store)
        content = map_content(store, maps, theme=theme, scope=scope)
        fields = scope_fields(scope, exercises_by_id(store.exercises()))
    width, height = size
    picture = draw_map(content, MapPictureOptions(width_px=width, height_px=height, bounds_deg=bbox, theme=theme))
    write_file(output, picture)
    del graphics
    return MapShotRecord(
        file=str(output.absolute()),
        width=width,
        height=height,
        stations=len(content.stations.ids),
        incidents=len(content.incidents.ids),
        official=maps.is_official,
        **fields,
    )


def _print_import(imported: "LayerImportResult") -> None:
    from tabuah.text.map.map_import import describe_layer_import, describe_official_boundaries

    for text in (describe_layer_import(imported), describe_official_boundaries(imported)):
        if text:
            print_text(text)
    for note in imported.notes:
        print_text(f"- {note}")
    print_text(_("An open window shows it immediately."))


_PROGRESS_INTERVAL_S: Final = 2.0
_TABLES: Final = {
    "roads": N_("Roads"),
    "rivers": N_("Rivers"),
    "lakes": N_("Lakes"),
    "buildings": N_("Buildings"),
    "places": N_("Places"),
    "facilities": N_("Facilities"),
}
_PROBLEMS: Final = {
    "missing_nodes": N_("{n} ways are drawn without nodes that are missing in the extract."),
    "broken_ways": N_("{n} ways are left out: fewer than two of their nodes are in the extract."),
    "broken_areas": N_("{n} areas are left out: their rings do not close or are not whole in the extract."),
}


@map_group.command("build", help=N_("Build an offline base map from an OpenStreetMap extract (.osm.pbf) and use it."))
@click.option(
    "--osm", "extract", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.pbf",
    help=N_("The extract of OpenStreetMap."),
)  # fmt: skip
@click.option(
    "--boundaries", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help=N_("Official boundaries to import and to clip the map to; default: the regency."),
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.gpkg",
    help=N_("Only write this GeoPackage; other consoles import it with: tabuah map import FILE.gpkg"),
)  # fmt: skip
@click.pass_obj
def build_command(call: Invocation, *, extract: Path, boundaries: Path | None, output: Path | None) -> None:
    from tabuah.console.map.base_map import build_map

    if output is not None and output.suffix.lower() != ".gpkg":
        raise click.UsageError(_("{name} must end in .gpkg").format(name=output.name))
    built = build_map(call.data, extract, boundaries=boundaries, output=output, on_progress=_ProgressPrinter())
    call.show(built, lambda: _print_build_result(built))


class _ProgressPrinter:
    """Prints the progress to the error stream every two seconds."""

    def __init__(self) -> None:
        self._printed_at = time.monotonic()
        self._continued = False

    def __call__(self, progress: "BuildProgress") -> None:
        if progress.resumed_at and not self._continued:
            self._continued = True
            message = _("Continuing an earlier run after {n} objects.")
            print_error(message.format(n=format_number(progress.resumed_at)))
        if time.monotonic() - self._printed_at >= _PROGRESS_INTERVAL_S:
            self._printed_at = time.monotonic()
            message = _("{seen} objects read, {kept} kept …")
            print_error(message.format(seen=format_number(progress.seen), kept=format_number(progress.kept)))


def _print_build_result(built: "BaseMapBuildResult") -> None:
    print_facts([(_(name), format_number(built.counts.get(table, 0))) for table, name in _TABLES.items()])
    for reason, count in built.troubles.items():
        print_text(f"- {_(_PROBLEMS[reason]).format(n=format_number(count))}")
    if built.boundaries is not None and not built.boundaries.official:
        print_text(_("The boundaries were imported as a layer; the map keeps its estimated borders."))
    if built.in_use:
        print_text(_("The map is in use; an open window shows it immediately."))
    else:
        print_text(_("Map saved to {file}.").format(file=built.file))
    print_text(_("Show the source with the map: © OpenStreetMap contributors (ODbL)."))


class RemovalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `map remove --json`; `layer` is null for the official boundaries."""

    layer: str | None
    official: bool


@map_group.command("remove", help=N_("Remove an imported layer, or return from official to estimated borders."))
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--boundaries", is_flag=True, help=N_("Remove the official boundaries instead of a layer."))
@click.pass_obj
def remove_command(call: Invocation, *, name: str | None, boundaries: bool) -> None:
    if boundaries is (name is not None):
        raise click.UsageError(_("give the name of a layer, or --boundaries"))
    message = _remove_boundaries(call.data) if name is None else _remove_layer(call.data, name)
    removed = RemovalRecord(layer=name, official=_is_official(call.data))
    call.show(removed, lambda: print_text(f"{message}\n" + _("An open window shows it immediately.")))


def _remove_layer(directory: Path, name: str) -> str:
    from tabuah.console.map.map_import import remove_layer

    known = _layer_names(directory)
    if name not in known:
        listed = ", ".join(known) if known else _("none")
        raise click.UsageError(
            _("No layer {name} was imported. Imported are: {names}").format(name=name, names=listed)
        )
    remove_layer(directory, name)
    return _("{layer} was removed.").format(layer=name)


def _remove_boundaries(directory: Path) -> str:
    from tabuah.console.map.map_import import remove_boundaries

    if not _is_official(directory):
        raise click.UsageError(_("No official boundaries were imported; the borders are the estimates."))
    remove_boundaries(directory)
    return _("The map shows the estimated boundaries again.")


def _layer_names(directory: Path) -> tuple[str, ...]:
    """Return the layers that can be removed, including one whose map file is missing; boundaries are not listed."""
    from tabuah.storage.cache.map.imported_layers import undrawn_layers
    from tabuah.storage.cache.map.maps import layer_of_part, load_maps

    own = load_maps(directory).own
    return tuple(sorted({layer_of_part(part) for part in own} | set(undrawn_layers(directory, own))))


def _is_official(directory: Path) -> bool:
    from tabuah.storage.cache.map.maps import load_maps

    return load_maps(directory).is_official
