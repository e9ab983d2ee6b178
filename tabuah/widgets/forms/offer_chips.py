"""Chips that offer words for a text field: each is in the text or not; a digit with Alt switches it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.forms.choice_chips import ChoiceChip
from tabuah.widgets.surfaces import clear_layout
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice


class OfferChips(QWidget):
    """Several may be taken.

    Signals:
        switched: the code of an offer, and whether it is taken now.
    """

    switched = Signal(str, bool)

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

    def show_offers(self, offers: tuple[Choice, ...]) -> None:
        """Show what is offered, nothing of it taken."""
        clear_layout(self._layout)
        self._chips = [ChoiceChip(self._appearance, offer) for offer in offers]
        for chip in self._chips:
            self._group.addButton(chip)
            self._layout.addWidget(chip)
            chip.setToolTip(f"{chip.choice.label} (Alt {chip.choice.key})" if chip.choice.key else chip.choice.label)
        self.setVisible(bool(offers))

    def show_taken(self, codes: frozenset[str]) -> None:
        """Show which are taken; tells nobody."""
        for chip in self._chips:
            chip.setChecked(chip.choice.code.casefold() in codes)

    def has_key(self, key: int) -> bool:
        """Whether a key is the number of an offer."""
        return any(chip.choice.key and ord(chip.choice.key) == key for chip in self._chips)

    def take_key(self, key: int) -> None:
        """Switch the chip of a number."""
        for chip in self._chips:
            if chip.choice.key and ord(chip.choice.key) == key:
                chip.click()

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, ChoiceChip):
            self.switched.emit(button.choice.code, button.isChecked())
