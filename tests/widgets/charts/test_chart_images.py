"""Charts match the approved images; missing or different parts are detected."""

import sys

import msgspec
import pytest
from support.approved_charts import chart_picture, full_chart
from support.approved_images import FOLDER, differences, open_image, pillow_of

from tabuah.widgets.charts import value_lines
from tabuah.widgets.theme.appearance import install_fonts

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(sys.platform != "linux", reason="other systems draw letters with an engine of their own"),
]


@pytest.fixture(autouse=True)
def pinned_fonts(qapp) -> None:
    assert install_fonts()


def matters(picture) -> bool:
    return differences(pillow_of(picture), open_image(FOLDER / "chart-dark.png")).matters


NOTHING = {"rain": None, "bands": (), "spans": (), "compared": (), "forecast": None, "now_s": 0.0}


@pytest.mark.parametrize("part", NOTHING)
def test_chart_image_detects_missing_part(part):
    assert not matters(chart_picture("dark"))
    assert matters(chart_picture("dark", msgspec.structs.replace(full_chart(), **{part: NOTHING[part]})))


def test_chart_image_detects_closed_gap():
    whole = full_chart()
    values = msgspec.structs.replace(whole.values, interval_s=36_000.0)
    known = values.values == values.values
    values = msgspec.structs.replace(values, times_s=values.times_s[known], values=values.values[known])
    assert matters(chart_picture("dark", msgspec.structs.replace(whole, values=values)))


def test_chart_image_detects_wider_line(monkeypatch):
    monkeypatch.setattr(value_lines, "_WIDTH_PX", 3.5)
    assert matters(chart_picture("dark"))
