"""The roster window: the grid of a week, the selected shift below, and a form or an import in their place."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.import_panel import ImportPanel
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.roster.roster_grid import RosterGrid
from tabuah.widgets.roster.values import RosterAct, RosterShiftView, RosterWeekView
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_KEYS: Final = {
    Qt.Key.Key_Return: RosterAct.PLAN,
    Qt.Key.Key_Enter: RosterAct.PLAN,
    Qt.Key.Key_S: RosterAct.SWAP,
    Qt.Key.Key_Delete: RosterAct.CLEAR,
    Qt.Key.Key_U: RosterAct.UNDO,
    Qt.Key.Key_K: RosterAct.SETTLE,
    Qt.Key.Key_C: RosterAct.COPY,
}
_CTRL_KEYS: Final = {Qt.Key.Key_O: RosterAct.IMPORT, Qt.Key.Key_S: RosterAct.EXPORT}
_STEPS: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Home: 0}


class RosterDialog(QDialog):
    """Shows a week and asks for acts; it decides nothing about them.

    Signals:
        week_requested: -1 for the week before, 1 for the week after, 0 for this week.
        shift_chosen: id of the selected shift.
        act_requested: code of the act.
    """

    week_requested = Signal(int)
    shift_chosen = Signal(str)
    act_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roster_dialog")
        self.setWindowTitle(_("Duty roster"))
        self._appearance = appearance
        self._duty = ElidedText(appearance, style=TextStyle.STRONG)
        self._duty.setObjectName("roster_duty")
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._title.setObjectName("roster_title")
        self.grid = RosterGrid(appearance)
        self.grid.setAccessibleName(_("Shifts of the week"))
        self.grid.shift_chosen.connect(self.shift_chosen)
        self.grid.doubleClicked.connect(self._on_double_clicked)
        self._heading = Text(appearance, style=TextStyle.HEADING, wrap=True)
        self._heading.setObjectName("roster_shift_heading")
        self._facts = FactsGrid(appearance)
        self._problems = Text(appearance, style=TextStyle.BODY, tone=Level.HIGH, wrap=True)
        self._problems.setObjectName("roster_problems")
        self._buttons = {
            RosterAct.PLAN: self._act_button(RosterAct.PLAN, _("Plan shift"), "↵", ButtonKind.PRIMARY),
            RosterAct.SWAP: self._act_button(RosterAct.SWAP, _("Swap shift …"), "S"),
            RosterAct.SETTLE: self._act_button(RosterAct.SETTLE, _("Decide …"), "K"),
            RosterAct.UNDO: self._act_button(RosterAct.UNDO, _("Undo change"), "U"),
            RosterAct.CLEAR: self._act_button(RosterAct.CLEAR, _("Clear"), "Del"),
        }
        self._copy = self._act_button(RosterAct.COPY, _("Copy last week"), "C")
        self._import = self._act_button(RosterAct.IMPORT, _("Import"), "Ctrl O", ButtonKind.GHOST)
        self._export = self._act_button(RosterAct.EXPORT, _("Export"), "Ctrl S", ButtonKind.GHOST)
        self._footer = PageFooter(appearance, *self._buttons.values())
        self._close = page_button(appearance, _("Close"), "Esc", "roster_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        self.form = EditForm(appearance, name="roster_form")
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._form_note.setObjectName("roster_form_note")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("roster_note")
        self._note.hide()
        self.imports = ImportPanel(appearance, name="roster_import")
        self.imports.closed.connect(self.show_grid)
        self._pages = QStackedWidget()
        self._lay_out()
        self.resize(QSize(appearance.px(1180), appearance.px(700)).boundedTo(self.screen().availableSize()))
        self.grid.setFocus()

    @property
    def has_form(self) -> bool:
        return self._pages.currentIndex() == 1

    @property
    def shows_import(self) -> bool:
        return self._pages.currentIndex() == 2

    def show_duty(self, text: str, level: Level | None) -> None:
        """Show who is on duty now."""
        self._duty.setText(text)
        self._duty.show_tone("text" if level is None else level)

    def show_week(self, view: RosterWeekView, choose: str) -> None:
        """Show a week, and select a shift of it."""
        self._title.setText(view.title)
        self._copy.show_reason(view.copy_reason)
        self._import.show_reason(view.refusal)
        self._export.show_reason(view.export_reason)
        self.grid.show_week(view, choose)

    def show_shift(self, view: RosterShiftView) -> None:
        """Show the selected shift."""
        self._heading.setText(view.heading)
        self._facts.show_facts(view.facts)
        self._problems.setText("\n".join(view.problems))
        self._problems.setVisible(bool(view.problems))
        self._footer.clear_note_unless(view.id)
        for act, button in self._buttons.items():
            button.show_reason(view.reasons.get(act, ""))

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def show_form_note(self, text: str) -> None:
        """Show under the form why it cannot be saved."""
        self._form_note.show_tone(Level.CRITICAL)
        self._form_note.setText(text)

    def show_note(self, text: str, level: Level) -> None:
        """Show the result of an import or export above the week; the next action hides it."""
        self._note.setText(text)
        self._note.show_tone(level)
        self._note.setVisible(bool(text))

    def show_import(self) -> None:
        """Show the preview of an import."""
        self._note.hide()
        self._pages.setCurrentIndex(2)
        self.imports.focus_list()

    def show_grid(self) -> None:
        """Show the week instead of the form."""
        self._pages.setCurrentIndex(0)
        self.grid.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the acts by their keys while the week is in front."""
        key = Qt.Key(event.key())
        if self._pages.currentIndex() != 0:
            if key is Qt.Key.Key_Escape:
                self.show_grid()
            return  # the form or the preview has the keyboard
        is_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        act = (_CTRL_KEYS if is_ctrl else _KEYS).get(key)
        if act is RosterAct.IMPORT or act is RosterAct.EXPORT:
            self._footer.press(self._import if act is RosterAct.IMPORT else self._export)
        elif key in _STEPS:
            self.week_requested.emit(_STEPS[key])
        elif act is RosterAct.COPY:
            self._footer.press(self._copy)
        elif act is not None:
            self._footer.press(self._buttons[act])
        else:
            super().keyPressEvent(event)

    def _act_button(self, act: RosterAct, text: str, key: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        button = page_button(self._appearance, text, key, f"roster_{act.value}", kind)
        button.setProperty("act", act.value)
        button.clicked.connect(self._on_act_clicked)
        return button

    def _week_button(self, text: str, key: str, step: int) -> KeyButton:
        button = page_button(self._appearance, text, key, f"roster_week_{step + 1}", ButtonKind.GHOST)
        button.setProperty("step", step)
        button.clicked.connect(self._on_week_clicked)
        return button

    def _lay_out(self) -> None:
        top = row(spacing_px=8)
        top.setContentsMargins(20, 14, 20, 0)
        top.addWidget(self._title, 1)
        top.addWidget(self._week_button(_("Previous week"), "PgUp", -1))
        top.addWidget(self._week_button(_("This week"), "Home", 0))
        top.addWidget(self._week_button(_("Next week"), "PgDn", 1))
        top.addWidget(self._copy)
        duty = row()
        duty.setContentsMargins(20, 0, 20, 0)
        duty.addWidget(self._duty, 1)
        duty.addWidget(self._import)
        duty.addWidget(self._export)
        low = row(spacing_px=8)
        low.setContentsMargins(0, 0, 16, 14)
        low.addWidget(self._footer, 1)
        low.addWidget(self._close)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        lines.addLayout(top)
        lines.addLayout(duty)
        self._note.setContentsMargins(20, 0, 20, 0)
        lines.addWidget(self._note)
        grid = row()
        grid.setContentsMargins(14, 0, 14, 0)
        grid.addWidget(self.grid)
        lines.addLayout(grid, 1)
        lines.addWidget(divider())
        lines.addWidget(scroll_area(self._shift_page(), name="roster_shift_scroll"), 1)
        lines.addLayout(low)
        self._pages.addWidget(frame)
        self._pages.addWidget(self._form_page())
        self._pages.addWidget(self.imports)
        column(self).addWidget(self._pages)

    def _shift_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        lines.setContentsMargins(20, 4, 20, 4)
        lines.addWidget(self._heading)
        lines.addWidget(self._problems)
        lines.addWidget(self._facts)
        lines.addStretch(1)
        return page

    def _form_page(self) -> ThemedFrame:
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page

    def _on_act_clicked(self) -> None:
        self._note.hide()
        self.act_requested.emit(str(self.sender().property("act")))

    def _on_week_clicked(self) -> None:
        self.week_requested.emit(int(self.sender().property("step")))

    def _on_double_clicked(self) -> None:
        self._footer.press(self._buttons[RosterAct.PLAN])
