"""Tests of the style file: error positions, and partial files of an administrator."""

from pathlib import Path

import pytest

from tabuah.gis.errors import MapStyleError
from tabuah.gis.layers.colours import MixedColour, PlainColour, colour_for_theme, parse_colour
from tabuah.gis.layers.style_file import read_style, shipped_style, style_of_directory
from tabuah.gis.layers.surfaces import ValueSource, value_source

HEAD = 'version = 1\n\n[[layer]]\nname = "a"\nkind = "lines"\n\n[[layer]]\nname = "b"\nkind = "polygons"\n'


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("rest", "line", "field"),
    [
        ('line = { colour = "purpel" }', 10, "layer[1].line"),
        ('order = 3\nline = { colour = "river", width_px = "2" }', 11, "layer[1].line.width_px"),
        ("opacity = 1.5", 10, "layer[1].opacity"),
        ("opactiy = 0.5", 10, "layer[1]"),
        ('[layer.fill]\ncolour = "#12345"', 10, "layer[1].fill"),
        ('by_value = { breaks = [5, 5], colours = ["water", "land", "text"] }', 10, "layer[1].by_value"),
        ('by_value = { breaks = [5], colours = ["water"] }', 10, "layer[1].by_value"),
        ("= 3", 10, ""),
    ],
)
def test_style_error_has_line_and_field(tmp_path, rest, line, field):
    with pytest.raises(MapStyleError) as caught:
        read_style(written(tmp_path / "style.toml", f"{HEAD}{rest}\n"))
    assert caught.value.field == field
    if rest != "opactiy = 0.5":  # an unknown field is reported for its table
        assert caught.value.line == line
    assert "style.toml" in str(caught.value)


def test_style_rejects_duplicate_layer_names(tmp_path):
    with pytest.raises(MapStyleError, match="a"):
        read_style(written(tmp_path / "style.toml", HEAD + '[[layer]]\nname = "a"\nkind = "lines"\n'))


def test_directory_style_changes_only_named_layers(tmp_path):
    (tmp_path / "map").mkdir()
    written(
        tmp_path / "map" / "style.toml",
        'version = 1\n[[layer]]\nname = "rivers"\nkind = "lines"\nline = { colour = "#ff00ff" }\n',
    )
    style, problem = style_of_directory(tmp_path)
    assert problem == ""
    assert style.named("rivers").line.colour == "#ff00ff"
    assert style.named("lakes") == shipped_style().named("lakes")
    assert [layer.name for layer in style.layer] == [layer.name for layer in shipped_style().layer]


def test_directory_style_with_error_keeps_shipped_style(tmp_path):
    (tmp_path / "map").mkdir()
    written(tmp_path / "map" / "style.toml", HEAD + "order = -1\n")
    style, problem = style_of_directory(tmp_path)
    assert style == shipped_style()
    assert "style.toml, baris 10" in problem


def test_colours_may_be_tokens_hex_or_mixes(tmp_path):
    assert parse_colour("mix(land, #ffffff, 0.25)") == MixedColour(PlainColour("land"), PlainColour("#ffffff"), 0.25)
    rivers = shipped_style().named("rivers").label
    assert colour_for_theme(rivers.colour, "dark") != colour_for_theme(rivers.colour, "light")
    for wrong in ("mix(land, text, 2)", "mix(land, text)", "river; drop", "#12"):
        with pytest.raises(ValueError, match=r"colour|warna|mix"):
            parse_colour(wrong)


def test_documentation_example_is_a_valid_style(project: Path, tmp_path):
    page = (project / "docs" / "map-layers.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    style = read_style(written(tmp_path / "style.toml", example))
    assert {layer.kind for layer in style.layer} == {"points", "polygons", "raster", "surface"}
    assert value_source(style.named("suhu")) == ValueSource(parameter="temperature_c")
