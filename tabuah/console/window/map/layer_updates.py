"""Updates of the layers panel: the person's choices for the map, and problems of layers."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.layers.layers_panel import LayersPanel


class LayerUpdates(QObject):
    """Shows the layers of the map in the panel, and applies the panel's choices to the map."""

    def __init__(self, canvas: MapCanvas, panel: LayersPanel, *, forget: Callable[[str], None]) -> None:
        super().__init__(panel)
        self._canvas, self._panel, self._forget = canvas, panel, forget
        canvas.content_changed.connect(self._on_changed)
        canvas.layer_notes_changed.connect(self._on_changed)
        panel.opened.connect(self.refresh)
        panel.layer_toggled.connect(canvas.set_layer_visible)
        panel.opacity_changed.connect(self._on_opacity_changed)
        panel.order_changed.connect(self._on_order_changed)
        panel.reset_requested.connect(self._on_reset_requested)
        panel.forget_requested.connect(self._on_forget_requested)

    @Slot()
    def _on_changed(self) -> None:
        if self._panel.isVisible():
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the current layers; called when the panel opens, and while it is open."""
        self._panel.show_content(self._canvas.content, self._canvas.layer_notes)

    @Slot(str, float)
    def _on_opacity_changed(self, name: str, opacity: float) -> None:
        self._canvas.show_choices(self._choices.with_opacity(name, opacity))

    @Slot(str, float)
    def _on_order_changed(self, name: str, order: float) -> None:
        self._canvas.show_choices(self._choices.with_order(name, order))

    @Slot(str)
    def _on_reset_requested(self, name: str) -> None:
        self._canvas.show_choices(self._choices.without(name))

    @Slot(str)
    def _on_forget_requested(self, name: str) -> None:
        self._canvas.show_tiles(tuple(layer for layer in self._canvas.content.tiles if layer.name != name))
        self._forget(name)

    @property
    def _choices(self) -> LayerChoices:
        return self._canvas.content.choices
