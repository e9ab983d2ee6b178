"""The rules in a window of their own: the list at the left; one rule, or its form, at the right, its trial below."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.rules.rule_form import RuleForm
from tabuah.widgets.rules.rule_list import RuleList
from tabuah.widgets.rules.rule_page import RulePage
from tabuah.widgets.rules.trial_box import TrialBox
from tabuah.widgets.rules.values import RuleItem, RuleView
from tabuah.widgets.surfaces import Surface, column, line, row
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

_LIST_PX: Final = 380


class RulesDialog(QDialog):
    """Shows rules and lets them be written; it decides nothing about them.

    Signals:
        rule_chosen: id of the rule that is looked at, empty for none.
        new_requested: an empty form is wanted.
        save_requested: what stands in the form shall be in force.
        form_left: the form was closed without saving.
    """

    rule_chosen = Signal(str)
    new_requested = Signal()
    save_requested = Signal()
    form_left = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rules_dialog")
        self.setWindowTitle(_("Rules"))
        self._appearance = appearance
        self._items: tuple[RuleItem, ...] = ()
        self._is_changed = self._warned = False
        self._filter = QLineEdit()
        name_widget(self._filter, "rule_filter", _("Find a rule"))
        self._filter.setPlaceholderText(_("Find a rule") + "  (Ctrl F)")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show_list)
        self.list = RuleList(appearance)
        self.list.item_chosen.connect(self.rule_chosen)
        self.page, self.form, self.trial = RulePage(appearance), RuleForm(appearance), TrialBox(appearance)
        self.form.changed.connect(self._on_form_changed)
        self._empty = EmptyState(appearance, icon="list", name="rules_empty")
        self._empty.show_message(_("No rule is chosen"), _("Choose one at the left, or write a new one."))
        self._new = self._button(_("New rule"), "Ctrl+N", "rule_new", icon="plus")
        self._new.clicked.connect(self.new_requested)
        self._save = self._button(_("Put into force"), "Ctrl+S", "rule_save", kind=Kind.PRIMARY)
        self._save.clicked.connect(self.save_requested)
        self._leave = self._button(_("Back"), "", "rule_leave", kind=Kind.GHOST)
        self._leave.clicked.connect(self.leave_form)
        self._note = Text(appearance, style=Type.SMALL, tone="muted")
        self._stack = QStackedWidget()
        for part in (self._empty, self.page, self.form):
            self._stack.addWidget(part)
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._filter.setFocus)
        self.resize(QSize(appearance.px(1120), appearance.px(740)).boundedTo(self.screen().availableSize()))

    @property
    def is_writing(self) -> bool:
        """Whether the form is open."""
        return self._stack.currentWidget() is self.form

    def show_rules(self, items: Sequence[RuleItem], *, new_reason: str) -> None:
        """Show the list; `new_reason` says why no rule can be written, if so."""
        self._items = tuple(items)
        self._new.show_reason(new_reason)
        self._show_list()

    def show_rule(self, view: RuleView | None) -> None:
        """Show one rule to be read, or that none is chosen."""
        if view is not None:
            self.page.show_rule(view)
        self._turn_to(self.page if view is not None else self._empty)

    def open_form(self) -> None:
        """Bring the form to the front; its owner has filled it."""
        self._is_changed = self._warned = False
        self._note.setText("")
        self._turn_to(self.form)
        self.form.focus_first()

    def close_form(self) -> None:
        """Bring the rule to the front again."""
        self._is_changed = False
        self._turn_to(self.page if self.list.chosen else self._empty)
        self.list.setFocus()

    def leave_form(self) -> None:
        """Leave the form; what was typed is only thrown away when that is asked for twice."""
        if self._is_changed and not self._warned:
            self._warned = True
            self._note.setText(_("This is not in force yet. Once more throws away what you typed."))
            return
        self.close_form()
        self.form_left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape goes one step back, and closes the window at last; Enter presses no button on the way."""
        if event.key() == Qt.Key.Key_Escape:
            if self.is_writing:
                self.leave_form()
            elif self.page.asks_for_reason:
                self.page.leave_reason()
            else:
                self.close()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _turn_to(self, part: QWidget) -> None:
        self._stack.setCurrentWidget(part)
        writing = part is self.form
        for button in (self._save, self._leave):
            button.setVisible(writing)
        self.list.setEnabled(not writing)
        self._filter.setEnabled(not writing)
        self._new.setVisible(not writing)
        self.trial.setVisible(part is not self._empty)

    def _show_list(self) -> None:
        words = self._filter.text().casefold().split()
        self.list.show_items(
            [item for item in self._items if all(w in f"{item.name} {item.told} {item.id}".casefold() for w in words)]
        )

    def _on_form_changed(self, _code: str) -> None:
        self._is_changed, self._warned = True, False
        self._note.setText("")

    def _button(self, text: str, keys: str, name: str, *, kind: Kind = Kind.SECONDARY, icon: str = "") -> KeyButton:
        shown = keys.replace("+", " ") or "Esc"
        button = KeyButton(self._appearance, text, key=shown, kind=kind, icon=icon, name=name)
        button.setAutoDefault(False)
        if keys:
            button.setShortcut(keys)
        return button

    def _lay_out(self) -> None:
        left = Surface("panel")
        left.setFixedWidth(self._appearance.px(_LIST_PX))
        lines = column(left, spacing_px=10)
        lines.setContentsMargins(8, 16, 0, 12)
        for part in (self._filter, self._new):
            holder = row()
            holder.setContentsMargins(8, 0, 8, 0)
            holder.addWidget(part, 1 if part is self._filter else 0)
            if part is self._new:
                holder.addStretch(1)
            lines.addLayout(holder)
        lines.addWidget(self.list, 1)
        right = Surface("panel")
        inner = column(right, spacing_px=10)
        inner.setContentsMargins(20, 16, 20, 16)
        inner.addWidget(self._stack, 1)
        inner.addWidget(line())
        inner.addWidget(self.trial)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(self._leave)
        buttons.addWidget(self._note, 1)
        inner.addLayout(buttons)
        halves = row(self, spacing_px=0)
        halves.addWidget(left)
        halves.addWidget(line(vertical=True))
        halves.addWidget(right, 1)
        self._turn_to(self._empty)
