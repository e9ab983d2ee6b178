"""A band across the window in one colour, with a title, a sentence and buttons."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, IconPicture, Text
from tabuah.widgets.controls.layout import row
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class ColourBand(QFrame):
    """A band across the window in one colour of the palette. It is hidden while it has no text."""

    def __init__(self, appearance: Appearance, *, colour: str, ink: str, icon: str, name: str) -> None:
        super().__init__()
        self._appearance, self._colour = appearance, colour
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = Text(appearance, style=TextStyle.STRONG, tone=ink)
        self._detail = ElidedText(appearance, style=TextStyle.SMALL, tone=ink)
        self._row = row(self, spacing_px=10)
        self._row.setContentsMargins(16, 3, 8, 3)
        self._row.addWidget(IconPicture(appearance, icon, size_px=16, tone=ink))
        self._row.addWidget(self._title)
        self._row.addWidget(self._detail, 1)
        appearance.changed.connect(self.update)
        self.hide()

    def add_button(self, text: str, *, name: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        """Add a button at the right."""
        button = KeyButton(self._appearance, text, kind=kind, name=name, compact=True)
        self._row.addWidget(button)
        return button

    def show_text(self, title: str, detail: str) -> None:
        """Show a title and a sentence; an empty title hides the band."""
        self._title.setText(title)
        self._show_detail(detail)
        self.setAccessibleName(" · ".join(part for part in (title, detail) if part))
        self.setVisible(bool(title))

    def _show_detail(self, detail: str) -> None:
        self._detail.setText(detail)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(str(getattr(self._appearance.palette, self._colour))))
        finally:
            painter.end()
