"""Typed figures: separators of thousands, hectares, Rupiah."""

import pytest

from tabuah.operations.incidents.figure_parser import parse_figure


@pytest.mark.parametrize(
    ("figure", "text", "value"),
    [
        ("deaths", "0", 0),
        ("displaced_people", "1.250", 1_250),
        ("roads_m", " 1 250 ", 1_250),
        ("loss_idr", "Rp 2.500.000.000", 2_500_000_000),
        ("loss_idr", "rp2500000", 2_500_000),
        ("farmland_m2", "0,25", 2_500),
        ("farmland_m2", "0.25 ha", 2_500),
        ("farmland_m2", "1.500", 15_000_000),
        ("farmland_m2", "12", 120_000),
    ],
)
def test_figure_is_read(figure, text, value):
    assert parse_figure(figure, text) == value


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        *[("deaths", text) for text in ("", "-1", "0.5", "1,5", "12.34", "satu", "Rp 5", "٣", "9" * 40)],
        *[("farmland_m2", text) for text in ("", "-1", "0,12345", "1,5,5", "ha", "1.5000.0")],
    ],
)
def test_text_that_is_no_figure_is_refused(figure, text):
    with pytest.raises(ValueError, match="not a figure"):
        parse_figure(figure, text)
