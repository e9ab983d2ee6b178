"""The surfaces that the map of this console shows, computed at once: for commands and reports, without a window."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tabuah.console.window.presenting.surface_values import (
    incident_points,
    measuring,
    station_points,
    station_values,
)
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.gis.basemap import Basemap
from tabuah.gis.layers.specification import LayerSpec
from tabuah.gis.layers.surfaces import Surface, ValueSource, make_surface, value_source
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore


def surfaces_now(
    specs: Sequence[LayerSpec], basemap: Basemap, snapshot: RoomSnapshot, *, directory: Path, now: datetime
) -> tuple[Surface, ...]:
    """Surfaces of what incidents and stations say now; one of stations is left out while no reading was received.

    Args:
        specs: the layers that are wanted.
        basemap: tells what a surface covers.
        snapshot: holds stations and incidents.
        directory: the data directory, whose readings are used.
        now: until when.
    """
    made = []
    for spec in specs:
        source = value_source(spec)
        if source is None:
            made.append(make_surface(spec, basemap, *incident_points(snapshot.incidents)))
        elif (directory / FILE_NAME).exists():
            made.append(_of_stations(spec, source, basemap, snapshot, directory=directory, now=now))
    return tuple(made)


def _of_stations(
    spec: LayerSpec, source: ValueSource, basemap: Basemap, snapshot: RoomSnapshot, *, directory: Path, now: datetime
) -> Surface:
    stations = measuring(snapshot.stations.values(), source.parameter)
    with ReadingsStore(directory / FILE_NAME) as readings:
        values = station_values(readings, stations, source, now)
    return make_surface(spec, basemap, *station_points(stations), values=values)
