"""The type: Inter, shipped as a resource, always with tabular figures, in a few named styles."""

from enum import Enum
from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase, QImage, QPainter

FAMILY = "Inter"
FALLBACKS = ("Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans")
FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


class Type(Enum):
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
    """Make Inter known to Qt; False when a file cannot be read and the fallbacks will be used."""
    folder = files("tabuah.resources").joinpath("fonts", "inter")
    added = [QFontDatabase.addApplicationFontFromData(folder.joinpath(name).read_bytes()) for name in FILES]
    return all(number >= 0 for number in added)


def type_font(style: Type, text_scale: float = 1.0) -> QFont:
    """The font of one style, with figures of equal width; numbers get a slashed zero."""
    return QFont(_type_font(style, text_scale))  # a copy: whoever asks may strike it out


@cache
def _type_font(style: Type, text_scale: float) -> QFont:
    size_px, weight, spacing_px = style.value
    font = QFont()
    font.setFamilies([FAMILY, *FALLBACKS])
    font.setPixelSize(round(size_px * text_scale))
    font.setWeight(weight)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing_px)
    font.setFeature(QFont.Tag("tnum"), 1)
    if style is Type.NUMBER:
        font.setFeature(QFont.Tag("zero"), 1)
    return font


def picture_font(size_px: float, weight: QFont.Weight, *, spacing_px: float = 0.0) -> QFont:
    """A font for what is painted, the same whatever the font of the window is like.

    A painter adds what a font does not say from the window's, such as figures of equal width; what is measured by the
    font alone would then not fit.
    """
    font = QFont([FAMILY, *FALLBACKS])
    font.setFeature(QFont.Tag("tnum"), 0)
    font.setPixelSize(round(size_px))
    font.setWeight(weight)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing_px)
    return font


def font_on(painter: QPainter, font: QFont) -> QFont:
    """The font for the device of a painter: Qt multiplies letter spacing, but not size, by its dots an inch."""
    usual_dpi = QImage(1, 1, QImage.Format.Format_Mono).logicalDpiY()
    told = QFont(font)
    spacing = font.letterSpacing() * usual_dpi / painter.device().logicalDpiY()
    told.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return told
