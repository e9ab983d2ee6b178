"""Buttons of the report form that end a call that is no report, one for each class of call."""

from typing import Final

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.layout import row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

KEYS: Final = ("F2", "F3", "⇧F2")
_COMBINATIONS: Final = {
    QKeyCombination(Qt.KeyboardModifier.NoModifier, Qt.Key.Key_F2): 0,
    QKeyCombination(Qt.KeyboardModifier.NoModifier, Qt.Key.Key_F3): 1,
    QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_F2): 2,
}


class _EndButton(KeyButton):
    """The button of one class of call.

    Signals:
        chosen: the code of the class.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, choice: Choice, key: str) -> None:
        name = f"report_call_{choice.code}"
        super().__init__(appearance, choice.label, key=key, kind=ButtonKind.GHOST, name=name, compact=True)
        self._code = choice.code
        self.describe(_("End the call: {call_class}").format(call_class=choice.hint or choice.label))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.chosen.emit(self._code)


class CallEndButtons(QWidget):
    """Ends the call by one key: F2, F3 or Shift+F2.

    Signals:
        chosen: the code of the class of the call.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._choices: tuple[Choice, ...] = ()
        self._row = row(self, spacing_px=0)
        self.setObjectName("report_call_end")
        self.setAccessibleName(_("No report: end the call"))

    @property
    def has_choices(self) -> bool:
        return bool(self._choices)

    def show_choices(self, choices: tuple[Choice, ...]) -> None:
        """Show one button for each class, in the order of the keys."""
        if choices == self._choices:
            return
        self._choices = choices
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for key, choice in zip(KEYS, choices, strict=False):
            button = _EndButton(self._appearance, choice, key)
            button.chosen.connect(self.chosen)
            self._row.addWidget(button)
        self._row.addStretch(1)

    def choose_by_key(self, event: QKeyEvent) -> bool:
        """End the call if the key is that of a class; return whether it is."""
        place = _COMBINATIONS.get(event.keyCombination())
        if place is None or place >= len(self._choices):
            return False
        self.chosen.emit(self._choices[place].code)
        return True
