"""A grid of facts: label and value."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import FactItem

_SHORT: Final = 60  # characters, about two lines of a narrow panel
_VALUE_PX: Final = 80  # at least; one long word, such as a link, must not make all values wider than the panel
_UNFOLD_ROW_PX: Final = 48  # of a label with the button below it


class FactsGrid(QWidget):
    """Label and value in rows; values can be selected and copied. A long last one can be folded to two lines."""

    def __init__(self, appearance: Appearance, *, folds: bool = False) -> None:
        super().__init__()
        self._folds, self._is_unfolded = folds, False
        self.setObjectName("facts_grid")
        self._appearance = appearance
        self._facts: tuple[FactItem, ...] = ()
        self._labels: list[Text] = []
        self._values: list[Text] = []
        self._unfold = KeyButton(appearance, _("Show all"), kind=ButtonKind.GHOST, name="facts_unfold", compact=True)
        self._unfold.clicked.connect(self._on_unfold_clicked)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._unfold)
        self._unfold.hide()

    def show_facts(self, facts: tuple[FactItem, ...]) -> None:
        """Show the facts in this order; hidden when there are none."""
        self.setVisible(bool(facts))
        if facts == self._facts:
            return
        are_alike = [(fact.label, fact.level) for fact in facts] == [(fact.label, fact.level) for fact in self._facts]
        self._facts = facts
        if are_alike:  # rebuilding would flicker and lose a text selection
            self._show_values()
            return
        self._is_unfolded = False
        self._make(facts)

    def _show_values(self) -> None:
        is_folded = self._folds and not self._is_unfolded
        for value, fact in zip(self._values, self._facts, strict=True):
            shown = folded(fact.value) if is_folded and fact is self._facts[-1] else fact.value
            value.setText(shown)
            value.setToolTip(fact.value if shown != fact.value else "")
            value.setAccessibleName(f"{fact.label}: {fact.value}")
        is_long = bool(self._facts) and folded(self._facts[-1].value) != self._facts[-1].value
        self._unfold.setVisible(self._folds and is_long)
        room_px = self._appearance.px(_UNFOLD_ROW_PX) if self._folds and is_long else 0
        self._grid.setRowMinimumHeight(max(len(self._facts) - 1, 0), room_px)
        text = _("Show less") if self._is_unfolded else _("Show all")
        self._unfold.setText(text)
        self._unfold.describe(text)
        self._unfold.updateGeometry()

    def _on_unfold_clicked(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self._show_values()

    def _make(self, facts: tuple[FactItem, ...]) -> None:
        """Show other facts in the labels that exist: a new label takes a millisecond."""
        self._grid.removeWidget(self._unfold)
        for i in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(i, 0)
        self._grid.setColumnMinimumWidth(0, self._appearance.px(84))
        while len(self._labels) > len(facts):
            self._remove_row()
        while len(self._labels) < len(facts):
            self._add_row()
        for label, value, fact in zip(self._labels, self._values, facts, strict=True):
            label.setText(fact.label)
            strong = TextStyle.STRONG if fact.level is not None else TextStyle.BODY
            value.show_style(strong, fact.level if fact.level is not None else "text")
        last_row = max(len(facts) - 1, 0)  # below its label, so that folding needs no row of its own
        self._grid.addWidget(self._unfold, last_row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._show_values()
        for widget in (*self._labels, *self._values):
            widget.show()  # Qt shows a new one of a visible layout in the next turn of the event loop only

    def _add_row(self) -> None:
        label = Text(self._appearance, tone="muted")
        value = Text(self._appearance, wrap=True, selectable=True)
        value.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setMinimumWidth(self._appearance.px(_VALUE_PX))
        row = len(self._labels)
        self._labels.append(label)
        self._values.append(value)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)

    def _remove_row(self) -> None:
        for widget in (self._labels.pop(), self._values.pop()):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def folded(value: str) -> str:
    """Return the beginning of a long value, in one or two lines and whole words; a short one unchanged."""
    text = " ".join(value.split())
    if len(text) <= _SHORT and value.count("\n") <= 1:
        return value
    return f"{text[:_SHORT].rpartition(' ')[0] or text[:_SHORT]} …" if len(text) > _SHORT else text
