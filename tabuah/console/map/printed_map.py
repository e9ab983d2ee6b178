"""The console's map for print: title, keys and author around the map."""

from datetime import datetime
from pathlib import Path

import msgspec

from tabuah.console.reports.office import read_office
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label
from tabuah.widgets.map.content import MapContent, MarkerClass
from tabuah.widgets.map.print.map_sheet import Grid, MapKeys, MapSheet, Paper
from tabuah.widgets.map.viewport import Bounds


class MapPrintOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a printed map; an empty title is the default one, `bounds_m` None is the regency."""

    title: str = ""
    subtitle: str = ""
    paper: Paper = Paper.A4
    landscape: bool = True
    bounds_m: Bounds | None = None
    scale: float | None = None
    grid: Grid = Grid.DEGREES


def make_map_sheet(
    options: MapPrintOptions,
    content: MapContent,
    *,
    directory: Path,
    author: str,
    now: datetime,
    data_at: datetime | None = None,
) -> MapSheet:
    """Return the sheet.

    Args:
        options: the options of the print.
        content: the content of the console's map.
        directory: the data directory, whose `office.json` may name another office.
        author: the user who prints the map.
        now: the time of printing.
        data_at: the time of the data, where it is not `now`.

    Raises:
        InvalidOfficeFile: `office.json` is malformed.
    """
    office = read_office(directory)
    return MapSheet(
        content=content,
        title=options.title or _("Situation map"),
        subtitle=options.subtitle,
        office=(office.government, office.agency, office.unit),
        author=author,
        data_at=data_at or now,
        printed_at=now,
        keys=make_map_keys(),
        paper=options.paper,
        landscape=options.landscape,
        bounds_m=options.bounds_m,
        scale=options.scale,
        grid=options.grid,
    )


def make_map_keys() -> MapKeys:
    """Return the meaning of the colours and letters of incident markers."""
    classes = {MarkerClass.of(level): code_label(severity) for severity, level in LEVEL_OF_SEVERITY.items()}
    return MapKeys(incident_classes=classes, letters={letter: code_label(h) for h, letter in HAZARD_LETTERS.items()})


def mercator_bounds(bounds_deg: tuple[float, float, float, float]) -> Bounds:
    """Convert west, south, east, north from degrees to EPSG:3857."""
    west, south, east, north = bounds_deg
    return (*to_mercator(west, south), *to_mercator(east, north))
