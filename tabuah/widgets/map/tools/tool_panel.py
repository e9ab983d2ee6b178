"""Tool panel: connects the tools of a map with their buttons, tool plate and results card."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication

from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import AREA, RANGES
from tabuah.widgets.map.map_buttons import MapButtons
from tabuah.widgets.map.tools.map_query import FEATURE, ResultItem
from tabuah.widgets.map.tools.results_card import ResultsCard
from tabuah.widgets.map.tools.tool_plate import ToolPlate


class ToolPanel(QObject):
    """Connects the tools with their controls. Owners listen to `canvas.tools` and `plate` for results.

    Signals:
        copied: the text that was copied to the clipboard.
    """

    copied = Signal(str)

    def __init__(self, canvas: MapCanvas, buttons: MapButtons, *, plate: ToolPlate, card: ResultsCard) -> None:
        super().__init__(canvas)
        self._canvas, self._tools = canvas, canvas.tools
        self._plate, self._card = plate, card
        self._tools.tool_changed.connect(buttons.show_tool)
        self._tools.tool_changed.connect(plate.show_tool)
        self._tools.tool_changed.connect(self._on_tool_changed)
        self._tools.status_changed.connect(self._on_status_changed)
        self._tools.results_changed.connect(card.show_results)
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
        """Close the results of the previous tool; a selection stays on the map and on the board."""
        self._card.hide()
        self._tools.outline(None)

    def _on_status_changed(self) -> None:
        if self._tools.is_working:
            self._plate.show_status(self._tools.status())

    def _on_ranges_changed(self, ranges: tuple[RangeRings, ...]) -> None:
        """Switch the range layer on when the user draws a sector."""
        self._canvas.set_layer_visible(RANGES, visible=True)
        self._canvas.show_ranges(ranges)

    def _on_tool_requested(self, code: str) -> None:
        self._tools.activate(code)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_plate_closed(self) -> None:
        self._tools.deactivate()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_copy_clicked(self) -> None:
        self._copy(self._tools.status().value)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(text)

    def _on_item_chosen(self, item: ResultItem) -> None:
        """Select a marker as by a click; outline a feature and bring it into view."""
        if item.kind == FEATURE:
            self._tools.outline(item)
            if not self._canvas.rect().contains(QPointF(*self._canvas.view.to_screen(*item.place_m)).toPoint()):
                self._canvas.centre_on(*from_mercator(*item.place_m))
        elif item.kind != AREA:
            self._tools.outline(None)
            self._canvas.select(item.kind, item.id)

    def _on_card_closed(self) -> None:
        self._tools.clear_results()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
