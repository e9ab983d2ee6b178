"""The style file: what is wrong is told with line and field; an administrator's file changes only what it names."""

from pathlib import Path

import pytest

from tabuah.gis.errors import MapStyleError
from tabuah.gis.layers.inks import MixedInk, PlainInk, for_theme, parsed_ink
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
def test_a_mistake_is_told_with_its_line_and_field(tmp_path, rest, line, field):
    with pytest.raises(MapStyleError) as caught:
        read_style(written(tmp_path / "style.toml", f"{HEAD}{rest}\n"))
    assert caught.value.field == field
    if rest != "opactiy = 0.5":  # the table is named where the field is unknown
        assert caught.value.line == line
    assert "style.toml" in str(caught.value)


def test_two_layers_of_one_name_are_refused(tmp_path):
    with pytest.raises(MapStyleError, match="a"):
        read_style(written(tmp_path / "style.toml", HEAD + '[[layer]]\nname = "a"\nkind = "lines"\n'))


def test_a_directory_changes_only_the_layers_it_names(tmp_path):
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


def test_a_directory_with_a_mistake_keeps_the_usual_look_and_says_so(tmp_path):
    (tmp_path / "map").mkdir()
    written(tmp_path / "map" / "style.toml", HEAD + "order = -1\n")
    style, problem = style_of_directory(tmp_path)
    assert style == shipped_style()
    assert "style.toml, baris 10" in problem


def test_colours_are_tokens_numbers_or_mixes_and_may_differ_by_theme(tmp_path):
    assert parsed_ink("mix(land, #ffffff, 0.25)") == MixedInk(PlainInk("land"), PlainInk("#ffffff"), 0.25)
    rivers = shipped_style().named("rivers").label
    assert for_theme(rivers.colour, "dark") != for_theme(rivers.colour, "light")
    for wrong in ("mix(land, text, 2)", "mix(land, text)", "river; drop", "#12"):
        with pytest.raises(ValueError, match=r"colour|warna|mix"):
            parsed_ink(wrong)


def test_the_example_in_the_documentation_is_a_style_file(project: Path, tmp_path):
    page = (project / "docs" / "map-layers.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    style = read_style(written(tmp_path / "style.toml", example))
    assert {layer.kind for layer in style.layer} == {"points", "polygons", "raster", "surface"}
    assert value_source(style.named("suhu")) == ValueSource(parameter="temperature_c")
