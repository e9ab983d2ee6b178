"""The console's map as a picture: base map, imported layers, stations, incidents and units."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage

from tabuah.console.units.known_units import read_known_units
from tabuah.console.window.incidents.incident_markers import incident_markers
from tabuah.console.window.map.map_files import tile_layers
from tabuah.console.window.map.surface_updates import (
    incident_points,
    station_points,
    station_values,
    stations_measuring,
)
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, read_snapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.state.window_settings import WindowSettings, read_window_settings
from tabuah.console.window.state.world_snapshot import select_world
from tabuah.console.window.stations.station_markers import (
    StationPositions,
    newest_data_age_text,
    station_markers,
    station_severities,
)
from tabuah.console.window.units.unit_markers import unit_markers
from tabuah.gis.base_map import BaseMap
from tabuah.gis.layers.map_style import LayerSpec, MapStyle
from tabuah.gis.layers.surfaces import Surface, ValueSource, make_surface, value_source
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.levels import AlarmSeverity
from tabuah.storage.cache.map.maps import DirectoryMaps
from tabuah.storage.cache.map.tile_files import list_tile_files
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.exercises.exercise_text import watermark_text
from tabuah.widgets.map.content import MapContent, TileLayer
from tabuah.widgets.map.layers.layer_rows import surface_specs
from tabuah.widgets.map.rendering.map_image import render_map_image
from tabuah.widgets.theme.design_tokens import PALETTES


class MapPictureOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the picture.

    `bounds_deg` is west, south, east, north in degrees (EPSG:4326); None shows the regency.
    """

    width_px: int
    height_px: int
    bounds_deg: tuple[float, float, float, float] | None = None
    theme: str = "light"


def map_content(
    store: ConsoleStore, maps: DirectoryMaps, *, theme: str, scope: ExerciseScope = REAL_WORLD
) -> MapContent:
    """Return the content of the console's map in a scope, with the tiles and surfaces of its window."""
    snapshot = select_world(read_snapshot(store), scope)
    latest, now = read_latest_readings(store.directory), store.now()
    stations = tuple(snapshot.stations.values())
    severities = station_severities(stations, alarms=snapshot.alarms, latest=latest, now=now)
    silent = severities.count(AlarmSeverity.NO_DATA)
    memory, tiles = read_window_settings(store.directory), tile_layers(list_tile_files(store.directory, maps.style))
    content = MapContent(
        base_map=maps.base_map,
        imported=maps.imported,
        tiles=tiles,
        style=maps.style,
        choices=memory.layers,
        hidden=_hidden_layers(memory, maps.style, tiles),
        stations=station_markers(
            StationPositions(stations),
            severities=severities,
            latest=latest,
            now=now,
            exercises=snapshot.exercises,
        ),
        incidents=incident_markers(snapshot, now),
        units=unit_markers(read_known_units(store, scope=scope), now, exercises=snapshot.exercises),
        palette=PALETTES[theme],
        watermark=watermark_text(scope, snapshot.exercises),
        is_one_exercise=scope.is_exercise,
        data_age=newest_data_age_text(stations, latest, now, silent),
    )
    wanted = [spec for spec in surface_specs(content) if content.shows(spec.name)]
    surfaces = compute_surfaces(wanted, maps.base_map, snapshot, directory=store.directory, now=now)
    return replace(content, surfaces=surfaces)


def _hidden_layers(memory: WindowSettings, style: MapStyle, tiles: tuple[TileLayer, ...]) -> frozenset[str]:
    """Return the hidden layers: tiles and surfaces follow the window, other layers are always drawn."""
    computed = {spec.name for spec in style.layer if spec.kind == "surface"}
    switched_off = set(memory.hidden_layers) & (computed | {layer.name for layer in tiles})
    return style.hidden_by_default() - set(memory.shown_layers) | switched_off


def draw_map(content: MapContent, options: MapPictureOptions) -> bytes:
    """Draw the map as PNG; a QGuiApplication must exist."""
    image = render_map_image(content, size=QSize(options.width_px, options.height_px), bounds_m=_bounds_m(options))
    return encode_png(image)


def encode_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, the method text
    return bytes(buffer.data().data())


def read_latest_readings(directory: Path) -> LatestReadings:
    """Return the latest reading of each series in this console."""
    path = directory / FILE_NAME
    if not path.exists():
        return {}
    with ReadingsStore(path) as readings:
        return {(reading.station, reading.parameter): reading for reading in readings.latest()}


def _bounds_m(options: MapPictureOptions) -> tuple[float, float, float, float] | None:
    if options.bounds_deg is None:
        return None
    west, south, east, north = options.bounds_deg
    return (*to_mercator(west, south), *to_mercator(east, north))


def compute_surfaces(
    specs: Sequence[LayerSpec], base_map: BaseMap, snapshot: ConsoleSnapshot, *, directory: Path, now: datetime
) -> tuple[Surface, ...]:
    """Compute surfaces from the current incidents and readings.

    Surfaces of stations are left out while this console has no readings.

    Args:
        specs: the wanted layers.
        base_map: the map that the surfaces cover.
        snapshot: stations and incidents.
        directory: the data directory with the readings.
        now: the end of the period.
    """
    made = []
    for spec in specs:
        source = value_source(spec)
        if source is None:
            made.append(make_surface(spec, base_map, *incident_points(snapshot.incidents)))
        elif (directory / FILE_NAME).exists():
            made.append(_station_surface(spec, source, base_map, snapshot, directory=directory, now=now))
    return tuple(made)


def _station_surface(
    spec: LayerSpec,
    source: ValueSource,
    base_map: BaseMap,
    snapshot: ConsoleSnapshot,
    *,
    directory: Path,
    now: datetime,
) -> Surface:
    stations = stations_measuring(snapshot.stations.values(), source.parameter)
    with ReadingsStore(directory / FILE_NAME) as readings:
        values = station_values(readings, stations, source, now)
    return make_surface(spec, base_map, *station_points(stations), values=values)
