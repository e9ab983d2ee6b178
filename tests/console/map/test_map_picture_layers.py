"""Map pictures show the surfaces and tiles of the window, with legend and sources."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage
from support.command_line import CommandLine
from support.map_samples import small_base_map
from support.tile_samples import picture, write_mbtiles

from tabuah.console.map.map_picture import compute_surfaces, map_content
from tabuah.console.reports.map_figure import draw_overview_map, open_qt_graphics
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.window_settings import WindowSettings, save_window_settings
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.reference_systems import from_mercator
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.rendering.map_image import render_map_image, surface_key_rect, surface_key_rows
from tabuah.widgets.map.viewport import Viewport

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
TILE_RGB = (0x33, 0x66, 0x99)

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def shot(line: CommandLine, name: str) -> np.ndarray:
    file = line.data / name
    line.json("map", "shot", "-o", str(file), "--size", "400x300", "--bbox", "100.5,-1.1,100.9,-0.8")
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(300, 400, 4)[..., 2::-1].astype(int)


def test_picture_has_surface_shown_in_window(line: CommandLine):
    for _number in range(4):
        line.json("incident", "report", "--hazard", "banjir", "--title", "x", "--at", "100.7,-0.95")
    plain = shot(line, "plain.png")
    save_window_settings(line.data, WindowSettings(shown_layers=("incident_density",)))
    dense = shot(line, "dense.png")
    middle = (slice(100, 200), slice(150, 250))
    assert (np.abs(dense - plain).max(axis=2)[middle] > 20).mean() > 0.15
    assert (np.abs(dense - plain).max(axis=2)[150:260, :200] > 20).any(), "the key over the scale"


def test_picture_has_tiles_unless_hidden(line: CommandLine):
    (line.data / "tiles").mkdir(parents=True)
    tile = {(0, 0, 0): picture("#336699")}
    write_mbtiles(line.data / "tiles" / "citra.mbtiles", tile, name="Citra", attribution="© LAPAN")
    assert (np.abs(shot(line, "shown.png") - TILE_RGB).max(axis=2) <= 2).mean() > 0.5
    save_window_settings(line.data, WindowSettings(hidden_layers=("citra.mbtiles", "incidents")))
    assert (np.abs(shot(line, "hidden.png") - TILE_RGB).max(axis=2) <= 2).mean() < 0.01
    content = content_of(line.data)
    assert content.shows("incidents"), "only tiles and surfaces follow the window"
    assert "© LAPAN" not in content.attribution()
    save_window_settings(line.data, WindowSettings())
    assert "© LAPAN" in content_of(line.data).attribution()


def content_of(directory: Path) -> MapContent:
    store = ConsoleStore(directory)
    try:
        return map_content(store, load_maps(directory), theme="light")
    finally:
        store.close()


def rain_surface(tmp_path: Path, names: tuple[str, ...] = ("rain_1h",)):
    rain = Parameter(code="rain_mm", unit="mm", expected_interval_s=600, valid_min=0, valid_max=100)
    stations = {}
    for number, x_m in enumerate((-3000.0, 3000.0)):
        lon, lat = from_mercator(x_m, 0.0)
        code = f"SLK-ARR-{number:02d}"
        stations[code] = Station(
            code=code, name=code, kind=StationKind.RAIN, lon_deg=lon, lat_deg=lat, parameters=(rain,)
        )
    with ReadingsStore(tmp_path / FILE_NAME) as readings:
        moments = [NOW - timedelta(minutes=10 * step) for step in range(7)]
        readings.store([Reading(code, "rain_mm", at, 5.0) for code in stations for at in moments])
    specs = [spec for spec in shipped_style().layer if spec.name in names]
    return compute_surfaces(specs, small_base_map(), ConsoleSnapshot(stations=stations), directory=tmp_path, now=NOW)


def test_rain_surface_sums_local_readings(tmp_path: Path):
    (surface,) = rain_surface(tmp_path)
    assert surface.points == 2
    assert np.nanmax(surface.grid.values) == pytest.approx(30, abs=6)


def test_station_surface_requires_readings(tmp_path: Path):
    specs = [spec for spec in shipped_style().layer if spec.name in ("rain_1h", "incident_density")]
    made = compute_surfaces(specs, small_base_map(), ConsoleSnapshot(), directory=tmp_path, now=NOW)
    assert [surface.name for surface in made] == ["incident_density"]


def test_picture_legend_is_free_of_labels(tmp_path: Path):
    bare = MapContent(base_map=small_base_map())
    content = replace(bare, surfaces=rain_surface(tmp_path))
    (row,) = surface_key_rows(content)
    assert (row.title, row.note) == ("Hujan 1 jam terakhir", "dari 2 stasiun")
    assert surface_key_rows(replace(content, hidden=frozenset({"rain_1h"}))) == ()
    with_key, without = (render_map_image(each, size=QSize(500, 400)) for each in (content, bare))
    colours = {with_key.pixelColor(x, y).name() for x in range(12, 240) for y in range(280, 350)}
    assert {"#9ed3f0", "#d63a4a"} <= colours  # the first and the last class
    assert "#d63a4a" not in {without.pixelColor(x, y).name() for x in range(12, 240) for y in range(280, 350)}


def test_picture_legend_fits_small_picture(tmp_path: Path):
    base_map = replace(
        small_base_map(), attribution=("geoBoundaries, Runfola et al. 2020", "GSHHG, Wessel", "GeoNames")
    )
    content, hud = MapContent(base_map=base_map, surfaces=rain_surface(tmp_path)), MapDecorations()
    for width, height in ((400, 300), (1200, 700)):
        view = Viewport.fitting(base_map.bounds_m, width_px=width, height_px=height)
        plate = surface_key_rect(content, view, hud)
        assert plate is not None
        assert QRectF(0, 0, width, height).contains(plate)
        assert not any(plate.intersects(QRectF(x, y, x2 - x, y2 - y)) for x, y, x2, y2 in hud.boxes(content, view))


def test_report_map_shows_surface(tmp_path: Path):
    graphics = open_qt_graphics()
    content = MapContent(base_map=small_base_map(), surfaces=rain_surface(tmp_path))
    pictures = [
        QImage.fromData(draw_overview_map((), each))
        for each in (content, replace(content, hidden=frozenset({"rain_1h"})))
    ]
    middle = pictures[0].width() // 2 + 40, pictures[0].height() // 2 + 40  # next to the border
    assert pictures[0].pixelColor(*middle) != pictures[1].pixelColor(*middle)
    del graphics
