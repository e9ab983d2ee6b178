"""The page of alarm groups: groups at the left, alarms of the selected one at the right, actions below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.text.alarms.alarm_status import no_alarm_reason
from tabuah.widgets.alarms.values import GroupLine
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class GroupPage(QWidget):
    """Shows alarm groups; an action on a group applies to all of its alarms.

    Signals:
        acknowledge_requested: id of the leading alarm of the group to acknowledge.
        shelve_requested: id of the leading alarm of the group to shelve.
        incident_requested: id of the leading alarm of the group to report as an incident.
        locate_requested: id of the alarm to show on the map.
        notices_requested: id of the alarm whose receipts of notices to show.
        member_changed: id of the alarm that is selected now, empty for none.
    """

    acknowledge_requested = Signal(str)
    shelve_requested = Signal(str)
    incident_requested = Signal(str)
    locate_requested = Signal(str)
    notices_requested = Signal(str)
    member_changed = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("group_page")
        self._groups: tuple[GroupLine, ...] = ()
        self._acknowledge_reason = self._incident_reason = ""  # why this user may not acknowledge or report
        self._is_in_group = False  # whether the arrows move within the group
        self._group_list = LevelList(appearance, name="group_list", label=_("Groups"))
        self._group_list.item_chosen.connect(self._on_group_chosen)
        self._member_list = LevelList(appearance, name="member_list", label=_("Alarms of the group"))
        self._member_list.item_chosen.connect(self._on_member_chosen)
        self._acknowledge = page_button(
            appearance, _("Acknowledge the group"), "T", "group_acknowledge", ButtonKind.PRIMARY
        )
        self._acknowledge.clicked.connect(self._on_acknowledge_clicked)
        self._shelve = page_button(appearance, _("Shelve the group"), "Shift T", "group_shelve")
        self._shelve.clicked.connect(self._on_shelve_clicked)
        self._incident = page_button(appearance, _("Report incident"), "I", "group_incident")
        self._incident.clicked.connect(self._on_incident_clicked)
        self._locate = page_button(appearance, _("Show on the map"), "L", "member_locate")
        self._locate.clicked.connect(self._on_locate_clicked)
        self._notices = page_button(appearance, _("Who was notified"), "N", "member_notices")
        self._notices.clicked.connect(self._on_notices_clicked)
        self._impact = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True, selectable=True)
        name_widget(self._impact, "member_impact", "")
        self._impact.hide()
        self._footer = PageFooter(
            appearance, self._acknowledge, self._shelve, self._incident, self._locate, self._notices
        )
        self._lay_out()

    @property
    def active_list(self) -> LevelList:
        """The list that the arrow keys move through."""
        return self._member_list if self._is_in_group else self._group_list

    @property
    def count(self) -> int:
        """Number of groups."""
        return len(self._groups)

    def show_groups(self, groups: Sequence[GroupLine]) -> None:
        """Show the groups; keep the selection."""
        if tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self._group_list.show_items(tuple(group.line for group in groups))
            self._show_members()

    @property
    def member(self) -> str:
        """The id of the selected alarm; empty for none."""
        return self._member_list.chosen

    def show_impact(self, text: str) -> None:
        """Show who and what the selected alarm may affect; empty for nothing."""
        self._impact.setText(text)
        self._impact.setVisible(bool(text))

    def show_reasons(self, *, answering: str, reporting: str) -> None:
        """Show why the user cannot acknowledge alarms or report incidents; empty where they can."""
        if (answering, reporting) != (self._acknowledge_reason, self._incident_reason):
            self._acknowledge_reason, self._incident_reason = answering, reporting
            self._show_members()

    def handle_key(self, event: QKeyEvent) -> bool:
        """Return whether the page handled the key: T, Shift+T, I, L, N, Left and Right."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._is_in_group = key is Qt.Key.Key_Right
        elif key is Qt.Key.Key_T:
            self._footer.press(self._shelve if held & _SHIFT else self._acknowledge)
        elif key is Qt.Key.Key_I:
            self._footer.press(self._incident)
        elif key is Qt.Key.Key_L:
            self._footer.press(self._locate)
        elif key is Qt.Key.Key_N:
            self._footer.press(self._notices)
        else:
            return False
        return True

    @property
    def _group(self) -> GroupLine | None:
        chosen = self._group_list.chosen
        return next((group for group in self._groups if group.line.id == chosen), None)

    def _show_members(self) -> None:
        group = self._group
        self._member_list.show_items(group.members if group else ())
        nothing = "" if group else no_alarm_reason()
        already = _("Already acknowledged") if group and group.acknowledged else ""
        self._acknowledge.show_reason(nothing or self._acknowledge_reason or already)
        self._shelve.show_reason(nothing or self._acknowledge_reason)
        made = _("Already incident {number}").format(number=group.incident) if group and group.incident else ""
        self._incident.show_reason(nothing or self._incident_reason or made)
        self._on_member_chosen("")

    def _on_group_chosen(self, group_id: str) -> None:
        self._footer.clear_note_unless(group_id)
        self._show_members()

    def _on_member_chosen(self, _alarm_id: str) -> None:
        for button in (self._locate, self._notices):
            button.show_reason("" if self._member_list.chosen else no_alarm_reason())
        self.member_changed.emit(self._member_list.chosen)

    def _on_acknowledge_clicked(self) -> None:
        self.acknowledge_requested.emit(self._group_list.chosen)

    def _on_shelve_clicked(self) -> None:
        self.shelve_requested.emit(self._group_list.chosen)

    def _on_incident_clicked(self) -> None:
        self.incident_requested.emit(self._group_list.chosen)

    def _on_locate_clicked(self) -> None:
        self.locate_requested.emit(self._member_list.chosen)

    def _on_notices_clicked(self) -> None:
        self.notices_requested.emit(self._member_list.chosen)

    def _lay_out(self) -> None:
        lines = column(self, spacing_px=12)
        halves = row(spacing_px=0)
        halves.addWidget(self._group_list, 1)
        halves.addWidget(divider(vertical=True))
        halves.addWidget(self._member_list, 1)
        lines.addLayout(halves, 1)
        lines.addWidget(self._impact)
        lines.addWidget(self._footer)
