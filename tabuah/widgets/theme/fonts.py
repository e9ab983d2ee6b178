"""The fonts: Inter, shipped as a resource, with tabular figures, in a few text styles."""

from enum import Enum
from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase, QImage, QPainter

FAMILY = "Inter"
FALLBACKS = ("Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans")
FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


class TextStyle(Enum):
    """The type scale: size in px at 100 %, weight, letter spacing in px."""

    CAPTION = (11, QFont.Weight.Normal, 0.0)
    OVERLINE = (11, QFont.Weight.DemiBold, 0.7)
    NUMBER = (11, QFont.Weight.Medium, 0.4)
    SMALL = (12, QFont.Weight.Normal, 0.0)
    SMALL_STRONG = (12, QFont.Weight.DemiBold, 0.0)
    BODY = (13, QFont.Weight.Normal, 0.0)
    MEDIUM = (13, QFont.Weight.Medium, 0.0)
    STRONG = (13, QFont.Weight.DemiBold, 0.0)
    TITLE = (15, QFont.Weight.DemiBold, 0.0)
    HEADING = (19, QFont.Weight.Bold, -0.2)
    FIGURE = (18, QFont.Weight.Bold, 0.0)


def install_fonts() -> bool:
    """Register Inter with Qt; return False if a file cannot be read, so that the fallbacks are used."""
    folder = files("tabuah.resources").joinpath("fonts", "inter")
    added = [QFontDatabase.addApplicationFontFromData(folder.joinpath(name).read_bytes()) for name in FILES]
    return all(number >= 0 for number in added)


def text_font(style: TextStyle, text_scale: float = 1.0) -> QFont:
    """Return the font of a style, with tabular figures; NUMBER has a slashed zero."""
    return QFont(_text_font(style, text_scale))  # a copy, because callers may modify it


@cache
def _text_font(style: TextStyle, text_scale: float) -> QFont:
    size_px, weight, spacing_px = style.value
    font = QFont()
    font.setFamilies([FAMILY, *FALLBACKS])
    font.setPixelSize(round(size_px * text_scale))
    font.setWeight(weight)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing_px)
    font.setFeature(QFont.Tag("tnum"), 1)
    if style is TextStyle.NUMBER:
        font.setFeature(QFont.Tag("zero"), 1)
    return font


def painted_font(size_px: float, weight: QFont.Weight, *, spacing_px: float = 0.0) -> QFont:
    """Return a font for painting that does not depend on the font of the window.

    A painter fills unset features, such as tabular figures, from the window's font, so that text measured
    with the font alone would not fit.
    """
    font = QFont([FAMILY, *FALLBACKS])
    font.setFeature(QFont.Tag("tnum"), 0)
    font.setPixelSize(round(size_px))
    font.setWeight(weight)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing_px)
    return font


def font_for_device(painter: QPainter, font: QFont) -> QFont:
    """Return the font for a painter's device: Qt scales letter spacing, but not pixel size, by its DPI."""
    usual_dpi = QImage(1, 1, QImage.Format.Format_Mono).logicalDpiY()
    scaled = QFont(font)
    spacing = font.letterSpacing() * usual_dpi / painter.device().logicalDpiY()
    scaled.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return scaled
