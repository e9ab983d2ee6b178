"""A table whose numbers open incidents; the arrow keys move from cell to cell."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from tabuah.widgets.controls.labels import name_widget
from tabuah.widgets.controls.selection_list import AnyIndex
from tabuah.widgets.incidents.performance_values import NumberCell, NumberTable
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_NO_PARENT: Final = QModelIndex()
_ROW_PX: Final = 26
_LABEL_PX: Final = 220  # of a row; a longer one is cut
_ONE_LINE: Final = 10  # letters of a title that stay on one line
_OPEN_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _NumberModel(QAbstractTableModel):
    """The cells of a table."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.table = NumberTable(code="", label="", columns=(), rows=())

    def show_table(self, table: NumberTable) -> None:
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return len(self.table.rows)

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return len(self.table.columns)

    def cell(self, index: AnyIndex) -> NumberCell | None:
        return self.table.rows[index.row()][index.column()] if index.isValid() else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return cell.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.spoken(index)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if cell.is_number else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole:
                palette = self._appearance.palette
                return QColor(palette.text if cell.ids or not cell.is_number else palette.muted)
            case Qt.ItemDataRole.FontRole:
                return self._appearance.font(TextStyle.MEDIUM if cell.ids else TextStyle.BODY)
        return None

    def spoken(self, index: AnyIndex) -> str:
        """Return row, column and value: "Banjir, Insiden: 12"."""
        cells = self.table.rows[index.row()]
        if index.column() == 0:
            return cells[0].text
        return f"{cells[0].text}, {self.table.columns[index.column()]}: {cells[index.column()].text}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        title = self.table.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _on_two_lines(title)
        return title if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole) else None


def _on_two_lines(title: str) -> str:
    """Return a long title divided at the space next to its middle, so that its column can be narrow."""
    spaces = [position for position, letter in enumerate(title) if letter == " "]
    if len(title) <= _ONE_LINE or not spaces:
        return title
    middle = min(spaces, key=lambda position: abs(position - len(title) / 2))
    return f"{title[:middle]}\n{title[middle + 1 :]}"


class NumberGrid(QTableView):
    """Shows a table; letters are left to the window.

    Signals:
        cell_chosen: row and column of the selected cell.
        cell_opened: row and column of a cell, by Enter or a double click.
    """

    cell_chosen = Signal(int, int)
    cell_opened = Signal(int, int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        name_widget(self, "number_grid", "")
        self._appearance = appearance
        self._model = _NumberModel(appearance)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        appearance.changed.connect(self._fit)

    @property
    def table(self) -> NumberTable:
        return self._model.table

    def show_table(self, table: NumberTable) -> None:
        """Show a table; the same cell stays selected where the table is the same page."""
        before, is_same = self.currentIndex(), table.code == self.table.code
        row, column = (before.row(), before.column()) if is_same and before.isValid() else (0, 1)
        self.setAccessibleName(table.label)
        self._model.show_table(table)
        self._fit()
        row, column = min(row, len(table.rows) - 1), min(column, len(table.columns) - 1)
        self.setCurrentIndex(self._model.index(row, column))

    def choose_row(self, row: int) -> None:
        if 0 <= row < len(self.table.rows):
            self.setCurrentIndex(self._model.index(row, max(1, self.currentIndex().column())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens the cell; letters are not a search."""
        index = self.currentIndex()
        if event.key() in _OPEN_KEYS and index.isValid():
            self.cell_opened.emit(index.row(), index.column())
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the first column the space that the numbers leave, but never less than its labels need."""
        self.verticalHeader().setDefaultSectionSize(self._appearance.px(_ROW_PX))
        header = self.horizontalHeader()
        header.setMinimumSectionSize(self._appearance.px(48))
        for column in range(1, self._model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if self._model.columnCount():
            numbers = sum(header.sectionSize(column) for column in range(1, self._model.columnCount()))
            needed = min(self.sizeHintForColumn(0), self._appearance.px(_LABEL_PX))
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(0, max(needed, self.viewport().width() - numbers))

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.cell_chosen.emit(current.row(), current.column())

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.cell_opened.emit(index.row(), index.column())
