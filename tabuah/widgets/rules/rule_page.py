"""The page of one rule: level, sentence, source of its threshold, stations and versions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row, scroll_area
from tabuah.widgets.rules.values import RuleView
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class RulePage(QWidget):
    """Shows one rule.

    Signals:
        edit_requested: the user edits the rule.
        copy_requested: the user creates a rule like this one.
        retire_requested: the reason for retiring the rule.
    """

    edit_requested = Signal()
    copy_requested = Signal()
    retire_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rule_page")
        self._appearance = appearance
        self._chip = LevelChip(appearance)
        self._name = Text(appearance, style=TextStyle.HEADING, wrap=True, selectable=True)
        self._sentence = Text(appearance, style=TextStyle.STRONG, wrap=True, selectable=True)
        self._sentence.setObjectName("rule_told")
        self._facts = FactsGrid(appearance)
        self._history_title = Text(appearance, _("Versions"), style=TextStyle.OVERLINE, tone="muted")
        self._history = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True, selectable=True)
        self._history.setObjectName("rule_history")
        self._edit = KeyButton(
            appearance, _("Change"), key="Ctrl E", kind=ButtonKind.PRIMARY, icon="edit", name="rule_edit"
        )
        self._edit.setShortcut("Ctrl+E")
        self._edit.clicked.connect(self.edit_requested)
        self._copy = KeyButton(appearance, _("Duplicate"), key="Ctrl D", name="rule_copy")
        self._copy.setShortcut("Ctrl+D")
        self._copy.clicked.connect(self.copy_requested)
        self._retire = KeyButton(appearance, _("Retire"), key="Ctrl ⌫", kind=ButtonKind.GHOST, name="rule_retire")
        self._retire.setShortcut("Ctrl+Backspace")
        self._retire.clicked.connect(self._on_retire)
        self._reason = QLineEdit()
        name_widget(self._reason, "rule_reason", _("Reason"))
        self._reason.setPlaceholderText(_("Reason for retiring; Enter confirms and ends its alarms"))
        self._reason.setMaxLength(200)
        self._reason.returnPressed.connect(self._on_reason)
        self._lay_out()

    def show_rule(self, view: RuleView) -> None:
        self._chip.show_level(view.level, view.word)
        self._name.setText(view.name)
        self._sentence.setText(view.sentence)
        self._facts.show_facts(view.facts)
        self._history.setText("\n".join(view.history))
        self._history_title.setVisible(bool(view.history))
        self._edit.setText(_("Change") if view.active else _("Reactivate"))
        self._edit.describe(self._edit.text())
        self._edit.show_reason(view.edit_reason)
        self._edit.updateGeometry()
        self._copy.show_reason(view.edit_reason)
        self._retire.show_reason(view.retire_reason)
        self._close_reason()

    @property
    def asks_for_reason(self) -> bool:
        """True while the field for the reason is open."""
        return self._reason.isVisible()

    def close_reason(self) -> None:
        """Close the field for the reason without retiring the rule."""
        self._close_reason()
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_retire(self) -> None:
        self._reason.show()
        self._reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_reason(self) -> None:
        reason = self._reason.text().strip()
        if reason:
            self.retire_requested.emit(reason)
            self._close_reason()

    def _close_reason(self) -> None:
        self._reason.clear()
        self._reason.hide()

    def _lay_out(self) -> None:
        head = row(spacing_px=10)
        head.addWidget(self._name, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        card = ThemedFrame("raised")
        inner = column(card)
        inner.setContentsMargins(14, 10, 14, 10)
        inner.addWidget(self._sentence)
        body = QWidget()
        lines = column(body, spacing_px=12)
        lines.setContentsMargins(0, 0, 12, 0)
        for part in (self._facts, self._history_title, self._history):
            lines.addWidget(part)
        lines.addStretch(1)
        buttons = row()
        for button in (self._edit, self._copy, self._retire):
            buttons.addWidget(button)
        buttons.addStretch(1)
        outer = column(self, spacing_px=12)
        outer.addLayout(head)
        outer.addWidget(card)
        outer.addWidget(scroll_area(body, name="rule_page_scroll"), 1)
        outer.addLayout(buttons)
        outer.addWidget(self._reason)
