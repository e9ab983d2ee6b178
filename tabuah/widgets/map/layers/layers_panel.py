"""Layers panel: every layer that can be switched, from top to bottom."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from tabuah.gis.layers.layer_choices import order_after_move
from tabuah.resources.localisation import _
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, column, row, scroll_area
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.layers.layer_item import LayerItem
from tabuah.widgets.map.layers.layer_notes import LayerNote
from tabuah.widgets.map.layers.layer_rows import LayerRow, layer_rows
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class LayersPanel(DockPanel):
    """Shows the layers of a map and reports the user's changes.

    Signals:
        opened: the panel is shown; its content may be out of date.
        layer_toggled: a layer's name, and whether to show it.
        opacity_changed: a layer's name, and its opacity from 0 to 1.
        order_changed: a layer's name, and its new order.
        reset_requested: restore a layer's opacity and order from the style file.
        forget_requested: remove a layer whose file is missing from the list.
        remove_requested: remove an imported layer.
    """

    opened = Signal()
    layer_toggled = Signal(str, bool)
    opacity_changed = Signal(str, float)
    order_changed = Signal(str, float)
    reset_requested = Signal(str)
    forget_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=240)
        self.setObjectName("layers_panel")
        self.setAccessibleName(_("Layers"))
        self._appearance = appearance
        self._rows: tuple[LayerRow, ...] = ()
        self._lines: dict[str, LayerItem] = {}
        self._title = QLabel(_("Layers"))
        self._hint = QLabel(_("Alt + ↑ ↓ moves a layer"))
        self._list = ThemedFrame("clear")
        self._column = column(self._list, spacing_px=2)
        self._column.setContentsMargins(12, 0, 12, 12)
        self._column.addStretch(1)
        self._lay_out()
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_content(self, content: MapContent, notes: Mapping[str, LayerNote]) -> None:
        """Show the layers of a map and their status."""
        rows = layer_rows(content, notes)
        if rows == self._rows:
            return
        before, self._rows = self._rows, rows
        if [each.name for each in rows] != [each.name for each in before]:
            self._arrange()
        for each in rows:
            self._lines[each.name].show_row(each)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: ask for the current layers."""
        super().showEvent(event)
        self.opened.emit()

    def _arrange(self) -> None:
        """Rebuild the rows in order; the focused one keeps the focus."""
        focused = self.focusWidget()
        names = {each.name for each in self._rows}
        for name in set(self._lines) - names:
            gone = self._lines.pop(name)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, each in enumerate(self._rows):
            if each.name not in self._lines:
                self._lines[each.name] = self._line(each)
            self._column.removeWidget(self._lines[each.name])
            self._column.insertWidget(place, self._lines[each.name])
        previous: QWidget = self._title
        for each in self._rows:
            for stop in self._lines[each.name].stops():
                self.setTabOrder(previous, stop)
                previous = stop
        if focused is not None and self.isAncestorOf(focused):
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, layer: LayerRow) -> LayerItem:
        line = LayerItem(self._appearance, layer)
        line.setParent(self._list)
        line.shown_changed.connect(self.layer_toggled)
        line.opacity_changed.connect(self.opacity_changed)
        line.move_requested.connect(self._on_move_requested)
        line.reset_requested.connect(self.reset_requested)
        line.forget_requested.connect(self.forget_requested)
        line.remove_requested.connect(self.remove_requested)
        line.show()
        return line

    def _on_move_requested(self, name: str, up: bool) -> None:
        order = order_after_move([(each.name, each.order) for each in self._rows], name, up=up)
        if order is not None:
            self.order_changed.emit(name, order)

    def _lay_out(self) -> None:
        rows: QVBoxLayout = column(self, spacing_px=8)
        rows.setContentsMargins(0, 12, 0, 0)
        head = row(spacing_px=8)
        head.setContentsMargins(16, 0, 16, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._hint)
        rows.addLayout(head)
        rows.addWidget(scroll_area(self._list, name="layers_scroll"), 1)

    def _apply_theme(self) -> None:
        self._title.setFont(self._appearance.font(TextStyle.TITLE))
        self._hint.setFont(self._appearance.font(TextStyle.CAPTION))
        self._hint.setStyleSheet(f"color: {self._appearance.palette.muted};")
