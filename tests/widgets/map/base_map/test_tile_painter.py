"""Raster tiles: position without seams, coarser replacements, and reports of damage and loss."""

import sys
from contextlib import closing
from math import pi
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from support.map_samples import small_base_map
from support.tile_samples import picture, write_mbtiles, write_pmtiles

from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.gis.reference_systems import MERCATOR_RADIUS_M
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MapContent, TileLayer
from tabuah.widgets.map.layers.layer_notes import LayerNote, LayerState
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK

pytestmark = pytest.mark.usefixtures("qapp")

ZOOM = 11  # a tile is 19.6 km wide: four of them meet in the middle of the regency
SIDE_M = 2 * pi * MERCATOR_RADIUS_M / 2**ZOOM
MIDDLE = 2 ** (ZOOM - 1)
VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=SIDE_M / 256, width_px=240, height_px=240)
CORNERS = {
    (ZOOM, MIDDLE - 1, MIDDLE - 1): "#ff0000",  # north-west
    (ZOOM, MIDDLE, MIDDLE - 1): "#00ff00",
    (ZOOM, MIDDLE - 1, MIDDLE): "#0000ff",
    (ZOOM, MIDDLE, MIDDLE): "#ffff00",  # south-east
}


def four(folder: Path, write=write_mbtiles, kind: str = "PNG", **told: str) -> Path:
    name = "citra.mbtiles" if write is write_mbtiles else "citra.pmtiles"
    return write(folder / name, {place: picture(colour, kind=kind) for place, colour in CORNERS.items()}, **told)


def content(path: Path, **changes) -> MapContent:
    return replace(MapContent(tiles=(TileLayer(name="citra", path=path),)), **changes)


def painted(shown: MapContent, view: Viewport = VIEW, ratio: float = 1.0) -> tuple[QImage, LayerNote]:
    image = QImage(round(view.width_px * ratio), round(view.height_px * ratio), QImage.Format.Format_RGB32)
    with closing(BasePainter()) as painter:
        assert painter.paint(image, shown, view=view, pixel_ratio=ratio)
        return image, painter.tiles.notes["citra"]


def quarters(image: QImage) -> list[str]:
    side = image.width()
    near, far = side // 4, side - side // 4 - 7
    return [image.pixelColor(x, y).name() for y in (near, far) for x in (near, far)]


@pytest.mark.parametrize("write", [write_mbtiles, write_pmtiles], ids=["mbtiles", "pmtiles"])
def test_tiles_are_drawn_at_their_place(tmp_path, write):
    image, note = painted(content(four(tmp_path, write)))
    assert quarters(image) == ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
    assert note == LayerNote()


@pytest.mark.parametrize("scale", [1.0, 0.83, 1.31, 0.31])
def test_tiles_have_no_seams_at_any_scale(tmp_path, scale):
    view = replace(VIEW, metres_per_px=VIEW.metres_per_px * scale, centre_x_m=17.3, centre_y_m=-11.9)
    image, _note = painted(content(four(tmp_path)), view)
    seen = np.unique(pixels_of(image)[100:140, 100:140] & np.uint32(0xFFFFFF))
    wanted = {int(colour[1:], 16) for colour in CORNERS.values()}
    grid = int(image.pixelColor(0, 0).name()[1:], 16)
    assert len(set(seen.tolist()) - wanted - {grid}) <= 1  # the graticule line through 0°, 0°


@pytest.mark.parametrize("kind", ["PNG", "JPG", "WEBP"])
def test_tiles_read_common_image_formats(tmp_path, kind):
    image, note = painted(content(four(tmp_path, kind=kind)))
    assert note.state is LayerState.FINE
    assert image.pixelColor(40, 40).red() > 240


def test_coarser_tile_replaces_missing_tile(tmp_path):
    coarse = (ZOOM - 1, MIDDLE // 2 - 1, MIDDLE // 2 - 1)  # the north-western quarter of the centre tile
    tiles = {coarse: picture("#123456"), **{p: picture(c) for p, c in CORNERS.items() if c != "#ff0000"}}
    image, _note = painted(content(write_mbtiles(tmp_path / "citra.mbtiles", tiles)))
    assert quarters(image) == ["#123456", "#00ff00", "#0000ff", "#ffff00"]


def test_damaged_tile_is_skipped_and_reported(tmp_path):
    tiles = {place: picture(colour) for place, colour in CORNERS.items()}
    tiles[ZOOM, MIDDLE, MIDDLE] = tiles[ZOOM, MIDDLE, MIDDLE][:60]
    image, note = painted(content(write_mbtiles(tmp_path / "citra.mbtiles", tiles)))
    assert quarters(image)[:3] == ["#ff0000", "#00ff00", "#0000ff"]
    assert image.pixelColor(200, 200).name() == DARK.outside
    assert (note.state, note.text) == (LayerState.PROBLEM, "1 ubin rusak tidak ditampilkan")


def test_damaged_archive_is_reported_and_map_drawn(tmp_path):
    path = tmp_path / "citra.mbtiles"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 500)
    image, note = painted(content(path, base_map=small_base_map()))
    assert image.pixelColor(100, 130).name() == DARK.land
    assert note.state is LayerState.PROBLEM
    assert "citra.mbtiles" in note.text


def test_tiles_report_view_too_far_out(tmp_path):
    image, note = painted(content(four(tmp_path)), replace(VIEW, metres_per_px=20_000))
    assert image.pixelColor(40, 40).name() == DARK.outside
    assert note.text == "tampil bila peta didekatkan"


def test_tiles_lie_between_land_and_water(tmp_path):
    near = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=240, height_px=240)
    shown = content(four(tmp_path), base_map=small_base_map())
    image, _note = painted(shown, near)
    assert image.pixelColor(60, 180).name() == "#0000ff"
    assert image.pixelColor(*(round(v) for v in near.to_screen(5_100, 5_300))).name() == DARK.water
    half, _note = painted(replace(shown, choices=LayerChoices().with_opacity("citra", 0.0)), near)
    assert half.pixelColor(60, 180).name() == DARK.land


def test_tile_sources_are_credited_while_shown(tmp_path):
    layer = TileLayer(name="citra", path=four(tmp_path), attribution="Badan Peta")
    shown = MapContent(base_map=small_base_map(), tiles=(layer,))
    assert shown.attribution() == ("contoh", "Badan Peta")
    assert replace(shown, hidden=frozenset({"citra"})).attribution() == ("contoh",)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a file that is open where it is")
def test_vanished_tile_file_is_reported_and_returns(tmp_path):
    path = four(tmp_path)
    shown, image = content(path), QImage(240, 240, QImage.Format.Format_RGB32)
    with closing(BasePainter()) as painter:
        for there in (True, False, True):
            if there != path.exists():
                path.rename(path.with_suffix(".away")) if path.exists() else path.with_suffix(".away").rename(path)
            painter.paint(image, shown, view=VIEW, pixel_ratio=1.0)
            assert (painter.tiles.notes["citra"].state is LayerState.FINE) == there
            assert (quarters(image)[0] == "#ff0000") == there
        assert painter.tiles.notes["citra"] == LayerNote()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a file that is open where it is")
def test_replaced_tile_file_is_read_again(tmp_path):
    path = four(tmp_path)
    shown, image = content(path), QImage(240, 240, QImage.Format.Format_RGB32)
    with closing(BasePainter()) as painter:
        painter.paint(image, shown, view=VIEW, pixel_ratio=1.0)
        newer = write_mbtiles(tmp_path / "newer", {place: picture("#abcdef") for place in CORNERS})
        newer.replace(path)
        painter.paint(image, shown, view=VIEW, pixel_ratio=1.0)
    assert quarters(image) == ["#abcdef"] * 4


def test_tile_cache_stays_within_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("tabuah.widgets.map.base_map.tile_painter._KEPT_BYTES", 3 * 256 * 256 * 4)
    with closing(BasePainter()) as painter:
        image = QImage(240, 240, QImage.Format.Format_RGB32)
        painter.paint(image, content(four(tmp_path)), view=VIEW, pixel_ratio=1.0)
        assert quarters(image) == ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
        assert len(painter.tiles._pictures) == 3


def test_canvas_reports_layer_status_after_hiding(qtbot, tmp_path):
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 240)
    canvas.show_base_map(small_base_map())
    canvas.show_tiles(
        (TileLayer(name="citra", path=four(tmp_path)), TileLayer(name="hilang", path=tmp_path / "x.mbtiles"))
    )
    with qtbot.waitSignal(canvas.settled):
        canvas.show()
    assert canvas.layer_notes["citra"].state is LayerState.FINE
    assert canvas.layer_notes["hilang"].state is LayerState.MISSING
    canvas.hide()
    with qtbot.waitSignal(canvas.settled):
        canvas.show()
        canvas.set_layer_visible("rivers", visible=False)
    assert canvas.layer_notes["citra"].state is LayerState.FINE
    canvas.close()
