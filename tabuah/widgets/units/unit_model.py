"""The units as a list model: a heading for each OPD, below it its units."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from tabuah.resources.catalogue import _
from tabuah.widgets.board.card_model import ROW_ROLE, Heading
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent

AnyIndex = QModelIndex | QPersistentModelIndex
Row = Heading | UnitItem


def unit_rows(content: UnitsContent) -> list[Row]:
    """Headings and units."""
    if not content.grouped:
        return list(content.units)
    by_opd: dict[str, list[UnitItem]] = {}
    for unit in content.units:
        by_opd.setdefault(unit.opd, []).append(unit)
    rows: list[Row] = []
    for opd, units in by_opd.items():
        rows += [Heading(opd, len(units)), *units]
    return rows


class UnitModel(QAbstractListModel):
    """Rows of the list; an update that keeps the order only repaints what changed."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> bool:
        """Take new rows; True when the list was rebuilt, so that the owner restores its selection."""
        before, self._rows = self._rows, rows
        if [_key(row) for row in rows] != [_key(row) for row in before]:
            self.beginResetModel()
            self.endResetModel()
            return True
        for number, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(number), self.index(number))
        return False

    def row_at(self, number: int) -> Row:
        """The heading or unit in a row."""
        return self._rows[number]

    def find(self, unit_id: str) -> int | None:
        """In which row a unit stands, None when it is not shown."""
        return next((n for n, row in enumerate(self._rows) if isinstance(row, UnitItem) and row.id == unit_id), None)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: headings and units."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the row itself for painting, its words for a screen reader."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _spoken(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: a heading cannot be chosen."""
        if isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _spoken(row: Row) -> str:
    if isinstance(row, Heading):
        return f"{row.label}, {row.count}"
    exercise = _("Exercise") if row.exercise else ""
    parts = (row.id, row.name, row.state, row.distance, row.place, row.warning, exercise)
    return ", ".join(part for part in parts if part)


def _key(row: Row) -> str:
    return f"#{row.label}" if isinstance(row, Heading) else row.id
