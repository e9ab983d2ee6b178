"""The window of the list of incidents: search field, filter row, columns, and the rows."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QLineEdit, QMenu, QTableView, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import column, divider, row
from tabuah.widgets.incidents.incident_list_model import IncidentListModel
from tabuah.widgets.incidents.incident_list_values import ALL_COLUMNS, ListedRow, ListRequest
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice

_SIZE_PX: Final = (1180, 680)
_WIDTHS_PX: Final = {
    "severity": 104, "title": 225, "place": 165, "status": 170, "reported": 176, "updated": 176, "number": 138,
    "found": 180,
}  # fmt: skip
_WIDTH_PX: Final = 135
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
    """

    search_requested = Signal()
    incident_opened = Signal(str)
    export_requested = Signal()
    columns_changed = Signal()

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
        self._make_head(choices)
        self._make_table()
        self._make_buttons()
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        QShortcut("Ctrl+S", self).activated.connect(self.export_requested)
        QShortcut("Ctrl+Shift+C", self).activated.connect(self._columns.showMenu)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self._search.setFocus()

    @property
    def request(self) -> ListRequest:
        """The words of the search field and the choices of the filter row."""
        return ListRequest(words=self._search.text(), **{code: box.current for code, box in self._boxes.items()})

    @property
    def chosen(self) -> str:
        """Id of the selected incident; empty for none."""
        current = self._table.currentIndex().row()
        return self.model.ids[current] if 0 <= current < len(self.model.ids) else ""

    def show_found(self, ids: tuple[str, ...], first_rows: Sequence[ListedRow], note: str) -> None:
        """Show a result; the selected incident stays selected where it is in the result."""
        before = self.chosen
        self.model.show_ids(ids, first_rows)
        self._fit_columns()
        self._note.setText(note)
        self._table.setVisible(bool(ids))
        self._empty.setVisible(not ids)
        if ids:
            self._table.selectRow(ids.index(before) if before in ids else 0)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Show these columns, in this order."""
        self.model.show_columns(columns)
        self._fit_columns()
        for action in self._menu.actions():
            action.setChecked(action.data() in self.model.columns)

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

    def _make_head(self, choices: Mapping[str, Sequence[Choice]]) -> None:
        self._search = QLineEdit()
        name_widget(self._search, "incident_list_search", _("Search incidents"))
        self._search.setPlaceholderText(_('Words, "phrase", -without, number') + "  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self._on_typed)
        labels = {
            "stage": _("Open or ended"),
            "hazard": _("Hazard"),
            "severity": _("Severity"),
            "status": _("Status"),
            "period": _("Period"),
            "order": _("Order"),
        }
        self._boxes = {
            code: ChoiceBox(self._appearance, choices[code], name=f"incident_list_{code}", label=label)
            for code, label in labels.items()
        }
        for box in self._boxes.values():
            box.currentIndexChanged.connect(self.search_requested)
        self._menu = QMenu(self)
        for code, label in ALL_COLUMNS.items():
            action = QAction(_(label), self._menu, checkable=True, checked=code in self.model.columns)
            action.setData(code)
            self._menu.addAction(action)
        self._menu.triggered.connect(self._on_column_chosen)

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
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionMoved.connect(self._on_section_moved)
        self._table.doubleClicked.connect(self._open)
        self._empty = EmptyState(self._appearance, icon="search", name="incident_list_empty")
        self._empty.show_message(_("No incident was found."), _("Remove a word or a filter."))
        self._empty.hide()

    def _fit_columns(self) -> None:
        for section, code in enumerate(self.model.columns):
            self._table.setColumnWidth(section, self._appearance.px(_WIDTHS_PX.get(code, _WIDTH_PX)))

    def _on_column_chosen(self, action: QAction) -> None:
        """Show or hide a column; the last one stays."""
        code = str(action.data())
        columns = [each for each in self.model.columns if each != code]
        self.show_columns([*columns, code] if action.isChecked() else columns or [code])
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
        self._columns = KeyButton(
            self._appearance, _("Columns"), key="Ctrl Shift C", compact=True, name="incident_list_columns"
        )
        self._columns.setMenu(self._menu)
        self._export = KeyButton(
            self._appearance, _("Export"), key="Ctrl S", compact=True, name="incident_list_export"
        )
        self._export.clicked.connect(self.export_requested)
        self._close = KeyButton(
            self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, compact=True, name="incident_list_close"
        )
        self._close.clicked.connect(self.close)
        for button in (self._columns, self._export, self._close):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        self._note = Text(self._appearance, style=TextStyle.SMALL, tone="muted")
        self._note.setObjectName("incident_list_note")
        top = row(spacing_px=8)
        top.setContentsMargins(16, 12, 16, 0)
        top.addWidget(self._search, 1)
        for button in (self._columns, self._export):
            top.addWidget(button)
        filters = row(spacing_px=8)
        filters.setContentsMargins(16, 0, 16, 0)
        for code, box in self._boxes.items():
            filters.addWidget(box, 3 if code == "order" else 2)
        low = row(spacing_px=12)
        low.setContentsMargins(16, 0, 16, 12)
        low.addWidget(self._note, 1)
        low.addWidget(self._close)
        lines = column(self, spacing_px=8)
        lines.addLayout(top)
        lines.addLayout(filters)
        lines.addWidget(divider())
        lines.addWidget(self._table, 1)
        lines.addWidget(self._empty, 1)
        lines.addWidget(divider())
        lines.addLayout(low)
