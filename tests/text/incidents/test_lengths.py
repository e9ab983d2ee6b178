"""Lengths in the figures of incidents: two units where both matter, one where the second says nothing."""

import pytest

from tabuah.resources.localisation import set_language
from tabuah.text.incidents.performance import NO_VALUE, describe_length

DAY_S = 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, NO_VALUE),
        (40, "40 dtk"),
        (12_000, "3 jam 20 mnt"),
        (2 * DAY_S + 4 * 3600, "2 hari 4 jam"),
        (17 * DAY_S + 14 * 3600, "18 hari"),
    ],
)
def test_length_has_the_units_that_matter(seconds: float | None, text: str):
    set_language("id")
    assert describe_length(seconds) == text
