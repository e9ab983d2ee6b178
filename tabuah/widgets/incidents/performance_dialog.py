"""The incident performance window: period, headline numbers, tables with bars, and the incidents behind a number."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.labels import ElidedText, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.incidents.group_chart import GroupChart
from tabuah.widgets.incidents.number_grid import NumberGrid
from tabuah.widgets.incidents.number_tiles import NumberTiles
from tabuah.widgets.incidents.performance_values import IncidentPerformanceView, NumberTable
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

OWN_PERIOD: Final = "own"
_SIZE: Final = QSize(1280, 680)
_TABLE_SHARE, _LIST_SHARE = 2, 1


class IncidentPerformanceDialog(QDialog):
    """Shows the figures of a period; it computes nothing.

    Signals:
        period_chosen: code of the chosen period.
        own_period_submitted: the texts of both ends of the own period.
        numbers_chosen: the ids behind the selected number, and its description.
        incident_opened: id of the incident to show in the main window.
        place_requested: longitude and latitude of a place to show on the map.
        export_requested: file format, "xlsx" or "pdf".
    """

    period_chosen = Signal(str)
    own_period_submitted = Signal(str, str)
    numbers_chosen = Signal(tuple, str)
    incident_opened = Signal(str)
    place_requested = Signal(float, float)
    export_requested = Signal(str)

    def __init__(
        self, appearance: Appearance, periods: tuple[tuple[str, str], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("incident_performance_dialog")
        self.setWindowTitle(_("Incident performance"))
        self._appearance = appearance
        self._view = IncidentPerformanceView(heading="")
        self.periods = SegmentedControl(appearance, periods, name="performance_periods", label=_("Period"))
        self.periods.chosen.connect(self._on_period_chosen)
        self.since, self.until = self._end("performance_since", _("From")), self._end("performance_until", _("Until"))
        self._own = self._own_period()
        self._heading = ElidedText(appearance, style=TextStyle.STRONG)
        self._heading.setObjectName("performance_heading")
        self._state = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._state.setObjectName("performance_state")
        self.tiles = NumberTiles(appearance)
        self.tiles.tile_chosen.connect(self._on_tile_chosen)
        self.pages = ChoiceBox(appearance, (), name="performance_pages", label=_("Table"))
        self.pages.currentIndexChanged.connect(self._on_page_chosen)
        self.chart = GroupChart(appearance)
        self.grid = NumberGrid(appearance)
        self.chart.bar_chosen.connect(self.grid.choose_row)
        self.grid.cell_chosen.connect(self._on_cell_chosen)
        self.grid.cell_opened.connect(self._on_cell_opened)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._list_title = ElidedText(appearance, style=TextStyle.STRONG)
        self._list_title.setObjectName("performance_list_title")
        self.incidents = LevelList(appearance, name="performance_incidents", label=_("Incidents behind the number"))
        self.incidents.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.incidents.doubleClicked.connect(self._open_incident)
        self._empty = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._buttons()
        self._lay_out()
        self.resize(QSize(appearance.px(_SIZE.width()), appearance.px(_SIZE.height())).boundedTo(
            self.screen().availableSize()))  # fmt: skip
        self.grid.setFocus()

    def show_view(self, view: IncidentPerformanceView) -> None:
        """Show the figures; page and cell stay selected."""
        self._view = view
        self._heading.setText(view.heading)
        self._state.setText("")
        self.tiles.show_tiles(view.tiles)
        self._show_pages(view.tables)
        self._show_table()

    def show_busy(self, text: str) -> None:
        """Show that figures are being computed; the previous ones stay until then."""
        self._state.show_tone("muted")
        self._state.setText(text)

    def show_error(self, text: str) -> None:
        """Show why the chosen period cannot be used."""
        self._state.show_tone(Level.CRITICAL)
        self._state.setText(text)

    def show_incidents(self, title: str, lines: Sequence[LevelLine]) -> None:
        """Show the incidents behind a number."""
        self._list_title.setText(title)
        self.incidents.show_items(tuple(lines))
        self.incidents.setVisible(bool(lines))
        self._empty.setText(_("No incidents behind this value."))
        self._empty.setVisible(not lines)
        self._show_on_map.show_reason("" if lines or self._place else _("No place is selected."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: L shows the place, X and P export, Enter in the list opens the incident; the fields keep their keys."""
        if self.since.hasFocus() or self.until.hasFocus():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.own_period_submitted.emit(self.since.text(), self.until.text())
            elif event.key() == Qt.Key.Key_Escape:
                self.grid.setFocus()
            return
        actions: dict[int, Callable[[], None]] = {
            int(Qt.Key.Key_L): lambda: self._footer.press(self._show_on_map),
            int(Qt.Key.Key_X): lambda: self._footer.press(self._xlsx),
            int(Qt.Key.Key_P): lambda: self._footer.press(self._pdf),
            int(Qt.Key.Key_PageDown): lambda: self._step_page(1),
            int(Qt.Key.Key_PageUp): lambda: self._step_page(-1),
        }
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.incidents.hasFocus():
            self._open_incident()
        elif action := actions.get(event.key()):
            action()
        else:
            super().keyPressEvent(event)

    def _end(self, name: str, label: str) -> QLineEdit:
        field = QLineEdit()
        name_widget(field, name, label)
        field.setPlaceholderText("2026-11-01")
        field.setMaxLength(40)
        field.setFixedWidth(self._appearance.px(130))
        return field

    def _own_period(self) -> QWidget:
        box = QWidget()
        line = row(box, spacing_px=8)
        for label, field in ((_("From"), self.since), (_("Until"), self.until)):
            line.addWidget(Text(self._appearance, label, style=TextStyle.SMALL, tone="muted"))
            line.addWidget(field)
        box.setVisible(False)
        return box

    def _buttons(self) -> None:
        appearance = self._appearance
        self._show_on_map = page_button(appearance, _("Show on the map"), "L", "performance_locate")
        self._show_on_map.clicked.connect(self._on_locate_clicked)
        self._xlsx = page_button(appearance, _("Save as XLSX"), "X", "performance_xlsx")
        self._xlsx.clicked.connect(self._on_xlsx_clicked)
        self._pdf = page_button(appearance, _("Report as PDF"), "P", "performance_pdf")
        self._pdf.clicked.connect(self._on_pdf_clicked)
        self._footer = PageFooter(appearance, self._show_on_map, self._xlsx, self._pdf)
        self._close = page_button(appearance, _("Close"), "Esc", "performance_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel")
        outer, lines = column(frame, spacing_px=10), column(spacing_px=10)
        lines.setContentsMargins(20, 14, 20, 0)
        top = row(spacing_px=12)
        top.addWidget(self.periods)
        top.addWidget(self._own)
        top.addWidget(self._heading, 1)
        top.addWidget(self._state)
        lines.addLayout(top)
        lines.addWidget(self.tiles)
        halves = row(spacing_px=16)
        left, right = column(spacing_px=8), column(spacing_px=8)
        left.addWidget(self.pages)
        left.addWidget(self.chart)
        left.addWidget(self.grid, 1)
        left.addWidget(self._note)
        right.addWidget(self._list_title)
        right.addWidget(self._empty)
        right.addWidget(self.incidents, 1)
        right.addStretch(0)
        halves.addLayout(left, _TABLE_SHARE)
        halves.addLayout(right, _LIST_SHARE)
        lines.addLayout(halves, 1)
        low = row(spacing_px=8)
        low.setContentsMargins(0, 0, 16, 14)
        low.addWidget(self._footer, 1)
        low.addWidget(self._close)
        outer.addLayout(lines, 1)
        outer.addLayout(low)
        column(self).addWidget(frame)

    def _show_pages(self, tables: tuple[NumberTable, ...]) -> None:
        choices = [Choice(code=table.code, label=table.label) for table in tables]
        shown = [(self.pages.itemData(n), self.pages.itemText(n)) for n in range(self.pages.count())]
        if shown == [(each.code, each.label) for each in choices]:
            return
        before = self.pages.current
        self.pages.blockSignals(True)
        self.pages.clear()
        for each in choices:
            self.pages.addItem(each.label, each.code)
        self.pages.show_current(before)
        self.pages.blockSignals(False)

    def _show_table(self) -> None:
        table = next((each for each in self._view.tables if each.code == self.pages.current), None)
        if table is None:
            return
        self.chart.setVisible(len(table.bars) > 1)
        self.chart.show_bars(table.bars)
        self._note.setText(table.note)
        self._note.setVisible(bool(table.note))
        self.grid.show_table(table)
        if not table.rows:
            self.numbers_chosen.emit((), table.label)

    def _step_page(self, step: int) -> None:
        if self.pages.count():
            self.pages.setCurrentIndex((self.pages.currentIndex() + step) % self.pages.count())

    @property
    def _place(self) -> tuple[float, float] | None:
        places, number = self.grid.table.places, self.grid.currentIndex().row()
        return places[number] if 0 <= number < len(places) else None

    def _on_period_chosen(self, code: str) -> None:
        self._own.setVisible(code == OWN_PERIOD)
        if code == OWN_PERIOD:
            self.since.setFocus()
        self.period_chosen.emit(code)

    def _on_page_chosen(self, _number: int) -> None:
        self._show_table()

    def _on_tile_chosen(self, code: str) -> None:
        tile = next(each for each in self._view.tiles if each.code == code)
        self.numbers_chosen.emit(tile.ids, f"{tile.label}: {tile.value}")
        self.incidents.setFocus()

    def _on_cell_chosen(self, number: int, position: int) -> None:
        table = self.grid.table
        self.chart.show_chosen(number)
        cells = table.rows[number]
        title = (
            cells[0].text if position == 0 else f"{cells[0].text} · {table.columns[position]}: {cells[position].text}"
        )
        self.numbers_chosen.emit(cells[position].ids, title)

    def _on_cell_opened(self, _number: int, _position: int) -> None:
        if self.incidents.isVisible():
            self.incidents.setFocus()

    def _open_incident(self) -> None:
        if self.incidents.chosen:
            self.incident_opened.emit(self.incidents.chosen)

    def _on_locate_clicked(self) -> None:
        if self._place is not None and not self.incidents.hasFocus():
            self.place_requested.emit(*self._place)
        else:
            self._open_incident()

    def _on_xlsx_clicked(self) -> None:
        self.export_requested.emit("xlsx")

    def _on_pdf_clicked(self) -> None:
        self.export_requested.emit("pdf")
