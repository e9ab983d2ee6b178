"""The map of a console as a picture: base map, imported layers, and stations, incidents and units of its cache."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage

from tabuah.console.known_units import read_known_units
from tabuah.console.surfaces_now import surfaces_now
from tabuah.console.window.loading import tile_layers
from tabuah.console.window.memory import WindowMemory, read_memory
from tabuah.console.window.presenting.incident_marks import incident_markers
from tabuah.console.window.presenting.station_marks import (
    Latest,
    StationPositions,
    data_age_line,
    station_markers,
    station_severities,
)
from tabuah.console.window.presenting.unit_marks import unit_markers
from tabuah.console.window.snapshot import RoomSnapshot, read_snapshot
from tabuah.gis.layers.specification import MapStyle
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.levels import AlarmSeverity
from tabuah.storage.cache.maps import DirectoryMaps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.cache.tile_files import tile_files
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.content import MapContent, TileLayer
from tabuah.widgets.map.layer_rows import surface_specs
from tabuah.widgets.map.snapshot import map_picture
from tabuah.widgets.theme.tokens import PALETTES


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWish:
    """What the picture shows: size in pixels, `bounds_deg` west, south, east, north (the regency when None)."""

    width_px: int
    height_px: int
    bounds_deg: tuple[float, float, float, float] | None = None
    theme: str = "light"


def map_content(store: ConsoleStore, maps: DirectoryMaps, *, theme: str) -> MapContent:
    """What the map of this console holds now, with the tiles and surfaces that its window shows."""
    snapshot, latest, now = read_snapshot(store), read_latest(store.directory), store.now()
    stations = tuple(snapshot.stations.values())
    severities = station_severities(stations, alarms=snapshot.alarms, latest=latest, now=now)
    silent = severities.count(AlarmSeverity.NO_DATA)
    memory, tiles = read_memory(store.directory), tile_layers(tile_files(store.directory, maps.style))
    content = MapContent(
        basemap=maps.basemap,
        imported=maps.imported,
        tiles=tiles,
        style=maps.style,
        choices=memory.layers,
        hidden=_hidden(memory, maps.style, tiles),
        stations=station_markers(StationPositions(stations), severities=severities, latest=latest, now=now),
        incidents=incident_markers(snapshot, now),
        units=unit_markers(read_known_units(store), now),
        palette=PALETTES[theme],
        exercise=_is_exercise(snapshot),
        data_age=data_age_line(stations, latest, now, silent),
    )
    wanted = [spec for spec in surface_specs(content) if content.shows(spec.name)]
    surfaces = surfaces_now(wanted, maps.basemap, snapshot, directory=store.directory, now=now)
    return replace(content, surfaces=surfaces)


def _hidden(memory: WindowMemory, style: MapStyle, tiles: tuple[TileLayer, ...]) -> frozenset[str]:
    """Tiles and surfaces are drawn where the window shows them; everything else is, whatever was switched off."""
    computed = {spec.name for spec in style.layer if spec.kind == "surface"}
    switched_off = set(memory.hidden_layers) & (computed | {layer.name for layer in tiles})
    return style.hidden_at_first() - set(memory.shown_layers) | switched_off


def draw_map(content: MapContent, wish: PictureWish) -> bytes:
    """The picture as PNG; a QGuiApplication must exist."""
    image = map_picture(content, size=QSize(wish.width_px, wish.height_px), bounds_m=_bounds_m(wish))
    return png_of(image)


def png_of(image: QImage) -> bytes:
    """The bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, the method text
    return bytes(buffer.data().data())


def read_latest(directory: Path) -> Latest:
    """The newest readings that this console has received."""
    path = directory / FILE_NAME
    if not path.exists():
        return {}
    with ReadingsStore(path) as readings:
        return {(reading.station, reading.parameter): reading for reading in readings.latest()}


def _is_exercise(snapshot: RoomSnapshot) -> bool:
    stations = any(station.exercise for station in snapshot.stations.values())
    return stations or any(incident.exercise for incident in snapshot.incidents.values())


def _bounds_m(wish: PictureWish) -> tuple[float, float, float, float] | None:
    if wish.bounds_deg is None:
        return None
    west, south, east, north = wish.bounds_deg
    return (*to_mercator(west, south), *to_mercator(east, north))
