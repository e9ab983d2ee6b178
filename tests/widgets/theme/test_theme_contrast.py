"""Texts are readable in both themes: WCAG 2.1 requires a contrast of 4.5:1."""

import pytest
from support.colour_contrast import contrast

from tabuah.widgets.controls.buttons import HOVERED_SHARE, PRESSED_SHARE, ButtonKind, button_colours
from tabuah.widgets.theme.appearance import TINT, level_colour, level_text, level_tint
from tabuah.widgets.theme.design_tokens import DARK, LIGHT, Palette, mix
from tabuah.widgets.values import Level

ENOUGH = 4.5
BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)


def test_contrast_follows_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("tone", ["text", "muted", "faint", "accent_text"])
@pytest.mark.parametrize("surface", ["window", "panel", "raised"])
def test_tones_are_readable_on_every_background(palette: Palette, tone: str, surface: str) -> None:
    assert contrast(getattr(palette, tone), getattr(palette, surface)) >= ENOUGH


@BOTH
@pytest.mark.parametrize("level", Level)
def test_level_texts_are_readable(palette: Palette, level: Level) -> None:
    grounds = [palette.window, palette.panel, palette.raised, level_tint(palette, level)]
    grounds.append(mix(palette.raised, level_colour(palette, level), TINT))
    assert min(contrast(level_text(palette, level), ground) for ground in grounds) >= ENOUGH


@BOTH
@pytest.mark.parametrize("kind", ButtonKind)
@pytest.mark.parametrize("share", [0.0, HOVERED_SHARE, PRESSED_SHARE])
def test_button_is_readable(palette: Palette, kind: ButtonKind, share: float) -> None:
    fill, ink = button_colours(palette, kind)
    assert contrast(ink, mix(fill or palette.panel, palette.text, share)) >= ENOUGH


@BOTH
def test_danger_button_differs_from_primary(palette: Palette) -> None:
    assert button_colours(palette, ButtonKind.DANGER)[0] != button_colours(palette, ButtonKind.PRIMARY)[0]


@BOTH
@pytest.mark.parametrize("band", ["exercise", "critical"])
def test_bands_over_window_are_readable(palette: Palette, band: str) -> None:
    assert contrast(getattr(palette, f"on_{band}"), getattr(palette, band)) >= ENOUGH


@BOTH
@pytest.mark.parametrize("level", Level)
def test_level_shapes_contrast_with_panel(palette: Palette, level: Level) -> None:
    assert contrast(level_colour(palette, level), palette.panel) >= 3.0


@BOTH
@pytest.mark.parametrize("level", [Level.CRITICAL, Level.HIGH, Level.ATTENTION])
def test_alarm_strip_text_is_readable(palette: Palette, level: Level) -> None:
    share = 0.26 if palette.name == "dark" else 0.22
    ground = mix(palette.panel, level_colour(palette, level), share)
    assert contrast(palette.text, ground) >= ENOUGH
