"""A grid of facts: label and value."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import clear_layout
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import FactItem


class FactsGrid(QWidget):
    """Label and value in rows; values can be selected and copied."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("facts_grid")
        self._appearance = appearance
        self._facts: tuple[FactItem, ...] = ()
        self._values: list[Text] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: tuple[FactItem, ...]) -> None:
        """Show the facts in this order; hidden when there are none."""
        self.setVisible(bool(facts))
        if facts == self._facts:
            return
        are_alike = [(fact.label, fact.level) for fact in facts] == [(fact.label, fact.level) for fact in self._facts]
        self._facts = facts
        if are_alike:  # rebuilding would flicker and lose a text selection
            for value, fact in zip(self._values, facts, strict=True):
                _show_fact(value, fact)
            return
        self._make(facts)

    def _make(self, facts: tuple[FactItem, ...]) -> None:
        clear_layout(self._grid)
        self._values.clear()
        self._grid.setColumnMinimumWidth(0, self._appearance.px(84))
        for i, fact in enumerate(facts):
            label = Text(self._appearance, fact.label, tone="muted")
            strong = TextStyle.STRONG if fact.level is not None else TextStyle.BODY
            tone = fact.level if fact.level is not None else "text"
            value = Text(self._appearance, style=strong, tone=tone, wrap=True, selectable=True)
            _show_fact(value, fact)
            self._values.append(value)
            self._grid.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, i, 1)


def _show_fact(value: Text, fact: FactItem) -> None:
    value.setText(fact.value)
    value.setAccessibleName(f"{fact.label}: {fact.value}")
