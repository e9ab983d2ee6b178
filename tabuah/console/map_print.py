"""A map of this console for paper: its words, keys and author around what its map shows."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tabuah.console.reports.office import read_office
from tabuah.console.window.presenting.levels import LEVEL_OF_SEVERITY
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.markers import MarkerClass
from tabuah.widgets.map.viewport import Bounds
from tabuah.widgets.prints.map_sheet import Grid, MapKeys, MapSheet, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintWish:
    """What a person wants on paper; an empty title is the usual one, `bounds_m` None the regency."""

    title: str = ""
    subtitle: str = ""
    paper: Paper = Paper.A4
    landscape: bool = True
    bounds_m: Bounds | None = None
    scale: float | None = None
    grid: Grid = Grid.DEGREES


def sheet_of(
    wish: PrintWish,
    content: MapContent,
    *,
    directory: Path,
    author: str,
    now: datetime,
    data_at: datetime | None = None,
) -> MapSheet:
    """The sheet.

    Args:
        wish: what is wanted.
        content: what the map of the console holds.
        directory: the data directory, whose `office.json` may name another office.
        author: who makes the map.
        now: when it is printed.
        data_at: the moment whose state is shown, where that is not now.

    Raises:
        OfficeNotReadable: `office.json` is not as it should be.
    """
    office = read_office(directory)
    return MapSheet(
        content=content,
        title=wish.title or _("Situation map"),
        subtitle=wish.subtitle,
        office=(office.government, office.agency, office.unit),
        author=author,
        data_at=data_at or now,
        printed_at=now,
        keys=map_keys(),
        paper=wish.paper,
        landscape=wish.landscape,
        bounds_m=wish.bounds_m,
        scale=wish.scale,
        grid=wish.grid,
    )


def map_keys() -> MapKeys:
    """What colours and letters of incidents stand for."""
    classes = {MarkerClass.of(level): label_of(severity) for severity, level in LEVEL_OF_SEVERITY.items()}
    return MapKeys(incident_classes=classes, letters={letter: label_of(h) for h, letter in HAZARD_LETTERS.items()})


def mercator_bounds(bounds_deg: tuple[float, float, float, float]) -> Bounds:
    """West, south, east, north in degrees as EPSG:3857."""
    west, south, east, north = bounds_deg
    return (*to_mercator(west, south), *to_mercator(east, north))
