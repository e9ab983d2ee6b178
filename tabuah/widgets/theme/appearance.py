"""The appearance of the application: fonts, palette, colours of levels and text scale, for all painting widgets."""

from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from tabuah.widgets.theme.control_style import ControlStyle
from tabuah.widgets.theme.design_tokens import PALETTES, Palette, mix
from tabuah.widgets.theme.stylesheet import stylesheet
from tabuah.widgets.values import Level

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


TEXT_SCALES: Final = (1.0, 1.15, 1.3, 1.5)


class Appearance(QObject):
    """The current theme; widgets read it and repaint when it changes.

    Signals:
        changed: palette or text scale has changed.
    """

    changed = Signal()

    def __init__(self, theme: str = "dark", *, text_scale: float = 1.0) -> None:
        super().__init__()
        self._palette = PALETTES[theme]
        self._text_scale = text_scale
        self._app: QApplication | None = None
        self._style: ControlStyle | None = None

    @property
    def palette(self) -> Palette:
        return self._palette

    @property
    def text_scale(self) -> float:
        """1.0 is 100 %."""
        return self._text_scale

    def px(self, size_px: int) -> int:
        """Scale a size in px with the text."""
        return round(size_px * self._text_scale)

    def font(self, style: TextStyle) -> QFont:
        """Return the font of a text style at the current text scale."""
        return text_font(style, self._text_scale)

    def apply_to(self, app: QApplication) -> None:
        """Apply the theme to the application, now and after every change."""
        self._app = app
        install_fonts()
        self._style = ControlStyle(self._palette, self._text_scale)
        app.setStyle(self._style)
        self._apply_theme()

    def show_theme(self, theme: str) -> None:
        """Change to "dark" or "light"."""
        self._palette = PALETTES[theme]
        self._apply_theme()

    def show_text_scale(self, text_scale: float) -> None:
        """Change the text scale; layouts support 1.0 to 1.5."""
        self._text_scale = text_scale
        self._apply_theme()

    def _apply_theme(self) -> None:
        if self._app is not None and self._style is not None:
            self._style.show_theme(self._palette, self._text_scale)
            self._app.setPalette(qt_palette(self._palette))
            self._app.setFont(self.font(TextStyle.BODY))
            self._app.setStyleSheet(stylesheet(self._palette, self._text_scale))
        self.changed.emit()


def qt_palette(palette: Palette) -> QPalette:
    """Return the palette under Qt's colour roles, for whatever the stylesheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: palette.window,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Base: palette.panel,
        QPalette.ColorRole.AlternateBase: palette.raised,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.Button: palette.raised,
        QPalette.ColorRole.ButtonText: palette.text,
        QPalette.ColorRole.BrightText: palette.critical,
        QPalette.ColorRole.Highlight: palette.accent,
        QPalette.ColorRole.HighlightedText: palette.on_accent,
        QPalette.ColorRole.ToolTipBase: palette.raised,
        QPalette.ColorRole.ToolTipText: palette.text,
        QPalette.ColorRole.PlaceholderText: palette.faint,
        QPalette.ColorRole.Link: palette.accent_text,
        QPalette.ColorRole.Mid: palette.line,
    }
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.faint))
    return result


TINT = 0.12  # share of a level's colour in the background of its chip


def with_alpha(colour: str, share: float) -> QColor:
    """Return `colour` with opacity `share`."""
    result = QColor(colour)
    result.setAlphaF(share)
    return result


def level_colour(palette: Palette, level: Level) -> str:
    """Return the colour of a level's shape."""
    return str(getattr(palette, level.value))


def level_text(palette: Palette, level: Level) -> str:
    """Return the text colour of a level, readable on every background and on the level's own tint."""
    return str(getattr(palette, f"{level.value}_text"))


def level_tint(palette: Palette, level: Level) -> str:
    """Return the background of a level's chip on a panel."""
    return mix(palette.panel, level_colour(palette, level), TINT)
