"""The window of the alarms: groups that can be opened, what is kept quiet and why, work on stations, the figures."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.performance_page import PerformancePage
from tabuah.widgets.alarms.values import AlarmLine, GroupLine
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, line, row
from tabuah.widgets.theme.appearance import Appearance

GROUPS: Final = "groups"
QUIET: Final = "quiet"
WORKS: Final = "works"
FIGURES: Final = "figures"
_PAGES: Final = {Qt.Key.Key_1: GROUPS, Qt.Key.Key_2: QUIET, Qt.Key.Key_3: WORKS, Qt.Key.Key_4: FIGURES}
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class AlarmsDialog(QDialog):
    """Given values, it shows them; a key answers a whole group.

    Signals:
        acknowledge_requested: id of the leading alarm of the group that somebody answers for.
        locate_requested: id of the alarm to show on the map.
        page_chosen: GROUPS, QUIET, WORKS or FIGURES.
    """

    acknowledge_requested = Signal(str)
    locate_requested = Signal(str)
    page_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarms_dialog")
        self.setWindowTitle(_("Alarms"))
        self._appearance = appearance
        self._groups: tuple[GroupLine, ...] = ()
        self._is_in_group = False  # whether the arrows move within the group
        self._tabs = Segments(appearance, self._labels(), name="alarms_tabs", label=_("Alarms"))
        self._tabs.chosen.connect(self.show_page)
        self._group_list = EdgeList(appearance, name="group_list", label=_("Groups"))
        self._group_list.item_chosen.connect(self._on_group_chosen)
        self._member_list = EdgeList(appearance, name="member_list", label=_("Alarms of the group"))
        self._member_list.item_chosen.connect(self._on_member_chosen)
        self._quiet_list = EdgeList(appearance, name="quiet_list", label=_("Kept quiet"))
        self._work_list = EdgeList(appearance, name="work_list", label=_("Maintenance"))
        self.performance = PerformancePage(appearance)
        self._acknowledge = self._button(_("Acknowledge the group"), "T", "group_acknowledge", Kind.PRIMARY)
        self._acknowledge.clicked.connect(self._on_acknowledge_clicked)
        self._locate = self._button(_("Show on the map"), "L", "member_locate", Kind.SECONDARY)
        self._locate.clicked.connect(self._on_locate_clicked)
        self._empty = {
            GROUPS: self._nothing(_("No alarms"), _("Nothing waits for an answer.")),
            QUIET: self._nothing(_("Nothing is kept quiet."), _("Every alarm that is up can be heard.")),
            WORKS: self._nothing(_("No station is worked on."), _("Choose a station and press Shift W to begin.")),
        }
        self._stacks = {page: QStackedWidget() for page in self._empty}
        self._pages = QStackedWidget()
        self._lay_out()
        self.resize(appearance.px(1080), appearance.px(720))
        self.show_page(GROUPS)

    @property
    def page(self) -> str:
        """What is in front."""
        return self._tabs.current

    def show_page(self, page: str) -> None:
        """Bring a page to the front."""
        self._tabs.show_current(page)
        order = (GROUPS, QUIET, WORKS, FIGURES)
        self._pages.setCurrentIndex(order.index(page))
        for button in (self._acknowledge, self._locate):
            button.setVisible(page == GROUPS)
        self.page_chosen.emit(page)

    def show_groups(self, groups: Sequence[GroupLine]) -> None:
        """Show the groups; what is looked at stays so."""
        if tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self._group_list.show_items(tuple(group.line for group in groups))
            self._show_members()
        self._turn(GROUPS, filled=bool(groups))

    def show_quiet(self, lines: tuple[AlarmLine, ...]) -> None:
        """Show what is kept quiet."""
        self._quiet_list.show_items(lines)
        self._turn(QUIET, filled=bool(lines))

    def show_works(self, lines: tuple[AlarmLine, ...]) -> None:
        """Show the work on stations."""
        self._work_list.show_items(lines)
        self._turn(WORKS, filled=bool(lines))

    def show_counts(self, *, quiet: int, works: int) -> None:
        """Say beside the words how many there are."""
        self._tabs.show_choices(self._labels(quiet=quiet, works=works))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move, also into a group; T answers it, L shows an alarm, digits turn pages, Escape closes."""
        key = Qt.Key(event.key())
        if key in _PAGES:
            self.show_page(_PAGES[key])
        elif key in _STEPS:
            self._list_in_front.step(_STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._is_in_group = key is Qt.Key.Key_Right
        elif key is Qt.Key.Key_T and self.page == GROUPS:
            self._on_acknowledge_clicked()
        elif key is Qt.Key.Key_L and self.page == GROUPS:
            self._on_locate_clicked()
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    @property
    def _list_in_front(self) -> EdgeList:
        """What the arrows move through."""
        lists = {QUIET: self._quiet_list, WORKS: self._work_list, FIGURES: self.performance.points}
        return lists.get(self.page, self._member_list if self._is_in_group else self._group_list)

    @property
    def _group(self) -> GroupLine | None:
        chosen = self._group_list.chosen
        return next((group for group in self._groups if group.line.id == chosen), None)

    def _on_group_chosen(self, _group_id: str) -> None:
        self._show_members()

    def _show_members(self) -> None:
        group = self._group
        self._member_list.show_items(group.members if group else ())
        reason = "" if group and not group.acknowledged else _("Already acknowledged")
        self._acknowledge.show_reason(reason if group else _("There is no alarm."))
        self._on_member_chosen("")

    def _on_member_chosen(self, _alarm_id: str) -> None:
        self._locate.show_reason("" if self._member_list.chosen else _("There is no alarm."))

    def _on_acknowledge_clicked(self) -> None:
        group = self._group
        if group is not None and not group.acknowledged:
            self.acknowledge_requested.emit(group.line.id)

    def _on_locate_clicked(self) -> None:
        if self._member_list.chosen:
            self.locate_requested.emit(self._member_list.chosen)

    def _turn(self, page: str, *, filled: bool) -> None:
        self._stacks[page].setCurrentIndex(0 if filled else 1)

    def _labels(self, *, quiet: int = 0, works: int = 0) -> tuple[tuple[str, str], ...]:
        return (
            (GROUPS, f"1  {_('Groups')} · {len(self._groups)}"),
            (QUIET, f"2  {_('Kept quiet')} · {quiet}"),
            (WORKS, f"3  {_('Maintenance')} · {works}"),
            (FIGURES, f"4  {_('Figures')}"),
        )

    def _button(self, text: str, key: str, name: str, kind: Kind) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=kind, name=name)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _nothing(self, title: str, text: str) -> EmptyState:
        empty = EmptyState(self._appearance, icon="check")
        empty.show_message(title, text)
        return empty

    def _lay_out(self) -> None:
        for page, content in ((GROUPS, self._group_page()), (QUIET, self._quiet_list), (WORKS, self._work_list)):
            self._stacks[page].addWidget(content)
            self._stacks[page].addWidget(self._empty[page])
            self._pages.addWidget(self._stacks[page])
        self._pages.addWidget(self.performance)
        surface = Surface("panel")
        lines = column(surface, spacing_px=12)
        lines.setContentsMargins(0, 14, 0, 12)
        head, foot = row(), row()
        head.setContentsMargins(20, 0, 20, 0)
        foot.setContentsMargins(20, 0, 20, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        for button in (self._acknowledge, self._locate):
            foot.addWidget(button)
        foot.addStretch(1)
        lines.addLayout(head)
        lines.addWidget(self._pages, 1)
        lines.addLayout(foot)
        column(self, spacing_px=0).addWidget(surface)

    def _group_page(self) -> QWidget:
        page = QWidget()
        halves = row(page, spacing_px=0)
        halves.addWidget(self._group_list, 1)
        halves.addWidget(line(vertical=True))
        halves.addWidget(self._member_list, 1)
        return page
