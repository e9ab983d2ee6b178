"""The column of square buttons on the map: closer, farther, home, box, layers."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.surfaces import column
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.icons import icon

_SIDE_PX: Final = 34
_ICON_PX: Final = 18


class MapButtons(QWidget):
    """The buttons.

    Signals:
        zoom_in_requested, zoom_out_requested: one step.
        home_requested: the whole regency.
        box_requested: the next drag draws a box.
        layers_toggled: whether the card of layers is wanted.
    """

    zoom_in_requested = Signal()
    zoom_out_requested = Signal()
    home_requested = Signal()
    box_requested = Signal()
    layers_toggled = Signal(bool)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons: dict[QToolButton, str] = {}
        self.setObjectName("map_buttons")
        self._column = column(self, spacing_px=6)
        self._add("plus", "map_zoom_in", _("Zoom in"), "+").clicked.connect(self.zoom_in_requested)
        self._add("minus", "map_zoom_out", _("Zoom out"), "-").clicked.connect(self.zoom_out_requested)
        self._add("home", "map_home", _("Whole regency"), "Home").clicked.connect(self.home_requested)
        self._add("zoom-box", "map_box", _("Zoom to a box"), _("Shift + drag")).clicked.connect(self.box_requested)
        layers = self._add("layers", "map_layers", _("Layers"), "")
        layers.setCheckable(True)
        layers.setChecked(True)
        layers.toggled.connect(self.layers_toggled)
        appearance.changed.connect(self._dress)
        self._dress()

    def _add(self, icon_name: str, name: str, text: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({key})" if key else text)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFixedSize(_SIDE_PX, _SIDE_PX)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._icons[button] = icon_name
        self._column.addWidget(button)
        return button

    def _dress(self) -> None:
        palette = self._appearance.palette
        self.setStyleSheet(
            f"QToolButton {{ background: {palette.panel}; border: 1px solid {palette.line}; border-radius: 8px; }}"
            f"QToolButton:hover {{ background: {mix(palette.panel, palette.text, 0.08)}; }}"
            f"QToolButton:pressed {{ background: {mix(palette.panel, palette.text, 0.16)}; }}"
            f"QToolButton:focus {{ border: 1px solid {palette.accent}; }}"
        )
        for button, name in self._icons.items():
            button.setIcon(icon(name, palette.text, _ICON_PX))
