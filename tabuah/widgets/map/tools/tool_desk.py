"""Brings the tools of a map together with their buttons, their plate, and the card of what was found."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication

from tabuah.gis.layers.ranges import Ranges
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import AREA, RANGES
from tabuah.widgets.map.map_buttons import MapButtons
from tabuah.widgets.map.tools.found import FEATURE, FoundItem
from tabuah.widgets.map.tools.found_card import FoundCard
from tabuah.widgets.map.tools.tool_plate import ToolPlate


class ToolDesk(QObject):
    """Decides nothing about the figures and finds themselves; their owner listens to `canvas.tools` and to `plate`.

    Signals:
        copied: this text is in the clipboard now.
    """

    copied = Signal(str)

    def __init__(self, canvas: MapCanvas, buttons: MapButtons, *, plate: ToolPlate, card: FoundCard) -> None:
        super().__init__(canvas)
        self._canvas, self._tools = canvas, canvas.tools
        self._plate, self._card = plate, card
        self._tools.tool_changed.connect(buttons.show_tool)
        self._tools.tool_changed.connect(plate.show_tool)
        self._tools.tool_changed.connect(self._on_tool_changed)
        self._tools.words_changed.connect(self._on_words_changed)
        self._tools.found_changed.connect(card.show_found)
        self._tools.ranges_changed.connect(self._on_ranges_changed)
        self._tools.accept_requested.connect(plate.accept)
        self._tools.copy_requested.connect(self._copy)
        buttons.tool_requested.connect(self._on_tool_requested)
        plate.tool_requested.connect(self._on_tool_requested)
        plate.closed.connect(self._on_plate_closed)
        plate.copy_requested.connect(self._on_copy_clicked)
        card.item_chosen.connect(self._on_item_chosen)
        card.closed.connect(self._on_card_closed)

    def _on_tool_changed(self, _code: str) -> None:
        """What was found belongs to the tool that found it; a selection stays on the map and on the board."""
        self._card.hide()
        self._tools.outline(None)

    def _on_words_changed(self) -> None:
        if self._tools.is_working:
            self._plate.show_words(self._tools.words())

    def _on_ranges_changed(self, ranges: tuple[Ranges, ...]) -> None:
        """Who draws a distance wants to see it, also where distances were switched off."""
        self._canvas.set_layer_visible(RANGES, visible=True)
        self._canvas.show_ranges(ranges)

    def _on_tool_requested(self, code: str) -> None:
        self._tools.take(code)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_plate_closed(self) -> None:
        self._tools.lay_down()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_copy_clicked(self) -> None:
        self._copy(self._tools.words().value)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(text)

    def _on_item_chosen(self, item: FoundItem) -> None:
        """A marker is selected as by a click; a feature is outlined and brought into sight."""
        if item.kind == FEATURE:
            self._tools.outline(item)
            if not self._canvas.rect().contains(QPointF(*self._canvas.view.to_screen(*item.place_m)).toPoint()):
                self._canvas.centre_on(*from_mercator(*item.place_m))
        elif item.kind != AREA:
            self._tools.outline(None)
            self._canvas.select(item.kind, item.id)

    def _on_card_closed(self) -> None:
        self._tools.clear_found()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
