"""The page of suppressed alarms: reason, end and author; shelved alarms can be unshelved."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.alarms.values import SuppressedLine
from tabuah.widgets.controls.layout import column
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.theme.appearance import Appearance

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class SuppressedPage(QWidget):
    """Shows suppressed and shelved alarms.

    Signals:
        unshelve_requested: id of the alarm to unshelve.
        locate_requested: id of the alarm to show on the map.
    """

    unshelve_requested = Signal(str)
    locate_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("quiet_page")
        self._lines: tuple[SuppressedLine, ...] = ()
        self._reason = ""  # why this user may not unshelve alarms
        self.active_list = LevelList(appearance, name="quiet_list", label=_("Suppressed"))
        self.active_list.item_chosen.connect(self._on_line_chosen)
        self._unshelve = page_button(appearance, _("Unshelve"), "Shift T", "quiet_unshelve")
        self._unshelve.clicked.connect(self._on_unshelve_clicked)
        self._locate = page_button(appearance, _("Show on the map"), "L", "quiet_locate")
        self._locate.clicked.connect(self._on_locate_clicked)
        self._footer = PageFooter(appearance, self._unshelve, self._locate)
        lines = column(self, spacing_px=12)
        lines.addWidget(self.active_list, 1)
        lines.addWidget(self._footer)

    def show_lines(self, lines: Sequence[SuppressedLine]) -> None:
        """Show the suppressed alarms; keep the selection."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.active_list.show_items(tuple(each.line for each in lines))

    def show_reason(self, reason: str) -> None:
        """Show why the user cannot unshelve alarms; empty where they can."""
        if reason != self._reason:
            self._reason = reason
            self._on_line_chosen(self.active_list.chosen)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Return whether the page handled the key: Shift+T unshelves, L shows the alarm on the map."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key is Qt.Key.Key_T and held & _SHIFT:
            self._footer.press(self._unshelve)
        elif key is Qt.Key.Key_L:
            self._footer.press(self._locate)
        else:
            return False
        return True

    @property
    def _chosen(self) -> SuppressedLine | None:
        chosen = self.active_list.chosen
        return next((each for each in self._lines if each.line.id == chosen), None)

    def _on_line_chosen(self, line_id: str) -> None:
        self._footer.clear_note_unless(line_id)
        chosen = self._chosen
        shelved = chosen is not None and chosen.is_shelved
        only = "" if shelved else _("Only shelved alarms can be unshelved.")
        self._unshelve.show_reason(self._reason or only)
        self._locate.show_reason("" if chosen is not None and chosen.alarm else _("There is no alarm."))

    def _on_unshelve_clicked(self) -> None:
        if self._chosen is not None:
            self.unshelve_requested.emit(self._chosen.alarm)

    def _on_locate_clicked(self) -> None:
        if self._chosen is not None:
            self.locate_requested.emit(self._chosen.alarm)
