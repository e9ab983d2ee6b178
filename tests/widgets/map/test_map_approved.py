"""Map pictures match the approved ones; a moved label, missing layer or changed colour is detected."""

import dataclasses
import os
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PIL import Image, ImageFilter
from PySide6.QtGui import QImage
from support import approved_images
from support.approved_images import FOLDER, approve, check_image, differences, open_image, pillow_of
from support.approved_scenes import LEMBANG, map_of, regency_view, scenes, view_at

from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.theme.appearance import install_fonts
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

PROJECT = Path(__file__).resolve().parents[3]
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
def test_map_scene_matches_approved_picture(name):
    told = check_image(name, scenes()[name](), FAILURES)
    assert not told, told


def test_approved_pictures_have_scenes_and_are_small():
    files = list(FOLDER.glob("*.png"))
    assert {file.stem for file in files} == set(scenes())
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


def approved(name: str) -> Image.Image:
    return open_image(FOLDER / f"{name}.png")


def matters(name: str, picture: QImage) -> bool:
    return differences(pillow_of(picture), approved(name)).matters


def relabelled(**moved: tuple[float, float]):
    """Return the shipped map with the labels of some places moved, in metres."""
    content = map_of(LIGHT)
    layers = []
    for layer in content.base_map.layers:
        features = tuple(
            dataclasses.replace(  # noqa: TID251 - not a struct
                each, label_m=(each.label_m[0] + moved[each.name][0], each.label_m[1] + moved[each.name][1])
            )
            if each.name in moved and layer.name != "kecamatan"
            else each
            for each in layer.features
        )
        layers.append(replace(layer, features=features))
    return replace(content, base_map=replace(content.base_map, layers=tuple(layers)))


def test_comparison_detects_label_moved_by_pixels():
    view = view_at(*LEMBANG, 20.0)
    assert not matters("nagari-light", render_view_image(relabelled(), view))
    for dx_px, dy_px in ((4, 0), (0, 3)):
        moved = relabelled(Dilam=(20.0 * dx_px, 20.0 * dy_px))
        assert matters("nagari-light", render_view_image(moved, view)), (dx_px, dy_px)


LAYERS = ["lakes", "rivers", "kecamatan", "nagari", "volcanoes", "neighbours", "labels"]


@pytest.mark.parametrize("layer", LAYERS)
def test_comparison_detects_missing_layer(layer):
    content = map_of(LIGHT)
    without = replace(content, hidden=content.hidden | {layer})
    name, view = "kecamatan-light", view_at(*LEMBANG, 60.0)
    if layer == "rivers":  # no other station is near
        name, view = "regency-light", regency_view()
    assert matters(name, render_view_image(without, view))


@pytest.mark.parametrize("token", ["land", "water", "outside", "boundary", "boundary_minor", "label", "river"])
def test_comparison_detects_changed_colour(token):
    colour = getattr(DARK, token)
    changed = f"#{int(colour[1:3], 16) ^ 0x30:02x}{colour[3:5]}{int(colour[5:], 16) ^ 0x40:02x}"
    palette = replace(DARK, **{token: changed})
    name, view = "regency-dark", regency_view()
    assert not matters(name, render_view_image(map_of(DARK), view))
    assert matters(name, render_view_image(map_of(palette), view))


def test_comparison_detects_wider_line():
    style, named = shipped_style(), shipped_style().named("regency")
    line = msgspec.structs.replace(named.line, width_px=named.line.width_px + 1.2)
    wider = style.with_layers(MapStyle(version=1, layer=(msgspec.structs.replace(named, line=line),)))
    assert matters("regency-light", render_view_image(replace(map_of(LIGHT), style=wider), regency_view()))


def test_comparison_ignores_edge_smoothing():
    picture = approved("kecamatan-light")
    for softened in (
        Image.blend(picture, picture.filter(ImageFilter.GaussianBlur(0.6)), 0.6),
        Image.blend(picture, picture.filter(ImageFilter.SHARPEN), 0.25),
        picture.quantize(160, kmeans=3, dither=Image.Dither.NONE).convert("RGB"),
    ):
        found = differences(softened, picture)
        assert not found.matters, found


def test_comparison_failure_saves_images_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(approved_images, "FOLDER", tmp_path / "approved")
    picture = render_view_image(map_of(LIGHT), view_at(*LEMBANG, 60.0))
    assert "make approve-images ARGS=one" in check_image("one", picture, tmp_path)
    approve("one", picture)
    assert check_image("one", picture, tmp_path) == ""
    other = render_view_image(map_of(DARK), view_at(*LEMBANG, 60.0))
    told = check_image("one", other, tmp_path / "failed")
    assert str(tmp_path / "failed" / "one.png") in told
    assert open_image(tmp_path / "failed" / "one.png").size == (3 * 640 + 16, 400)
    assert "640" in check_image("one", other.copy(0, 0, 100, 100), tmp_path)
