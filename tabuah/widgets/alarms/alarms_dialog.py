"""The window of the alarms: groups that can be opened, what is kept quiet and why, work on stations, the figures."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.group_page import GroupPage
from tabuah.widgets.alarms.page_foot import page_button
from tabuah.widgets.alarms.performance_page import PerformancePage
from tabuah.widgets.alarms.quiet_page import QuietPage
from tabuah.widgets.alarms.values import AlarmLine, GroupLine, QuietLine
from tabuah.widgets.buttons import Kind
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.theme.appearance import Appearance

GROUPS: Final = "groups"
QUIET: Final = "quiet"
WORKS: Final = "works"
FIGURES: Final = "figures"
_PAGES: Final = {Qt.Key.Key_1: GROUPS, Qt.Key.Key_2: QUIET, Qt.Key.Key_3: WORKS, Qt.Key.Key_4: FIGURES}
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class AlarmsDialog(QDialog):
    """Given values, it shows them, a page at a time; each page has keys of its own.

    Signals:
        page_chosen: GROUPS, QUIET, WORKS or FIGURES.
    """

    page_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarms_dialog")
        self.setWindowTitle(_("Alarms"))
        self._appearance = appearance
        self.groups, self.quiet = GroupPage(appearance), QuietPage(appearance)
        self._work_list = EdgeList(appearance, name="work_list", label=_("Maintenance"))
        self.performance = PerformancePage(appearance)
        self._tabs = Segments(appearance, self._labels(), name="alarms_tabs", label=_("Alarms"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else it would keep the arrows from the lists
        self._tabs.chosen.connect(self.show_page)
        self._close = page_button(appearance, _("Close"), "Esc", "alarms_close", Kind.GHOST)
        self._close.clicked.connect(self.close)
        self._empty = {
            GROUPS: self._nothing(_("No alarms"), _("Nothing waits for an answer.")),
            QUIET: self._nothing(_("Nothing is kept quiet."), _("Every alarm that is up can be heard.")),
            WORKS: self._nothing(_("No station is worked on."), _("Choose a station and press Shift W to begin.")),
        }
        self._stacks = {page: QStackedWidget() for page in self._empty}
        self._pages = QStackedWidget()
        self._lay_out()
        wanted = QSize(appearance.px(1080), appearance.px(720))
        self.resize(wanted.boundedTo(self.screen().availableSize()))
        self.show_page(GROUPS)

    @property
    def page(self) -> str:
        """What is in front."""
        return self._tabs.current

    def show_page(self, page: str) -> None:
        """Bring a page to the front."""
        self._tabs.show_current(page)
        self._pages.setCurrentIndex(tuple(_PAGES.values()).index(page))
        self.page_chosen.emit(page)

    def show_groups(self, groups: Sequence[GroupLine]) -> None:
        """Show the groups; what is looked at stays so."""
        self.groups.show_groups(groups)
        self._turn(GROUPS, filled=bool(groups))

    def show_quiet(self, lines: Sequence[QuietLine]) -> None:
        """Show what is kept quiet."""
        self.quiet.show_lines(lines)
        self._turn(QUIET, filled=bool(lines))

    def show_works(self, lines: tuple[AlarmLine, ...]) -> None:
        """Show the work on stations."""
        self._work_list.show_items(lines)
        self._turn(WORKS, filled=bool(lines))

    def show_counts(self, *, quiet: int, works: int) -> None:
        """Say beside the words how many there are."""
        self._tabs.show_choices(self._labels(quiet=quiet, works=works))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: digits turn pages, arrows move, Escape closes; else the page in front is asked."""
        key = Qt.Key(event.key())
        if key in _PAGES:
            self.show_page(_PAGES[key])
        elif self._is_taken(event):
            return
        elif key in _STEPS:
            self._list_in_front.step(_STEPS[key])
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _is_taken(self, event: QKeyEvent) -> bool:
        """Whether the page in front had something to do with a key."""
        pages: dict[str, GroupPage | QuietPage | PerformancePage]
        pages = {GROUPS: self.groups, QUIET: self.quiet, FIGURES: self.performance}
        return self.page in pages and pages[self.page].take_key(event)

    @property
    def _list_in_front(self) -> EdgeList:
        """What the arrows move through."""
        lists = {
            GROUPS: self.groups.list_in_front,
            QUIET: self.quiet.list_in_front,
            WORKS: self._work_list,
            FIGURES: self.performance.points,
        }
        return lists[self.page]

    def _turn(self, page: str, *, filled: bool) -> None:
        self._stacks[page].setCurrentIndex(0 if filled else 1)

    def _labels(self, *, quiet: int = 0, works: int = 0) -> tuple[tuple[str, str], ...]:
        return (
            (GROUPS, f"1  {_('Groups')} · {self.groups.count}"),
            (QUIET, f"2  {_('Kept quiet')} · {quiet}"),
            (WORKS, f"3  {_('Maintenance')} · {works}"),
            (FIGURES, f"4  {_('Figures')}"),
        )

    def _nothing(self, title: str, text: str) -> EmptyState:
        empty = EmptyState(self._appearance, icon="check")
        empty.show_message(title, text)
        return empty

    def _lay_out(self) -> None:
        for page, content in ((GROUPS, self.groups), (QUIET, self.quiet), (WORKS, self._work_list)):
            self._stacks[page].addWidget(content)
            self._stacks[page].addWidget(self._empty[page])
            self._pages.addWidget(self._stacks[page])
        self._pages.addWidget(self.performance)
        surface = Surface("panel")
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
