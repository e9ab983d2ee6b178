"""The appearance of the application: palette and text scale, observed by every widget that paints."""

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from tabuah.widgets.theme.control_style import ControlStyle
from tabuah.widgets.theme.design_tokens import PALETTES, Palette
from tabuah.widgets.theme.fonts import TextStyle, install_fonts, text_font
from tabuah.widgets.theme.stylesheet import stylesheet

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
