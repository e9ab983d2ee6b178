"""The columns of the list of incidents: which are shown, and in which order, by keyboard or mouse."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from tabuah.resources.localisation import _
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column
from tabuah.widgets.incidents.incident_list_values import ALL_COLUMNS
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_WIDTH_PX = 250
_CODE = Qt.ItemDataRole.UserRole
_CONTROL = Qt.KeyboardModifier.ControlModifier
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CLOSING_KEYS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _ColumnList(QListWidget):
    """The list; it leaves the keys of the panel to it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CLOSING_KEYS or _move_step(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _move_step(event: QKeyEvent) -> int:
    """Return by how many places the key moves a column; 0 for another key."""
    return _STEPS.get(Qt.Key(event.key()), 0) if event.modifiers() & _CONTROL else 0


class IncidentColumnPanel(ThemedFrame):
    """Lists all columns: the shown ones first, in their order. Space shows or hides one, Ctrl and an arrow moves it.

    Signals:
        columns_changed: the shown columns, in order.
        closed: the user is done.
    """

    columns_changed = Signal(tuple)
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("raised")
        self.setObjectName("incident_list_column_panel")
        self.list = _ColumnList()
        name_widget(self.list, "incident_list_column_list", _("Columns"))
        self.list.itemChanged.connect(self._on_item_changed)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setSpacing(2)
        lines = column(self, spacing_px=8)
        lines.setContentsMargins(12, 12, 12, 12)
        lines.addWidget(Text(appearance, _("Columns"), style=TextStyle.STRONG))
        lines.addWidget(self.list, 1)
        hint = _("Space shows or hides; Ctrl ↑ and Ctrl ↓ move; Esc closes.")
        lines.addWidget(Text(appearance, hint, style=TextStyle.SMALL, tone="muted", wrap=True))
        self.setFixedWidth(appearance.px(_WIDTH_PX))

    @property
    def columns(self) -> tuple[str, ...]:
        """Codes of the shown columns, in order."""
        items = map(self.list.item, range(self.list.count()))
        return tuple(str(item.data(_CODE)) for item in items if item.checkState() is Qt.CheckState.Checked)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Show which columns there are; the current one stays current."""
        if tuple(columns) == self.columns and self.list.count():
            return
        current = self.list.currentItem()
        code = str(current.data(_CODE)) if current is not None else columns[0]
        codes = [*columns, *(each for each in ALL_COLUMNS if each not in columns)]
        self.list.blockSignals(True)
        self.list.clear()
        for each in codes:
            item = QListWidgetItem(_(ALL_COLUMNS[each]), self.list)
            item.setData(_CODE, each)
            item.setCheckState(Qt.CheckState.Checked if each in columns else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(codes.index(code) if code in codes else 0)
        self.list.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl and an arrow moves the column; Escape and Enter close."""
        if step := _move_step(event):
            self.move_current(step)
        elif event.key() in _CLOSING_KEYS:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def move_current(self, step: int) -> None:
        """Move the current column by one place."""
        row = self.list.currentRow()
        if not 0 <= row + step < self.list.count():
            return
        self.list.blockSignals(True)
        item = self.list.takeItem(row)
        self.list.insertItem(row + step, item)
        self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.columns_changed.emit(self.columns)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        """Show or hide a column; the last one stays."""
        if not self.columns:
            self.list.blockSignals(True)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.blockSignals(False)
        self.columns_changed.emit(self.columns)
