"""The alarms window: groups, suppressed alarms, maintenance and performance."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.text.alarms.alarm_status import no_alarm_reason
from tabuah.widgets.alarms.group_page import GroupPage
from tabuah.widgets.alarms.performance_page import PerformancePage
from tabuah.widgets.alarms.values import AlarmLine, GroupLine, SuppressedLine
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
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
        self._locate.show_reason("" if chosen is not None and chosen.alarm else no_alarm_reason())

    def _on_unshelve_clicked(self) -> None:
        if self._chosen is not None:
            self.unshelve_requested.emit(self._chosen.alarm)

    def _on_locate_clicked(self) -> None:
        if self._chosen is not None:
            self.locate_requested.emit(self._chosen.alarm)


GROUPS: Final = "groups"
SUPPRESSED: Final = "quiet"
MAINTENANCE: Final = "works"
PERFORMANCE: Final = "figures"
_PAGES: Final = {Qt.Key.Key_1: GROUPS, Qt.Key.Key_2: SUPPRESSED, Qt.Key.Key_3: MAINTENANCE, Qt.Key.Key_4: PERFORMANCE}
_ROW_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class AlarmsDialog(QDialog):
    """Shows one page at a time; each page handles its own keys.

    Signals:
        page_chosen: GROUPS, SUPPRESSED, MAINTENANCE or PERFORMANCE.
    """

    page_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarms_dialog")
        self.setWindowTitle(_("Alarms"))
        self._appearance = appearance
        self.groups, self.suppressed = GroupPage(appearance), SuppressedPage(appearance)
        self._maintenance_list = LevelList(appearance, name="work_list", label=_("Maintenance"))
        self.performance = PerformancePage(appearance)
        self._tabs = SegmentedControl(appearance, self._labels(), name="alarms_tabs", label=_("Alarms"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the arrows belong to the list
        self._tabs.chosen.connect(self.show_page)
        self._close = page_button(appearance, _("Close"), "Esc", "alarms_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        self._empty = {
            GROUPS: self._empty_state(_("No alarms"), _("No alarm is waiting for acknowledgement.")),
            SUPPRESSED: self._empty_state(_("No alarm is suppressed."), _("All active alarms are audible.")),
            MAINTENANCE: self._empty_state(
                _("No station is under maintenance."), _("Choose a station and press Shift W to begin.")
            ),
        }
        self._stacks = {page: QStackedWidget() for page in self._empty}
        self._pages = QStackedWidget()
        self._lay_out()
        wanted = QSize(appearance.px(1080), appearance.px(720))
        self.resize(wanted.boundedTo(self.screen().availableSize()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_page(GROUPS)
        self.setFocus()  # the lists leave all keys to the dialog, and something must have them

    @property
    def page(self) -> str:
        """The page in front."""
        return self._tabs.current

    def show_page(self, page: str) -> None:
        self._tabs.show_current(page)
        self._pages.setCurrentIndex(tuple(_PAGES.values()).index(page))
        self._active_list.setFocus()
        self.page_chosen.emit(page)

    def show_groups(self, groups: Sequence[GroupLine]) -> None:
        """Show the groups; keep the selection."""
        self.groups.show_groups(groups)
        self._show_stack(GROUPS, filled=bool(groups))

    def show_suppressed(self, lines: Sequence[SuppressedLine]) -> None:
        """Show the suppressed and shelved alarms."""
        self.suppressed.show_lines(lines)
        self._show_stack(SUPPRESSED, filled=bool(lines))

    def show_maintenance(self, lines: tuple[AlarmLine, ...]) -> None:
        """Show the maintenance windows."""
        self._maintenance_list.show_items(lines)
        self._show_stack(MAINTENANCE, filled=bool(lines))

    def show_counts(self, *, suppressed: int, maintenance: int) -> None:
        """Show counts in the tabs."""
        self._tabs.show_choices(self._labels(suppressed=suppressed, maintenance=maintenance))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch pages with digits, move with arrows, close with Escape; other keys go to the page in front."""
        key = Qt.Key(event.key())
        if key in _PAGES:
            self.show_page(_PAGES[key])
        elif self._page_handles_key(event):
            return
        elif key in _ROW_STEPS:
            self._active_list.step(_ROW_STEPS[key])
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _page_handles_key(self, event: QKeyEvent) -> bool:
        """Return whether the page in front handled the key."""
        pages: dict[str, GroupPage | SuppressedPage | PerformancePage]
        pages = {GROUPS: self.groups, SUPPRESSED: self.suppressed, PERFORMANCE: self.performance}
        return self.page in pages and pages[self.page].handle_key(event)

    @property
    def _active_list(self) -> LevelList:
        """The list that the arrow keys move through."""
        lists = {
            GROUPS: self.groups.active_list,
            SUPPRESSED: self.suppressed.active_list,
            MAINTENANCE: self._maintenance_list,
            PERFORMANCE: self.performance.points,
        }
        return lists[self.page]

    def _show_stack(self, page: str, *, filled: bool) -> None:
        self._stacks[page].setCurrentIndex(0 if filled else 1)

    def _labels(self, *, suppressed: int = 0, maintenance: int = 0) -> tuple[tuple[str, str], ...]:
        return (
            (GROUPS, f"1  {_('Groups')} · {self.groups.count}"),
            (SUPPRESSED, f"2  {_('Suppressed')} · {suppressed}"),
            (MAINTENANCE, f"3  {_('Maintenance')} · {maintenance}"),
            (PERFORMANCE, f"4  {_('Performance')}"),
        )

    def _empty_state(self, title: str, text: str) -> EmptyState:
        empty = EmptyState(self._appearance, icon="check")
        empty.show_message(title, text)
        return empty

    def _lay_out(self) -> None:
        for page, content in (
            (GROUPS, self.groups),
            (SUPPRESSED, self.suppressed),
            (MAINTENANCE, self._maintenance_list),
        ):
            self._stacks[page].addWidget(content)
            self._stacks[page].addWidget(self._empty[page])
            self._pages.addWidget(self._stacks[page])
        self._pages.addWidget(self.performance)
        surface = ThemedFrame("panel")
        lines = column(surface, spacing_px=12)
        lines.setContentsMargins(0, 14, 0, 12)
        head = row()
        head.setContentsMargins(20, 0, 20, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        head.addWidget(self._close)
        lines.addLayout(head)
        lines.addWidget(self._pages, 1)
        column(self, spacing_px=0).addWidget(surface)
