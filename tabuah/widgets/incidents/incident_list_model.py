"""The model of the list of incidents: it has all ids and requests the rows of the pages that are shown."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from tabuah.resources.localisation import _
from tabuah.widgets.incidents.incident_list_values import ALL_COLUMNS, FIRST_COLUMNS, ListedRow
from tabuah.widgets.theme.appearance import Appearance, level_text

PAGE_ROWS: Final = 40  # a little more than a high window shows: the excerpts of a row take 0.1 ms
AnyIndex = QModelIndex | QPersistentModelIndex


class IncidentListModel(QAbstractTableModel):
    """Shows rows page by page; the rows of a page are empty until it is read.

    Signals:
        page_wanted: number of the page, whose rows are `PAGE_ROWS` ids.
    """

    page_wanted = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._ids: tuple[str, ...] = ()
        self._rows: dict[str, ListedRow] = {}
        self._requested: set[int] = set()
        self._columns: tuple[str, ...] = FIRST_COLUMNS

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all incidents in the list, in order."""
        return self._ids

    @property
    def columns(self) -> tuple[str, ...]:
        """Codes of the shown columns, in order."""
        return self._columns

    def show_ids(self, ids: tuple[str, ...], first_rows: Sequence[ListedRow]) -> None:
        """Show another result with the rows of its first page."""
        self.beginResetModel()
        self._ids = ids
        self._rows = {row.id: row for row in first_rows}
        self._requested = {0}
        self.endResetModel()

    def show_page(self, page: int, rows: Sequence[ListedRow]) -> None:
        """Show the rows of a page."""
        self._rows.update((row.id, row) for row in rows)
        first = page * PAGE_ROWS
        last = min(first + PAGE_ROWS, len(self._ids)) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def show_columns(self, columns: Sequence[str]) -> None:
        """Show these columns, in this order; one that is unknown or repeated is left out."""
        self.beginResetModel()
        known = (column for column in columns if column in ALL_COLUMNS)
        self._columns = tuple(dict.fromkeys(known)) or FIRST_COLUMNS
        self.endResetModel()

    def page_ids(self, page: int) -> tuple[str, ...]:
        return self._ids[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(ALL_COLUMNS[self._columns[section]])
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows.get(self._ids[index.row()])
        if row is None:
            self._request(index.row() // PAGE_ROWS)
            return None
        code = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.texts.get(code, "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ForegroundRole:
            palette = self._appearance.palette
            if code == "severity":
                return QColor(level_text(palette, row.level))
            return QColor(palette.text if code == "title" else palette.muted)
        return None

    def _request(self, page: int) -> None:
        if page not in self._requested:
            self._requested.add(page)
            self.page_wanted.emit(page)
