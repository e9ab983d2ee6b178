"""The rules window: the list at the left, one rule or its form at the right, its trial run below."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.empty_state import EmptyState
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.rules.rule_form import RuleForm
from tabuah.widgets.rules.rule_list import RuleList
from tabuah.widgets.rules.rule_page import RulePage
from tabuah.widgets.rules.trial_box import TrialPanel
from tabuah.widgets.rules.values import RuleItem, RuleView
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_LIST_PX: Final = 380


class RulesDialog(QDialog):
    """Shows rules and edits them; it decides nothing about them.

    Signals:
        rule_chosen: id of the selected rule, empty for none.
        new_requested: the user opens an empty form.
        save_requested: the user puts the rule in the form into force.
        form_closed: the form was closed without saving.
    """

    rule_chosen = Signal(str)
    new_requested = Signal()
    save_requested = Signal()
    form_closed = Signal()

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
        self.page, self.form, self.trial = RulePage(appearance), RuleForm(appearance), TrialPanel(appearance)
        self.form.changed.connect(self._on_form_changed)
        self._empty = EmptyState(appearance, icon="list", name="rules_empty")
        self._empty.show_message(_("No rule selected"), _("Choose one at the left, or write a new one."))
        self._new = self._button(_("New rule"), "Ctrl+N", "rule_new", icon="plus")
        self._new.clicked.connect(self.new_requested)
        self._save = self._button(_("Put into force"), "Ctrl+S", "rule_save", kind=ButtonKind.PRIMARY)
        self._save.clicked.connect(self.save_requested)
        self._leave = self._button(_("Back"), "", "rule_leave", kind=ButtonKind.GHOST)
        self._leave.clicked.connect(self.leave_form)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._stack = QStackedWidget()
        for part in (self._empty, self.page, self.form):
            self._stack.addWidget(part)
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._filter.setFocus)
        self.resize(QSize(appearance.px(1120), appearance.px(740)).boundedTo(self.screen().availableSize()))

    @property
    def is_writing(self) -> bool:
        """True while the form is open."""
        return self._stack.currentWidget() is self.form

    def show_rules(self, items: Sequence[RuleItem], *, new_reason: str) -> None:
        """Show the list; `new_reason` says why the user cannot write a rule, empty if they can."""
        self._items = tuple(items)
        self._new.show_reason(new_reason)
        self._show_list()

    def show_rule(self, view: RuleView | None) -> None:
        """Show one rule, or the empty state for None."""
        if view is not None:
            self.page.show_rule(view)
        self._show_part(self.page if view is not None else self._empty)

    def open_form(self) -> None:
        """Show the form, which the owner has filled."""
        self._is_changed = self._warned = False
        self._note.setText("")
        self._show_part(self.form)
        self.form.focus_first()

    def close_form(self) -> None:
        """Return from the form to the rule."""
        self._is_changed = False
        self._show_part(self.page if self.list.chosen else self._empty)
        self.list.setFocus()

    def leave_form(self) -> None:
        """Close the form; discard changes only at the second request."""
        if self._is_changed and not self._warned:
            self._warned = True
            self._note.setText(_("The rule is not in force yet. Press again to discard your changes."))
            return
        self.close_form()
        self.form_closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go one step back on Escape, at last close the window; Enter must not press a button."""
        if event.key() == Qt.Key.Key_Escape:
            if self.is_writing:
                self.leave_form()
            elif self.page.asks_for_reason:
                self.page.close_reason()
            else:
                self.close()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _show_part(self, part: QWidget) -> None:
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
            [
                item
                for item in self._items
                if all(w in f"{item.name} {item.sentence} {item.id}".casefold() for w in words)
            ]
        )

    def _on_form_changed(self, _code: str) -> None:
        self._is_changed, self._warned = True, False
        self._note.setText("")

    def _button(
        self, text: str, keys: str, name: str, *, kind: ButtonKind = ButtonKind.SECONDARY, icon: str = ""
    ) -> KeyButton:
        shown = keys.replace("+", " ") or "Esc"
        button = KeyButton(self._appearance, text, key=shown, kind=kind, icon=icon, name=name)
        button.setAutoDefault(False)
        if keys:
            button.setShortcut(keys)
        return button

    def _lay_out(self) -> None:
        left = ThemedFrame("panel")
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
        right = ThemedFrame("panel")
        inner = column(right, spacing_px=10)
        inner.setContentsMargins(20, 16, 20, 16)
        inner.addWidget(self._stack, 1)
        inner.addWidget(divider())
        inner.addWidget(self.trial)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(self._leave)
        buttons.addWidget(self._note, 1)
        inner.addLayout(buttons)
        halves = row(self, spacing_px=0)
        halves.addWidget(left)
        halves.addWidget(divider(vertical=True))
        halves.addWidget(right, 1)
        self._show_part(self._empty)
