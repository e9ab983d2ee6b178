"""Words can be read in both themes: WCAG 2.1 asks for a contrast of 4.5:1."""

import pytest
from contrasts import contrast

from tabuah.widgets.theme.colours import TINT, level_colour, level_text, level_tint, mix
from tabuah.widgets.theme.tokens import DARK, LIGHT, Palette
from tabuah.widgets.values import Level

ENOUGH = 4.5
BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("tone", ["text", "muted", "faint", "accent_text"])
@pytest.mark.parametrize("surface", ["window", "panel", "raised"])
def test_every_tone_can_be_read_on_every_surface(palette: Palette, tone: str, surface: str) -> None:
    assert contrast(getattr(palette, tone), getattr(palette, surface)) >= ENOUGH


@BOTH
@pytest.mark.parametrize("level", Level)
def test_words_of_a_level_can_be_read_on_surfaces_and_on_their_own_tint(palette: Palette, level: Level) -> None:
    grounds = [palette.window, palette.panel, palette.raised, level_tint(palette, level)]
    grounds.append(mix(palette.raised, level_colour(palette, level), TINT))
    assert min(contrast(level_text(palette, level), ground) for ground in grounds) >= ENOUGH


@BOTH
def test_a_primary_button_can_be_read(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= ENOUGH


@BOTH
@pytest.mark.parametrize("level", Level)
def test_shapes_of_levels_stand_out_from_the_panel(palette: Palette, level: Level) -> None:
    assert contrast(level_colour(palette, level), palette.panel) >= 3.0


@BOTH
@pytest.mark.parametrize("level", [Level.CRITICAL, Level.HIGH, Level.ATTENTION])
def test_text_on_the_loud_end_of_the_alarm_strip_can_be_read(palette: Palette, level: Level) -> None:
    share = 0.26 if palette.name == "dark" else 0.22
    ground = mix(palette.panel, level_colour(palette, level), share)
    assert contrast(palette.text, ground) >= ENOUGH
