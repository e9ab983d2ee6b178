"""Fonts, icons and stylesheet exist and follow the design."""

from importlib.resources import files

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF

from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import DARK, LIGHT
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.theme.stylesheet import stylesheet

ICONS = sorted(p.name for p in files("tabuah.resources").joinpath("icons").iterdir() if p.name.endswith(".svg"))


@pytest.mark.parametrize("style", TextStyle, ids=lambda style: style.name)
def test_text_styles_use_inter_with_tabular_figures(appearance: Appearance, style: TextStyle) -> None:
    font = appearance.font(style)
    metrics = QFontMetricsF(font)
    assert QFontInfo(font).family().startswith("Inter")
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0808"))


def test_fonts_grow_with_text_scale(appearance: Appearance) -> None:
    assert Appearance("dark", text_scale=1.5).font(TextStyle.BODY).pixelSize() == round(1.5 * 13)


@pytest.mark.parametrize("name", ICONS)
def test_icons_are_tinted(appearance: Appearance, name: str) -> None:
    image = icon_image(name.removesuffix(".svg"), "#ff0000", 20, 2.0)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    inked = [colour for colour in pixels if colour.alpha() > 200]
    assert image.width() == 40
    assert inked, "nothing is drawn"
    assert all(colour.red() > 2 * colour.green() for colour in inked)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_stylesheet_has_no_unfilled_placeholder(palette: object) -> None:
    text = stylesheet(palette)  # type: ignore[arg-type]
    assert "$" not in text
    assert text.count("{") == text.count("}")
