"""The words across the map of an exercise."""

import pytest

from tabuah.widgets.map.decorations.map_decorations import watermark_words


@pytest.mark.usefixtures("qapp")
def test_watermark_cuts_end_of_long_name_only() -> None:
    assert watermark_words("LATIHAN Galodo") == "LATIHAN Galodo"
    long = watermark_words("LATIHAN Galodo Marapi, gladi posko bersama BPBD dan Damkar")
    assert long.startswith("LATIHAN Galodo")
    assert long.endswith("…")
