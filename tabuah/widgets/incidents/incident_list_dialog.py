"""The window of the list of incidents: search field, filters, saved views, columns, and the rows."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QLineEdit, QTableView, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.incidents.incident_column_panel import IncidentColumnPanel
from tabuah.widgets.incidents.incident_filter_bar import IncidentFilterBar
from tabuah.widgets.incidents.incident_list_model import IncidentListModel
from tabuah.widgets.incidents.incident_list_values import VALUE_COLUMNS, ListedRow, ListRequest
from tabuah.widgets.incidents.saved_view_menu import SavedViewMenu
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

_SIZE_PX: Final = (1180, 680)
_SCREEN_SHARE: Final = 0.72  # of a large screen
_SHARES: Final = {"title": 3, "place": 2, "found": 3, "units": 2}  # of the space that the values leave; others: 1
_LEAST_PX: Final = 120  # of a column that may be cut
_FOUND: Final = "found"
_TYPING_MS: Final = 120  # a search follows the typing after a short pause
_LONGEST_SEARCH: Final = 200
_STEPS: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class IncidentListDialog(QDialog):
    """Shows incidents and asks for searches; it knows no storage.

    Signals:
        search_requested: words, a filter or the order have changed.
        incident_opened: id of an incident to show in the window.
        export_requested: the user wants the shown list as a file.
        columns_changed: other columns are shown.
        callers_requested: the user looks for a caller.
    """

    search_requested = Signal()
    incident_opened = Signal(str)
    export_requested = Signal()
    columns_changed = Signal()
    callers_requested = Signal()

    def __init__(
        self, appearance: Appearance, choices: Mapping[str, Sequence[Choice]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("incident_list_dialog")
        self.setWindowTitle(_("List of incidents"))
        self._appearance = appearance
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self.search_requested)
        self.model = IncidentListModel(appearance)
        self.filters = IncidentFilterBar(appearance, choices)
        self.filters.changed.connect(self.search_requested)
        self.views = SavedViewMenu(self)
        self.columns = IncidentColumnPanel(appearance)
        self._exercise = ExerciseChip(appearance, name="incident_list_exercise")
        self._make_head()
        self._make_table()
        self._make_buttons()
        self._lay_out()
        for key, run in {
            "Ctrl+F": self._search.setFocus,
            "Ctrl+S": self.export_requested.emit,
            "Ctrl+M": self.filters.toggle_more,
            "Ctrl+R": self.filters.clear,
            "Ctrl+T": self.callers_requested.emit,
            "Ctrl+Shift+C": self.toggle_columns,
            "Ctrl+Shift+V": self._views_button.showMenu,
        }.items():
            QShortcut(key, self).activated.connect(run)
        available = self.screen().availableSize()
        wanted = QSize(*map(appearance.px, _SIZE_PX)).expandedTo(available * _SCREEN_SHARE)
        self.resize(wanted.boundedTo(available))
        self._search.setFocus()

    @property
    def request(self) -> ListRequest:
        """The words of the search field and the filters."""
        return replace(self.filters.request, words=self._search.text())

    @property
    def chosen(self) -> str:
        """Id of the selected incident; empty for none."""
        current = self._table.currentIndex().row()
        return self.model.ids[current] if 0 <= current < len(self.model.ids) else ""

    def show_request(self, request: ListRequest) -> None:
        """Show the words and filters of a saved view."""
        self._search.blockSignals(True)
        self._search.setText(request.words)
        self._search.blockSignals(False)
        self.filters.show_request(request)

    def show_found(self, ids: tuple[str, ...], first_rows: Sequence[ListedRow], note: str) -> None:
        """Show a result; the selected incident stays selected where it is in the result."""
        before = self.chosen
        self.model.show_ids(ids, first_rows)
        self._fit_columns()
        self.show_note(note)
        self._table.setVisible(bool(ids))
        self._show_empty(is_empty=not ids)
        if ids:
            self._table.selectRow(ids.index(before) if before in ids else 0)

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show how much was found, or why nothing can be searched."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def show_world(self, mark: str) -> None:
        """Show the mark of the exercise whose incidents are listed; empty for the real world."""
        self._exercise.show_mark(mark)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Show these columns, in this order."""
        self.model.show_columns(columns)
        self._fit_columns()
        self.columns.show_columns(self.model.columns)

    def toggle_columns(self) -> None:
        """Show or hide the panel of the columns, and move the keyboard there."""
        is_shown = self.columns.isHidden()
        self.columns.setVisible(is_shown)
        (self.columns.list if is_shown else self._table).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: fit the columns to the table, which also the panel of the columns makes narrower."""
        if event.type() is QEvent.Type.Resize and watched is self._table.viewport():
            self._fit_columns()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move in the list from the search, too; Enter opens; Escape clears the search, then closes."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif key in _STEPS and self._search.hasFocus():
            self._step(key)
        else:
            super().keyPressEvent(event)

    def _on_typed(self, _text: str) -> None:
        self._timer.start()

    def _step(self, key: Qt.Key) -> None:
        rows = 10 if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) else 1
        sign = -1 if key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) else 1
        last = len(self.model.ids) - 1
        if last >= 0:
            self._table.selectRow(max(0, min(last, self._table.currentIndex().row() + sign * rows)))

    def _open(self) -> None:
        if self.chosen:
            self.incident_opened.emit(self.chosen)

    def _make_head(self) -> None:
        self._search = QLineEdit()
        name_widget(self._search, "incident_list_search", _("Search incidents"))
        self._search.setPlaceholderText(_("Words or number") + "  (Ctrl F)")
        self._search.setToolTip(_('Words, "phrase", -without, number'))
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self._on_typed)
        self.columns.hide()
        self.columns.columns_changed.connect(self._on_columns_chosen)
        self.columns.closed.connect(self.toggle_columns)

    def _make_table(self) -> None:
        self._table = QTableView()
        name_widget(self._table, "incident_list_table", _("Incidents"))
        self._table.setModel(self.model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(self._appearance.px(30))
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(0)  # visible rows: measuring 1,000 rows takes a fifth of a second
        header.sectionMoved.connect(self._on_section_moved)
        self._rows_shown = QTimer(self, singleShot=True, interval=0)  # other rows are visible, or arrived
        self._rows_shown.timeout.connect(self._widen_columns)
        self._table.verticalScrollBar().valueChanged.connect(self._on_other_rows)
        self.model.dataChanged.connect(self._on_other_rows)
        self._table.doubleClicked.connect(self._open)
        self._table.viewport().installEventFilter(self)
        self._empty = EmptyState(self._appearance, icon="search", name="incident_list_empty")
        self._empty.hide()

    def _show_empty(self, *, is_empty: bool) -> None:
        self._empty.setVisible(is_empty)
        if replace(self.request, order=self._first_request.order) == self._first_request:
            hint = _("N in the window reports one; “Open and ended” also lists the archive.")
            self._empty.show_message(_("No open incidents."), hint)
        else:
            self._empty.show_message(_("No incident was found."), _("Remove a word, or all filters by Ctrl R."))

    def _fit_columns(self) -> None:
        """Give values the width of their texts, and share the rest between the other columns."""
        has_words = bool(self._search.text().strip()) or self.model.columns == (_FOUND,)
        for section, code in enumerate(self.model.columns):
            self._table.setColumnHidden(section, code == _FOUND and not has_words)
            if code in VALUE_COLUMNS:
                self._table.resizeColumnToContents(section)
        self._share_rest()

    def _widen_columns(self) -> None:
        """Make columns wider whose values would be cut in the visible rows.

        They become narrower only with another result, so that they do not jump while a user scrolls.
        """
        for section, code in enumerate(self.model.columns):
            needed = self._table.sizeHintForColumn(section) if code in VALUE_COLUMNS else 0
            if needed > self._table.columnWidth(section):
                self._table.setColumnWidth(section, needed)
        self._share_rest()

    def _share_rest(self) -> None:
        """Share the width that the values leave between the columns of texts."""
        shown = [(s, code) for s, code in enumerate(self.model.columns) if not self._table.isColumnHidden(s)]
        texts = {section: _SHARES.get(code, 1) for section, code in shown if code not in VALUE_COLUMNS}
        values = [self._table.columnWidth(section) for section, code in shown if code in VALUE_COLUMNS]
        free = self._table.viewport().width() - sum(values)
        for section, share in texts.items():
            width = free * share // sum(texts.values())
            self._table.setColumnWidth(section, max(width, self._appearance.px(_LEAST_PX)))

    def _on_other_rows(self, *_arguments: object) -> None:
        self._rows_shown.start()  # once for many changes

    def _on_columns_chosen(self, columns: tuple[str, ...]) -> None:
        self.show_columns(columns)
        self.columns_changed.emit()

    def _on_section_moved(self, _section: int, old: int, new: int) -> None:
        """Keep the order in the model, so that it is saved, and the header in its own order."""
        columns = list(self.model.columns)
        columns.insert(new, columns.pop(old))
        header = self._table.horizontalHeader()
        header.blockSignals(True)
        header.moveSection(new, old)
        header.blockSignals(False)
        self.show_columns(columns)
        self.columns_changed.emit()

    def _make_buttons(self) -> None:
        def button(text: str, key: str, name: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
            made = KeyButton(self._appearance, text, key=key, kind=kind, compact=True, name=f"incident_list_{name}")
            made.setAutoDefault(False)
            return made

        self._views_button = button(_("Views"), "Ctrl Shift V", "views")
        self._views_button.setMenu(self.views)
        self._columns_button = button(_("Columns"), "Ctrl Shift C", "columns")
        self._columns_button.clicked.connect(self.toggle_columns)
        self._export = button(_("Export"), "Ctrl S", "export")
        self._export.clicked.connect(self.export_requested)
        self._callers = button(_("Callers"), "Ctrl T", "callers", ButtonKind.GHOST)
        self._callers.clicked.connect(self.callers_requested)
        self._close = button(_("Close"), "Esc", "close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)

    def _lay_out(self) -> None:
        self._note = Text(self._appearance, style=TextStyle.SMALL, tone="muted")
        self._note.setObjectName("incident_list_note")
        top = row(spacing_px=8)
        top.setContentsMargins(16, 12, 16, 0)
        top.addWidget(self._search, 1)
        for button in (self.filters.more, self._views_button, self._columns_button, self._export):
            top.addWidget(button)
        middle = row(spacing_px=0)
        middle.addWidget(self._table, 1)
        middle.addWidget(self._empty, 1)
        middle.addWidget(self.columns)
        low = row(spacing_px=12)
        low.setContentsMargins(16, 0, 16, 12)
        low.addWidget(self._exercise)
        low.addWidget(self._note, 1)
        low.addWidget(self._callers)
        low.addWidget(self._close)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=8)
        lines.addLayout(top)
        lines.addWidget(self.filters)
        lines.addWidget(divider())
        lines.addLayout(middle, 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        column(self).addWidget(frame)
        self._first_request = self.request
