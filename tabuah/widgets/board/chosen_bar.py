"""The line under the filter while the board shows only what was selected on the map."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.empty_state import IconPicture
from tabuah.widgets.surfaces import Surface, row
from tabuah.widgets.texts import ElidedText, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.icons import icon


class ChosenBar(Surface):
    """Says how many were selected, and shows all again.

    Signals:
        cleared: all incidents are wanted again.
    """

    cleared = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("card")
        self.setObjectName("chosen_bar")
        self._appearance = appearance
        self._text = ElidedText(appearance, style=Type.SMALL_STRONG)
        self._button = QToolButton()
        name_widget(self._button, "chosen_clear", _("Show all incidents"))
        self._button.setToolTip(_("Show all incidents"))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.clicked.connect(self.cleared)
        layout = row(self, spacing_px=6)
        layout.setContentsMargins(8, 3, 4, 3)
        layout.addWidget(IconPicture(appearance, "select", size_px=16, tone="accent_text"))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        appearance.changed.connect(self._dress)
        self._dress()
        self.hide()

    def show_count(self, count: int | None) -> None:
        """So many are selected; None when all are shown."""
        self.setVisible(count is not None)
        if count is not None:
            self._text.setText(_("{n} selected on the map").format(n=format_number(count)))

    def _dress(self) -> None:
        self._button.setStyleSheet("QToolButton { border: none; background: transparent; padding: 2px; }")
        self._button.setIcon(icon("close", self._appearance.palette.muted, 14))
