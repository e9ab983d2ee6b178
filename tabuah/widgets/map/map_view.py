"""The map as the window uses it: the canvas with its legend and its buttons on top."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.legend import LegendCard
from tabuah.widgets.map.map_buttons import MapButtons
from tabuah.widgets.theme.appearance import Appearance

_MARGIN_PX: Final = 12
_CLEAR_PX: Final = 4.0
_NARROW_PX: Final = 820  # narrower, the card names only what is live


class MapView(QWidget):
    """Canvas, legend and buttons; values go to `canvas`, whose signals are the owner's."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_view")
        self._appearance = appearance
        self.canvas = MapCanvas(self)
        self.legend = LegendCard(appearance, self)
        self.buttons = MapButtons(appearance, self)
        self.setFocusProxy(self.canvas)
        self._connect()
        self.canvas.set_palette(appearance.palette)
        self.canvas.set_text_scale(appearance.text_scale)
        for card in (self.legend, self.buttons):
            card.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a card has another size or was shown or hidden; the names go around it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the canvas fills the view, the cards keep to their corners."""
        self.canvas.setGeometry(self.rect())
        self._arrange_legend()
        self._arrange()
        super().resizeEvent(event)

    def _connect(self) -> None:
        self.buttons.zoom_in_requested.connect(self.canvas.zoom_in)
        self.buttons.zoom_out_requested.connect(self.canvas.zoom_out)
        self.buttons.home_requested.connect(self.canvas.fit_regency)
        self.buttons.box_requested.connect(self.canvas.begin_box_zoom)
        self.buttons.layers_toggled.connect(self.legend.setVisible)
        self.legend.layer_toggled.connect(self.canvas.set_layer_visible)
        self.canvas.content_changed.connect(self._on_content_changed)
        self._appearance.changed.connect(self._on_appearance_changed)

    def _arrange_legend(self) -> None:
        self.legend.show_compact(compact=self.width() < _NARROW_PX * self._appearance.text_scale)

    def _arrange(self) -> None:
        self.buttons.adjustSize()
        self.legend.move(_MARGIN_PX, _MARGIN_PX)
        self.buttons.move(self.width() - self.buttons.width() - _MARGIN_PX, _MARGIN_PX)
        self.canvas.keep_clear(0.0 if self.legend.isHidden() else self.legend.geometry().right() + _CLEAR_PX)
        cards = (card for card in (self.legend, self.buttons) if not card.isHidden())
        clear = (-_CLEAR_PX, -_CLEAR_PX, _CLEAR_PX, _CLEAR_PX)
        self.canvas.set_obstacles(tuple(QRectF(card.geometry()).adjusted(*clear) for card in cards))

    @Slot()
    def _on_content_changed(self) -> None:
        self.legend.show_content(self.canvas.content)

    @Slot()
    def _on_appearance_changed(self) -> None:
        self.canvas.set_palette(self._appearance.palette)
        self.canvas.set_text_scale(self._appearance.text_scale)
        self._arrange_legend()
