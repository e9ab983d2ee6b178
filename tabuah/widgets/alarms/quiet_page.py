"""The page of what is kept quiet: why, until when and by whom; what was shelved can be heard again."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.page_foot import PageFoot, page_button
from tabuah.widgets.alarms.values import QuietLine
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.surfaces import column
from tabuah.widgets.theme.appearance import Appearance

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class QuietPage(QWidget):
    """Given lines, it shows them.

    Signals:
        unshelve_requested: id of the alarm that shall be heard again.
        locate_requested: id of the alarm to show on the map.
    """

    unshelve_requested = Signal(str)
    locate_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("quiet_page")
        self._lines: tuple[QuietLine, ...] = ()
        self._reason = ""  # why nobody here may let an alarm be heard again
        self.list_in_front = EdgeList(appearance, name="quiet_list", label=_("Kept quiet"))
        self.list_in_front.item_chosen.connect(self._on_line_chosen)
        self._unshelve = page_button(appearance, _("Let it be heard again"), "Shift T", "quiet_unshelve")
        self._unshelve.clicked.connect(self._on_unshelve_clicked)
        self._locate = page_button(appearance, _("Show on the map"), "L", "quiet_locate")
        self._locate.clicked.connect(self._on_locate_clicked)
        self._foot = PageFoot(appearance, self._unshelve, self._locate)
        lines = column(self, spacing_px=12)
        lines.addWidget(self.list_in_front, 1)
        lines.addWidget(self._foot)

    def show_lines(self, lines: Sequence[QuietLine]) -> None:
        """Show what is kept quiet; what is looked at stays so."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.list_in_front.show_items(tuple(each.line for each in lines))

    def show_reason(self, reason: str) -> None:
        """Say why nothing can be heard again from here; empty where it can."""
        if reason != self._reason:
            self._reason = reason
            self._on_line_chosen(self.list_in_front.chosen)

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether a key was for this page: Shift T lets be heard again, L shows on the map."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key is Qt.Key.Key_T and held & _SHIFT:
            self._foot.press(self._unshelve)
        elif key is Qt.Key.Key_L:
            self._foot.press(self._locate)
        else:
            return False
        return True

    @property
    def _chosen(self) -> QuietLine | None:
        chosen = self.list_in_front.chosen
        return next((each for each in self._lines if each.line.id == chosen), None)

    def _on_line_chosen(self, line_id: str) -> None:
        self._foot.look_at(line_id)
        chosen = self._chosen
        shelved = chosen is not None and chosen.is_shelved
        only = "" if shelved else _("Only what somebody has shelved can be heard again.")
        self._unshelve.show_reason(self._reason or only)
        self._locate.show_reason("" if chosen is not None and chosen.alarm else _("There is no alarm."))

    def _on_unshelve_clicked(self) -> None:
        if self._chosen is not None:
            self.unshelve_requested.emit(self._chosen.alarm)

    def _on_locate_clicked(self) -> None:
        if self._chosen is not None:
            self.locate_requested.emit(self._chosen.alarm)
