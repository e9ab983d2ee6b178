"""The incident board: a board grouped by status, a table of the same incidents, and one filter."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QListView,
    QStackedWidget,
    QTableView,
    QToolButton,
)

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.labels import ElidedText, EmptyState, IconPicture, Text, name_widget
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.incidents.incident_card_delegate import IncidentCardDelegate
from tabuah.widgets.incidents.incident_models import IncidentCardModel, IncidentTableModel, board_rows, matches_card
from tabuah.widgets.incidents.values import BoardGroup, IncidentCard
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.icons import icon


class MapSelectionBar(ThemedFrame):
    """A line above the board while it shows only the incidents that were selected on the map.

    Signals:
        cleared: the user asks for all incidents.
    """

    cleared = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("card")
        self.setObjectName("chosen_bar")
        self._appearance = appearance
        self._text = ElidedText(appearance, style=TextStyle.SMALL_STRONG)
        self._button = QToolButton()
        name_widget(self._button, "chosen_clear", _("Show all incidents"))
        self._button.setToolTip(_("Show all incidents"))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.clicked.connect(self.cleared)
        layout = row(self, spacing_px=6)
        layout.setContentsMargins(8, 3, 4, 3)
        layout.addWidget(IconPicture(appearance, "select", size_px=16, tone="accent_text"))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def show_count(self, count: int | None) -> None:
        """Show the number of selected incidents; None hides the line."""
        self.setVisible(count is not None)
        if count is not None:
            self._text.setText(_("{n} selected on the map").format(n=format_number(count)))

    def _apply_theme(self) -> None:
        self._button.setStyleSheet("QToolButton { border: none; background: transparent; padding: 2px; }")
        self._button.setIcon(icon("close", self._appearance.palette.muted, 14))


_FILTER_DELAY_MS = 120
_COLUMNS_PX = (110, 190, 240, 120, 84, 144)
_PLACE_COLUMN = 2
_SORTED_BY = ("severity", "title", "place", "status", "age", "number")  # the columns, as a sorting names them


class CardView(QListView):
    """The list of cards.

    Signals:
        opened: Enter was pressed on a card.
        resized: width of the list in logical px.
    """

    opened = Signal()
    resized = Signal(int)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Report the new width, because titles are wrapped to it."""
        super().resizeEvent(event)
        self.resized.emit(self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class IncidentBoard(DockPanel):
    """Shows incidents in their groups, the worst first.

    Signals:
        selection_changed: id of the incident that the user selected.
        open_requested: id of the incident that was opened with Enter or a double click.
        map_selection_cleared: the user asks for all incidents, not only those selected on the map.
        sorting_changed: the user sorts the table by another column; "-age" sorts downwards, empty is the worst first.
    """

    selection_changed = Signal(str)
    open_requested = Signal(str)
    map_selection_cleared = Signal()
    sorting_changed = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=240)
        self.setObjectName("incident_board")
        self._appearance = appearance
        self._cards: tuple[IncidentCard, ...] = ()
        self._groups: tuple[BoardGroup, ...] = ()
        self._map_selection: frozenset[str] | None = None
        self._selected = ""
        self._restoring = False
        self._make_head()
        self._make_board()
        self._make_table()
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_FILTER_DELAY_MS)
        self._typing.timeout.connect(self._refresh)
        appearance.changed.connect(self._on_appearance_changed)
        self._refresh()

    @property
    def selected(self) -> str:
        """Id of the selected incident, empty when there is none."""
        return self._selected

    def show_incidents(self, cards: Sequence[IncidentCard], groups: Sequence[BoardGroup]) -> None:
        """Show all incidents, given worst first; keep selection and scroll position."""
        self._cards, self._groups = tuple(cards), tuple(groups)
        self._refresh()

    def show_summary(self, summary: str) -> None:
        """Show counts next to the title, such as "14 terbuka · 3 lewat waktu"."""
        self._summary.setText(summary)

    def show_map_selection(self, ids: frozenset[str] | None) -> None:
        """Show only the incidents selected on the map; None shows all."""
        if ids != self._map_selection:
            self._map_selection = ids
            self._map_selection_bar.show_count(None if ids is None else len(ids))
            self._refresh()

    def select(self, incident_id: str) -> None:
        """Select an incident without emitting `selection_changed`."""
        self._selected = incident_id
        self._restore_selection(scroll=True)

    def show_sorting(self, sorting: str) -> None:
        """Sort the table without emitting `sorting_changed`; an unknown column counts as none."""
        code = sorting.removeprefix("-")
        section = _SORTED_BY.index(code) if code in _SORTED_BY else -1
        order = Qt.SortOrder.DescendingOrder if sorting.startswith("-") else Qt.SortOrder.AscendingOrder
        self._restoring = True
        self._table.horizontalHeader().setSortIndicator(section, order)
        self._restoring = False

    def clear_filter(self) -> None:
        """Show all incidents, such as in another world."""
        self._filter.clear()
        self.show_map_selection(None)

    def focus_filter(self) -> None:
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def _make_head(self) -> None:
        self._summary = ElidedText(self._appearance, style=TextStyle.SMALL, tone="muted")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tabs = SegmentedControl(
            self._appearance, (("board", _("Board")), ("list", _("List"))), name="board_tabs", label=_("View")
        )
        self._tabs.chosen.connect(self._on_tab_chosen)
        self._filter = QLineEdit()
        name_widget(self._filter, "board_filter", _("Filter incidents"))
        self._filter.setPlaceholderText(_("Filter …"))
        self._filter.setToolTip(_("Filter incidents by number, hazard, place, status or unit") + " (Ctrl+F)")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._on_filter_typed)
        self._map_selection_bar = MapSelectionBar(self._appearance)
        self._map_selection_bar.cleared.connect(self.map_selection_cleared)

    def _make_board(self) -> None:
        self._model = IncidentCardModel()
        self._delegate = IncidentCardDelegate(self._appearance)
        self._list = CardView()
        name_widget(self._list, "board_list", _("Incidents"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setMouseTracking(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.selectionModel().currentChanged.connect(self._on_card_changed)
        self._list.opened.connect(self._on_opened)
        self._list.resized.connect(self._on_list_resized)
        self._list.doubleClicked.connect(self._on_opened)

    def _make_table(self) -> None:
        self._table_model = IncidentTableModel(self._appearance)
        self._table = QTableView()
        name_widget(self._table, "board_table", _("Incidents"))
        self._table.setModel(self._table_model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_PLACE_COLUMN, QHeaderView.ResizeMode.Stretch)
        self._table.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(self._on_sorted)
        for section, width in enumerate(_COLUMNS_PX):
            header.resizeSection(section, self._appearance.px(width))
        self._table.verticalHeader().setDefaultSectionSize(self._appearance.px(32))
        self._table.selectionModel().currentRowChanged.connect(self._on_table_row_changed)
        self._table.activated.connect(self._on_opened)

    def _lay_out(self) -> None:
        self._empty = EmptyState(self._appearance, icon="incident", name="board_empty")
        self._stack = QStackedWidget()
        for page in (self._list, self._table, self._empty):
            self._stack.addWidget(page)
        head = row()
        head.addWidget(Text(self._appearance, _("Incidents"), style=TextStyle.TITLE))
        head.addWidget(self._summary, 1)
        tools = row()
        tools.addWidget(self._tabs)
        tools.addWidget(self._filter, 1)
        top = column(spacing_px=8)
        top.setContentsMargins(12, 12, 12, 4)
        top.addLayout(head)
        top.addLayout(tools)
        top.addWidget(self._map_selection_bar)
        layout = column(self, spacing_px=4)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def _refresh(self) -> None:
        words = self._filter.text().casefold().split()
        wanted = (
            self._cards
            if self._map_selection is None
            else [card for card in self._cards if card.id in self._map_selection]
        )
        shown = [card for card in wanted if matches_card(card, words)]
        rebuilt = self._model.show_rows(board_rows(shown, self._groups))
        rebuilt = self._table_model.show_cards(shown) or rebuilt
        if not shown:
            self._show_empty_state()
        self._show_page(empty=not shown)
        if rebuilt:
            self._restore_selection(scroll=False)

    def _show_empty_state(self) -> None:
        if self._map_selection is not None:
            hint = _("The incidents selected on the map are closed or hidden by the filter.")
            self._empty.show_message(_("No incident matches."), hint)
        elif self._cards:
            hint = _("Clear the filter to see all {n}.").format(n=len(self._cards))
            self._empty.show_message(_("No incident matches."), hint)
        else:
            self._empty.show_message(_("No open incidents."), _("Press N to report one."))

    def _show_page(self, *, empty: bool) -> None:
        page = self._table if self._tabs.current == "list" else self._list
        self._stack.setCurrentWidget(self._empty if empty else page)

    def _restore_selection(self, *, scroll: bool) -> None:
        position, table_row = self._model.find(self._selected), self._table_model.find(self._selected)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        targets = (
            (self._list, self._model.index(-1 if position is None else position)),
            (self._table, self._table_model.index(-1 if table_row is None else table_row, 0)),
        )
        for view, index in targets:
            selection = view.selectionModel()
            self._restoring = True
            selection.setCurrentIndex(index, flags)
            self._restoring = False
            if scroll and index.isValid():
                view.scrollTo(index)

    def _choose(self, incident_id: str) -> None:
        if not self._restoring and incident_id != self._selected:
            self._selected = incident_id
            self._restore_selection(scroll=False)
            self.selection_changed.emit(incident_id)

    def _on_sorted(self, section: int, order: Qt.SortOrder) -> None:
        if not self._restoring:
            code = _SORTED_BY[section] if section >= 0 else ""
            self.sorting_changed.emit(f"-{code}" if code and order is Qt.SortOrder.DescendingOrder else code)

    def _on_card_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            card = self._model.row_at(current.row())
            if isinstance(card, IncidentCard):
                self._choose(card.id)

    def _on_table_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._choose(self._table_model.card_at(current.row()).id)

    def _on_opened(self) -> None:
        if self._selected:
            self.open_requested.emit(self._selected)

    def _on_tab_chosen(self, _code: str) -> None:
        self._show_page(empty=self._stack.currentWidget() is self._empty)
        self._restore_selection(scroll=True)

    def _on_list_resized(self, width_px: int) -> None:
        if self._delegate.show_width(width_px):
            self._list.scheduleDelayedItemsLayout()

    def _on_filter_typed(self) -> None:
        self._typing.start()

    def _on_appearance_changed(self) -> None:
        self._delegate.refresh()
        self._list.scheduleDelayedItemsLayout()
        self._table.verticalHeader().setDefaultSectionSize(self._appearance.px(32))
