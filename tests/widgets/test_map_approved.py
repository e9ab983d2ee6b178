"""The map looks as somebody approved it; a moved name, a missing layer or another colour would be noticed."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import approved_images
import msgspec
import pytest
from approved_images import FOLDER, approve, check_image, differences, open_image, pillow_of
from approved_scenes import LEMBANG, map_of, regency_view, scenes, view_at
from PIL import Image, ImageFilter
from PySide6.QtGui import QImage

from tabuah.gis.layers.specification import MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.map.snapshot import picture_of_view
from tabuah.widgets.theme.fonts import install_fonts
from tabuah.widgets.theme.tokens import DARK, LIGHT

PROJECT = Path(__file__).resolve().parents[2]
FAILURES = Path(os.environ.get("TABUAH_FAILED_IMAGES", PROJECT / "out" / "failed-images"))
MOST_BYTES = 600_000

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(sys.platform != "linux", reason="other systems draw letters with an engine of their own"),
]


@pytest.fixture(autouse=True)
def pinned_fonts(qapp) -> None:
    assert install_fonts()


@pytest.mark.parametrize("name", list(scenes()))
def test_a_scene_looks_as_approved(name):
    told = check_image(name, scenes()[name](), FAILURES)
    assert not told, told


def test_every_approved_picture_has_a_scene_and_all_are_small():
    files = list(FOLDER.glob("*.png"))
    assert {file.stem for file in files} == set(scenes())
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


def approved(name: str) -> Image.Image:
    return open_image(FOLDER / f"{name}.png")


def matters(name: str, picture: QImage) -> bool:
    return differences(pillow_of(picture), approved(name)).matters


def relabelled(**moved: tuple[float, float]):
    """The shipped map with labels of some places moved by so many metres."""
    content = map_of(LIGHT)
    layers = []
    for layer in content.basemap.layers:
        features = tuple(
            replace(each, label_m=(each.label_m[0] + moved[each.name][0], each.label_m[1] + moved[each.name][1]))
            if each.name in moved and layer.name != "kecamatan"
            else each
            for each in layer.features
        )
        layers.append(replace(layer, features=features))
    return replace(content, basemap=replace(content.basemap, layers=tuple(layers)))


def test_a_name_that_moves_by_a_few_pixels_is_noticed():
    view = view_at(*LEMBANG, 20.0)
    assert not matters("nagari-light", picture_of_view(relabelled(), view))
    for dx_px, dy_px in ((4, 0), (0, 3)):
        moved = relabelled(Dilam=(20.0 * dx_px, 20.0 * dy_px))
        assert matters("nagari-light", picture_of_view(moved, view)), (dx_px, dy_px)


LAYERS = ["lakes", "rivers", "kecamatan", "nagari", "volcanoes", "neighbours", "labels"]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_missing_is_noticed(layer):
    content = map_of(LIGHT)
    without = replace(content, hidden=content.hidden | {layer})
    name, view = "kecamatan-light", view_at(*LEMBANG, 60.0)
    if layer == "rivers":  # none is near
        name, view = "regency-light", regency_view()
    assert matters(name, picture_of_view(without, view))


@pytest.mark.parametrize("token", ["land", "water", "outside", "boundary", "boundary_minor", "label", "river"])
def test_another_colour_is_noticed(token):
    colour = getattr(DARK, token)
    changed = f"#{int(colour[1:3], 16) ^ 0x30:02x}{colour[3:5]}{int(colour[5:], 16) ^ 0x40:02x}"
    palette = replace(DARK, **{token: changed})
    name, view = "regency-dark", regency_view()
    assert not matters(name, picture_of_view(map_of(DARK), view))
    assert matters(name, picture_of_view(map_of(palette), view))


def test_a_line_that_is_wider_is_noticed():
    style, named = shipped_style(), shipped_style().named("regency")
    line = msgspec.structs.replace(named.line, width_px=named.line.width_px + 1.2)
    wider = style.with_layers(MapStyle(version=1, layer=(msgspec.structs.replace(named, line=line),)))
    assert matters("regency-light", picture_of_view(replace(map_of(LIGHT), style=wider), regency_view()))


def test_how_edges_are_smoothed_is_not_noticed():
    picture = approved("kecamatan-light")
    for softened in (
        Image.blend(picture, picture.filter(ImageFilter.GaussianBlur(0.6)), 0.6),
        Image.blend(picture, picture.filter(ImageFilter.SHARPEN), 0.25),
        picture.quantize(160, kmeans=3, dither=Image.Dither.NONE).convert("RGB"),
    ):
        found = differences(softened, picture)
        assert not found.matters, found


def test_what_fails_is_shown_side_by_side_and_said_where(tmp_path, monkeypatch):
    monkeypatch.setattr(approved_images, "FOLDER", tmp_path / "approved")
    picture = picture_of_view(map_of(LIGHT), view_at(*LEMBANG, 60.0))
    assert "make approve-images ARGS=one" in check_image("one", picture, tmp_path)
    approve("one", picture)
    assert check_image("one", picture, tmp_path) == ""
    other = picture_of_view(map_of(DARK), view_at(*LEMBANG, 60.0))
    told = check_image("one", other, tmp_path / "failed")
    assert str(tmp_path / "failed" / "one.png") in told
    assert open_image(tmp_path / "failed" / "one.png").size == (3 * 640 + 16, 400)
    assert "640" in check_image("one", other.copy(0, 0, 100, 100), tmp_path)
