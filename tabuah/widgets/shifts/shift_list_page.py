"""The page of all shifts: choose one to read, to reopen, or to export its handover."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.shifts.values import ListedShift, ShiftListAct
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_KEYS: Final = {
    Qt.Key.Key_Return: ShiftListAct.SHOW,
    Qt.Key.Key_Enter: ShiftListAct.SHOW,
    Qt.Key.Key_F3: ShiftListAct.REOPEN,
    Qt.Key.Key_F4: ShiftListAct.EXPORT,
}


class ShiftListPage(QWidget):
    """Shows the shifts, the last one first.

    Signals:
        act_requested: code of the act, and id of the selected shift.
    """

    act_requested = Signal(str, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.list = LevelList(appearance, name="duty_shift_list", label=_("Shifts"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self._on_chosen)
        self.list.doubleClicked.connect(self._on_double_clicked)
        self._shifts: dict[str, ListedShift] = {}
        texts = {
            ShiftListAct.SHOW: (_("Show"), "↵", ButtonKind.PRIMARY),
            ShiftListAct.REOPEN: (_("Reopen …"), "F3", ButtonKind.SECONDARY),
            ShiftListAct.EXPORT: (_("PDF or text …"), "F4", ButtonKind.SECONDARY),
        }
        self._buttons: dict[ShiftListAct, KeyButton] = {}
        for act, (text, key, kind) in texts.items():
            button = page_button(appearance, text, key, f"duty_shift_list_{act.value}", kind)
            button.setProperty("act", act.value)
            button.clicked.connect(self._on_act_clicked)
            self._buttons[act] = button
        self._footer = PageFooter(appearance, *self._buttons.values())
        heading = Text(appearance, _("Shifts"), style=TextStyle.HEADING)
        heading.setContentsMargins(20, 6, 16, 0)
        lines = column(self, spacing_px=8)
        lines.addWidget(heading)
        lines.addWidget(self.list, 1)
        lines.addWidget(self._footer)
        lines.addSpacing(10)

    def show_shifts(self, shifts: Sequence[ListedShift]) -> None:
        """Show the shifts; the selected one stays selected."""
        if tuple(shifts) == tuple(self._shifts.values()):
            return
        self._shifts = {shift.id: shift for shift in shifts}
        self.list.show_items(tuple(shifts))

    def press(self, key: Qt.Key) -> bool:
        """Run the act of a key; return whether it has one."""
        act = _KEYS.get(key)
        if act is None:
            return False
        self._footer.press(self._buttons[act])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys to the dialog."""
        event.ignore()

    def _on_chosen(self, shift_id: str) -> None:
        shift = self._shifts.get(shift_id)
        self._footer.clear_note_unless(shift_id)
        for act, button in self._buttons.items():
            button.show_reason(shift.reasons.get(act, "") if shift else _("No shifts yet."))

    def _on_act_clicked(self) -> None:
        if self.list.chosen:
            self.act_requested.emit(str(self.sender().property("act")), self.list.chosen)

    def _on_double_clicked(self) -> None:
        self.press(Qt.Key.Key_Return)
