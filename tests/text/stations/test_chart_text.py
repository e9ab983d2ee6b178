"""Texts of charts."""

import pytest

from tabuah.text.stations.chart_text import describe_next_threshold

LADDER = ((2.0, "Siaga 3"), (2.6, "Siaga 2"), (3.2, "Siaga 1"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.96, "1,04 m di bawah Siaga 3"),
        (2.0, "0,60 m di bawah Siaga 2"),
        (3.42, "0,22 m di atas Siaga 1"),
    ],
)
def test_chart_names_next_threshold(value: float, text: str):
    assert describe_next_threshold(value, LADDER, unit="m", digits=2) == text
