"""Map view of the window: the canvas with legend, buttons and tool cards on top."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from tabuah.text.map.map_import import describe_file_drop
from tabuah.widgets.controls.drop_target import DropTarget
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.imports.dropped_files import map_files
from tabuah.widgets.map.imports.import_card import WIDTH_PX as IMPORT_PX
from tabuah.widgets.map.imports.import_card import ImportCard
from tabuah.widgets.map.layers.legend import LegendCard
from tabuah.widgets.map.map_buttons import MapButtons
from tabuah.widgets.map.tools.results_card import WIDTH_PX as CARD_PX
from tabuah.widgets.map.tools.results_card import ResultsCard
from tabuah.widgets.map.tools.tool_panel import ToolPanel
from tabuah.widgets.map.tools.tool_plate import WIDEST_PX, ToolPlate
from tabuah.widgets.theme.appearance import Appearance

_MARGIN_PX: Final = 12
_CLEAR_PX: Final = 4.0
_GAP_PX: Final = 8
_NARROW_PX: Final = 820  # narrower maps list only live marks in the legend
_FOOT_PX: Final = 76  # height of the decorations at the foot of the map
_CREDITS_PX: Final = 104  # width of the decorations in the lower right
_NARROWEST_PX: Final = 240
_LEAST_PLATE_PX: Final = 330  # with less room next to the legend, the plate is at the foot


class MapView(QWidget):
    """Canvas, legend, buttons and tools. Values go to `canvas`; its signals are the owner's.

    Signals:
        map_files_dropped: paths of map files that were dropped on the map.
    """

    map_files_dropped = Signal(object)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_view")
        self._appearance = appearance
        self.canvas = MapCanvas(self)
        self.legend = LegendCard(appearance, self)
        self.buttons = MapButtons(appearance, self)
        self.plate = ToolPlate(appearance, self)
        self.found = ResultsCard(appearance, self)
        self.imports = ImportCard(appearance, self)
        self._drop_target = DropTarget(appearance, self)
        self.setAcceptDrops(True)
        self.desk = ToolPanel(self.canvas, self.buttons, plate=self.plate, card=self.found)
        self.setFocusProxy(self.canvas)
        self._connect()
        self.canvas.set_palette(appearance.palette)
        self.canvas.set_text_scale(appearance.text_scale)
        for card in self._cards():
            card.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Update the label obstacles when a card is resized, shown or hidden."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the view with the canvas and keep the cards in their corners."""
        self.canvas.setGeometry(self.rect())
        self._arrange_legend()
        self._arrange()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the import card on Escape, if the map does not use the key."""
        if event.key() == Qt.Key.Key_Escape and self.imports.isVisible():
            self.imports.escape()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept map files; leave other files to the widget behind the map."""
        files = map_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self._drop_target.show_text(describe_file_drop([file.name for file in files]))
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drop_target.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_target.hide()
        event.acceptProposedAction()
        self.map_files_dropped.emit(map_files(event.mimeData()))

    def _connect(self) -> None:
        self.buttons.zoom_in_requested.connect(self.canvas.zoom_in)
        self.buttons.zoom_out_requested.connect(self.canvas.zoom_out)
        self.buttons.home_requested.connect(self.canvas.fit_regency)
        self.buttons.layers_toggled.connect(self.legend.setVisible)
        self.legend.layer_toggled.connect(self.canvas.set_layer_visible)
        self.canvas.tools.results_changed.connect(self._on_results_changed)
        self.canvas.content_changed.connect(self._on_content_changed)
        self._appearance.changed.connect(self._on_appearance_changed)

    def _arrange_legend(self) -> None:
        self.legend.show_compact(compact=self._is_narrow)

    @property
    def _is_narrow(self) -> bool:
        """Return whether the map is narrow: a compact legend, and the sources on one line."""
        return self.width() < _NARROW_PX * self._appearance.text_scale

    def _cards(self) -> tuple[QWidget, ...]:
        return (self.legend, self.buttons, self.plate, self.found, self.imports)

    def _arrange(self) -> None:
        foot_px = _FOOT_PX if self._is_narrow else _CREDITS_PX
        self.buttons.arrange(self.height() - _MARGIN_PX - round(foot_px * self._appearance.text_scale))
        self.buttons.adjustSize()
        self.legend.move(_MARGIN_PX, _MARGIN_PX)
        self.buttons.move(self.width() - self.buttons.width() - _MARGIN_PX, _MARGIN_PX)
        self._arrange_tools()
        self._arrange_import()
        self.canvas.set_left_inset(0.0 if self.legend.isHidden() else self.legend.geometry().right() + _CLEAR_PX)
        cards = [card for card in self._cards() if not card.isHidden()]
        clear = (-_CLEAR_PX, -_CLEAR_PX, _CLEAR_PX, _CLEAR_PX)
        self.canvas.set_obstacles(tuple(QRectF(card.geometry()).adjusted(*clear) for card in cards))
        self.canvas.set_covers(tuple(card.geometry() for card in cards if card is not self.buttons))

    def _arrange_tools(self) -> None:
        """Place the tool plate between legend and buttons or at the foot, the results card at the buttons."""
        free = QRect(QPoint(_MARGIN_PX, _MARGIN_PX), QPoint(self.buttons.x() - _GAP_PX, self.height() - _FOOT_PX))
        right = free.right()
        if not self.found.isHidden():
            self.found.setFixedWidth(min(self._appearance.px(CARD_PX), free.width()))
            right -= self.found.width() + _GAP_PX
        left = free.left() if self.legend.isHidden() else self.legend.geometry().right() + _GAP_PX
        at_foot = right - left < self._appearance.px(_LEAST_PLATE_PX)
        left = free.left() if at_foot else left
        beneath = at_foot and right - left < self._appearance.px(_NARROWEST_PX)  # the card, not next to it
        right = free.right() if beneath else right
        self.plate.fit(max(_NARROWEST_PX, min(self._appearance.px(WIDEST_PX), right - left)))
        half = self.plate.width() // 2
        middle = left + half if at_foot else min(max(self.width() // 2, left + half), right - half)
        top = max(free.top(), free.bottom() - self.plate.height()) if at_foot else free.top()
        self.plate.move(middle - half, top)
        if not self.found.isHidden():
            foot = self.plate.y() - _GAP_PX if beneath and not self.plate.isHidden() else self.height() - _CREDITS_PX
            height = max(80, min(self.found.wanted_height(), foot - free.top()))
            self.found.setGeometry(free.right() - self.found.width(), free.top(), self.found.width(), height)

    def _arrange_import(self) -> None:
        """Place the import card at the foot, under the legend if it fits, else next to it."""
        card = self.imports
        beside = 0 if self.legend.isHidden() else self.legend.geometry().right()
        free = self.buttons.x() - _GAP_PX - _MARGIN_PX
        width = max(_NARROWEST_PX, min(self._appearance.px(IMPORT_PX), free))
        if width != card.width():
            card.setFixedWidth(width)
            card.fit()
        top = max(_MARGIN_PX, self.height() - _FOOT_PX - card.height())
        fits_below = self.legend.isHidden() or self.legend.geometry().bottom() + _GAP_PX <= top
        left = _MARGIN_PX if fits_below else min(beside + _GAP_PX, self.buttons.x() - _GAP_PX - width)
        card.move(max(_MARGIN_PX, left), top)

    def _on_results_changed(self) -> None:
        self._arrange()

    @Slot()
    def _on_content_changed(self) -> None:
        self.legend.show_content(self.canvas.content)

    @Slot()
    def _on_appearance_changed(self) -> None:
        self.canvas.set_palette(self._appearance.palette)
        self.canvas.set_text_scale(self._appearance.text_scale)
        self._arrange_legend()
