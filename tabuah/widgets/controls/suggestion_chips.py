"""Suggestion chips for a text field: each toggles its text; Alt with a digit toggles a chip."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from tabuah.widgets.controls.choice_chips import ChoiceChip
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.layout import clear_layout
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice


class SuggestionChips(QWidget):
    """Chips of which several may be selected.

    Signals:
        toggled: code of a suggestion, and whether it is selected now.
    """

    toggled = Signal(str, bool)

    def __init__(self, appearance: Appearance, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._appearance = appearance
        self._layout = FlowLayout(self, spacing_px=6)
        self._layout.setContentsMargins(0, 0, 0, 2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._group.buttonClicked.connect(self._on_clicked)
        self._chips: list[ChoiceChip] = []

    def show_suggestions(self, suggestions: tuple[Choice, ...]) -> None:
        """Show the suggestions, none of them selected."""
        clear_layout(self._layout)
        self._chips = [ChoiceChip(self._appearance, suggestion) for suggestion in suggestions]
        for chip in self._chips:
            self._group.addButton(chip)
            self._layout.addWidget(chip)
            chip.setToolTip(f"{chip.choice.label} (Alt {chip.choice.key})" if chip.choice.key else chip.choice.label)
        self.setVisible(bool(suggestions))

    def show_selected(self, codes: frozenset[str]) -> None:
        """Show which suggestions are selected, without emitting `toggled`."""
        for chip in self._chips:
            chip.setChecked(chip.choice.code.casefold() in codes)

    def has_key(self, key: int) -> bool:
        """Return whether a key is the digit of a suggestion."""
        return any(chip.choice.key and ord(chip.choice.key) == key for chip in self._chips)

    def toggle_by_key(self, key: int) -> None:
        for chip in self._chips:
            if chip.choice.key and ord(chip.choice.key) == key:
                chip.click()

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, ChoiceChip):
            self.toggled.emit(button.choice.code, button.isChecked())
