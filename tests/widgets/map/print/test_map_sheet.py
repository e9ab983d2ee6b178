"""Printed maps: content and format of the sheet, and agreement with the canvas."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from support.map_samples import incidents, small_base_map, stations

from tabuah.resources.localisation import set_language
from tabuah.widgets.map.content import AffectedArea, MapContent, MarkerClass, TileLayer
from tabuah.widgets.map.print.legend_block import legend_rows, letters_line
from tabuah.widgets.map.print.map_sheet import Grid, MapKeys, MapSheet, Paper
from tabuah.widgets.map.print.print_formats import PrintFormat, print_map, sheet_picture
from tabuah.widgets.map.print.sheet_layout import lay_out
from tabuah.widgets.map.print.sheet_painter import view_of
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

KEYS = MapKeys(incident_classes={MarkerClass.HIGH: "Berat"}, letters={"B": "Banjir", "L": "Tanah longsor"})
NOON = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def _indonesian() -> None:
    set_language("id")


def sheet(**changes: object) -> MapSheet:
    content = MapContent(
        base_map=small_base_map(),
        stations=stations([(2000, 2000)], [MarkerClass.CRITICAL]),
        incidents=incidents([(-3000, 3000)], [MarkerClass.HIGH]),
    )
    plain = MapSheet(
        content=content, title="Peta uji", subtitle="", office=("Kabupaten", "BPBD"), author="sari", data_at=NOON,
        printed_at=NOON, keys=KEYS,
    )  # fmt: skip
    return replace(plain, **changes)


def texts_of(sheet: MapSheet) -> list[str]:
    return [row.text for row in legend_rows(sheet.content, view_of(sheet), KEYS)]


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("landscape", [True, False])
def test_sheet_places_map_and_texts_inside_paper(paper: Paper, landscape: bool):
    one = sheet(paper=paper, landscape=landscape)
    layout, (width, height) = lay_out(one), one.size_px
    assert (width > height) is landscape
    for column in layout.columns:
        assert layout.border.contains(column)
        assert not column.intersects(layout.frame.toRectF())
    assert layout.frame.width() * layout.frame.height() > 0.5 * width * height


def test_sheet_legend_names_only_visible_things():
    assert texts_of(sheet()) == [
        "Insiden berat", "Stasiun kritis", "Batas kabupaten", "Batas kecamatan (perkiraan)", "Danau", "Kota",
    ]  # fmt: skip
    near_lake = sheet(bounds_m=(4500, 4500, 7500, 7500))
    assert texts_of(near_lake) == ["Danau"]
    assert letters_line(sheet().content, view_of(sheet()), KEYS) == "B = banjir"
    assert letters_line(near_lake.content, view_of(near_lake), KEYS) == ""


def test_hidden_layer_is_absent_from_sheet():
    hidden = replace(sheet().content, hidden=frozenset({"lakes", "incidents", "stations/critical"}))
    assert texts_of(sheet(content=hidden)) == ["Batas kabupaten", "Batas kecamatan (perkiraan)", "Kota"]


def test_sheet_is_light_in_any_theme():
    dark, light = (
        pixels(sheet_picture(sheet(content=replace(sheet().content, palette=p)), ratio=1.0)) for p in (DARK, LIGHT)
    )
    assert np.abs(dark.astype(int) - light).max() <= 2  # Qt rounds its first halo differently
    assert dark.mean() > 200


def test_sheet_prints_marker_at_its_place():
    plain = sheet(content=replace(sheet().content, stations=stations([], []), incidents=incidents([], [])))
    full, empty = pixels(sheet_picture(sheet(), ratio=2.0)), pixels(sheet_picture(plain, ratio=2.0))
    frame, view = lay_out(plain).frame, view_of(plain)
    part = slice(2 * frame.top(), 2 * frame.bottom()), slice(2 * frame.left(), 2 * frame.right())
    rows, columns = np.nonzero((full[part] != empty[part]).any(axis=2))
    for place_m in ((2000, 2000), (-3000, 3000)):
        x_px, y_px = view.to_screen(*place_m)
        assert np.hypot(rows / 2 - y_px, columns / 2 - x_px).min() < 4


def test_exercise_watermark_covers_sheet():
    real = sheet(content=replace(sheet().content, watermark=""))
    drill = sheet(content=replace(sheet().content, watermark="LATIHAN · Galodo"))
    before, after = pixels(sheet_picture(real, ratio=1.0)), pixels(sheet_picture(drill, ratio=1.0))
    frame = lay_out(real).frame
    part = slice(frame.top(), frame.bottom()), slice(frame.left(), frame.right())
    assert (before[part] != after[part]).any(axis=2).mean() > 0.01


def test_affected_area_is_in_sheet_legend():
    ring = np.array([(0.0, 0.0), (0.02, 0.0), (0.02, 0.02), (0.0, 0.0)])
    assert "Wilayah terdampak" in texts_of(
        sheet(content=replace(sheet().content, areas=(AffectedArea(rings=(ring,)),)))
    )


def test_tile_sources_are_printed_while_shown() -> None:
    tiles = (TileLayer(name="foto", path=Path("foto.mbtiles"), attribution="Badan Contoh"),)
    one = sheet(content=replace(sheet().content, tiles=tiles))
    assert "Badan Contoh" in print_map(one, PrintFormat.SVG).decode()
    hidden = sheet(content=replace(one.content, hidden=frozenset({"foto"})))
    assert "Badan Contoh" not in print_map(hidden, PrintFormat.SVG).decode()


def test_png_has_300_dots_per_inch():
    picture = QImage.fromData(print_map(sheet(), PrintFormat.PNG))
    assert (picture.width(), picture.height()) == (3507, 2481)  # 297 × 210 mm
    assert round(picture.dotsPerMeterX() * 0.0254) == 300


def test_svg_and_pdf_have_vectors_and_size(tmp_path: Path):
    svg = print_map(sheet(grid=Grid.BOTH), PrintFormat.SVG).decode()
    for words in ('width="296.9', 'height="210.', "Peta uji", "Danau"):
        assert words in svg
    assert svg.count("<image") < 12
    pdf = print_map(sheet(grid=Grid.BOTH, landscape=False), PrintFormat.PDF)
    assert pdf.startswith(b"%PDF-")
    assert b"/Count 1" in pdf


def test_pdf_text_can_be_searched(tmp_path: Path):
    file = tmp_path / "peta.pdf"
    file.write_bytes(print_map(sheet(), PrintFormat.PDF))
    try:
        told = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    for words in ("Peta uji", "Data per 24 Nov 2026 14.30 WIB", "Skala 1 :", "Insiden berat", "Dibuat oleh sari"):
        assert words in told
    assert "roads" not in told


def test_sheet_in_english_has_english_texts(tmp_path: Path):
    set_language("en")
    assert "Incident, berat" in texts_of(sheet())
    assert "Regency border" in texts_of(sheet())
