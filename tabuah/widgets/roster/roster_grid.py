"""The grid of a week: a column for each day, a row for each shift of a day."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from tabuah.widgets.controls.labels import name_widget, paint_elided
from tabuah.widgets.controls.selection_list import ITEM_ROLE, AnyIndex
from tabuah.widgets.roster.values import RosterCell, RosterWeekView
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour, level_text
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.level_shapes import rounded_path
from tabuah.widgets.values import Level

_NO_PARENT: Final = QModelIndex()
_EDGE_PX: Final = 4
_LINES: Final = 5


class _WeekModel(QAbstractTableModel):
    """The cells of a week."""

    def __init__(self) -> None:
        super().__init__()
        self._view = RosterWeekView(title="")

    def show_week(self, view: RosterWeekView) -> None:
        self.beginResetModel()
        self._view = view
        self.endResetModel()

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return len(self._view.rows)

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return len(self._view.days)

    def cell(self, index: AnyIndex) -> RosterCell | None:
        return self._view.rows[index.row()][index.column()] if index.isValid() else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        if role == ITEM_ROLE:
            return cell
        spoken = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return cell.spoken if role in spoken else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            day = self._view.days[section]
            return f"● {day}" if section == self._view.today else day
        return None

    def find(self, cell_id: str) -> QModelIndex:
        for number, cells in enumerate(self._view.rows):
            for column, cell in enumerate(cells):
                if cell.id == cell_id:
                    return self.index(number, column)
        return QModelIndex()


class _CellDelegate(QStyledItemDelegate):
    """Paints a shift: crew, supervisor, members, time and a mark."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(110, self._appearance.px(20) * _LINES + 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: RosterCell = index.data(ITEM_ROLE)
        area = QRectF(option.rect).adjusted(3, 3, -3, -3)
        painter.save()
        try:
            self._paint_frame(painter, area, cell, selected=bool(option.state & QStyle.StateFlag.State_Selected))
            self._paint_words(painter, area.adjusted(12, 6, -8, -6), cell)
        finally:
            painter.restore()

    def _paint_frame(self, painter: QPainter, area: QRectF, cell: RosterCell, *, selected: bool) -> None:
        palette, outline = self._appearance.palette, rounded_path(area.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.fillRect(area.adjusted(-3, -3, 3, 3), QColor(palette.panel))  # the style paints the selection square
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if cell.crew:
            share = 0.14 if cell.is_now else 0.0
            painter.fillPath(outline, QColor(mix(palette.raised, palette.accent, share)))
            painter.setClipPath(outline)
            edge = QRectF(area.x(), area.y(), _EDGE_PX, area.height())
            painter.fillRect(edge, QColor(level_colour(palette, cell.level)))
            painter.setClipping(False)
        else:
            painter.setPen(QPen(QColor(palette.line), 1, Qt.PenStyle.DashLine))
            painter.drawPath(outline)
        if selected:
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.drawPath(outline)

    def _paint_words(self, painter: QPainter, area: QRectF, cell: RosterCell) -> None:
        palette = self._appearance.palette
        quiet = cell.level in (Level.NO_DATA, Level.NORMAL, Level.INFORMATION)
        mark = palette.muted if quiet else level_text(palette, cell.level)
        lines = (
            (
                cell.crew or "–",
                TextStyle.STRONG if cell.crew else TextStyle.BODY,
                palette.text if cell.crew else palette.faint,
            ),
            (cell.supervisor, TextStyle.BODY, palette.text),
            (cell.about, TextStyle.SMALL, palette.muted),
            (cell.mark, TextStyle.SMALL, mark),
            (cell.time, TextStyle.SMALL, palette.muted),
        )
        height = area.height() / _LINES
        for number, (text, style, colour) in enumerate(lines):
            line = QRectF(area.x(), area.y() + number * height, area.width(), height)
            paint_elided(painter, line, text, font=self._appearance.font(style), colour=str(colour))


class RosterGrid(QTableView):
    """Shows a week; arrow keys move from shift to shift, letters are left to the window.

    Signals:
        shift_chosen: id of the selected shift, empty for none.
    """

    shift_chosen = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        name_widget(self, "roster_grid", "")
        self._model = _WeekModel()
        self.setModel(self._model)
        self._delegate = _CellDelegate(appearance)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        appearance.changed.connect(self._on_appearance_changed)

    @property
    def chosen(self) -> str:
        """The id of the selected shift; empty for none."""
        cell = self._model.cell(self.currentIndex())
        return cell.id if cell else ""

    def show_week(self, view: RosterWeekView, choose: str) -> None:
        """Show a week, and select a shift of it."""
        self._model.show_week(view)
        found = self._model.find(choose)
        if not found.isValid() and view.rows:
            found = self._model.index(0, max(view.today, 0))
        self.setCurrentIndex(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: leave letters and page keys to the window."""
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in arrows:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.shift_chosen.emit(self.chosen)

    def _on_appearance_changed(self) -> None:
        self.resizeRowsToContents()
        self.viewport().update()
