"""One user: facts, and lists of devices, sessions and history with the acts on their rows."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.people.values import PeopleAct, PeopleLine, UserTab, UserView
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_ACTS_OF_TAB: Final = {
    UserTab.DEVICES: (PeopleAct.APPROVE, PeopleAct.REVOKE, PeopleAct.STOLEN),
    UserTab.SESSIONS: (PeopleAct.END_SESSION, PeopleAct.END_ALL_SESSIONS),
    UserTab.HISTORY: (),
}
_IN_HEAD: Final = (PeopleAct.EDIT, PeopleAct.LOCK, PeopleAct.UNLOCK, PeopleAct.RESET_CODE, PeopleAct.RESET_FACTOR)
_OF_USER: Final = (*_IN_HEAD, PeopleAct.END_ALL_SESSIONS)
KEYS: Final = {
    Qt.Key.Key_E: PeopleAct.EDIT,
    Qt.Key.Key_L: PeopleAct.LOCK,
    Qt.Key.Key_U: PeopleAct.UNLOCK,
    Qt.Key.Key_R: PeopleAct.RESET_CODE,
    Qt.Key.Key_F: PeopleAct.RESET_FACTOR,
    Qt.Key.Key_A: PeopleAct.APPROVE,
    Qt.Key.Key_B: PeopleAct.REVOKE,
    Qt.Key.Key_H: PeopleAct.STOLEN,
    Qt.Key.Key_X: PeopleAct.END_SESSION,
    Qt.Key.Key_Z: PeopleAct.END_ALL_SESSIONS,
}


class UserPage(QWidget):
    """Shows one user.

    Signals:
        act_requested: code of the act, and id of the user, the device or the session.
    """

    act_requested = Signal(str, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("user_page")
        self._appearance = appearance
        self._view = UserView(id="", heading="")
        self._heading = Text(appearance, style=TextStyle.HEADING, wrap=True)
        self._heading.setObjectName("user_heading")
        self._facts = FactsGrid(appearance)
        self._tabs = SegmentedControl(appearance, _labels(self._view), name="user_tabs", label=_("Lists of the user"))
        self._tabs.chosen.connect(self._on_tab_chosen)
        self.list = LevelList(appearance, name="user_rows", label=_("Lists of the user"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self._on_row_chosen)
        self._none = EmptyState(appearance, icon="list", name="user_rows_none")
        self._buttons = {act: self._button(act) for act in (*_OF_USER, *_ACTS_OF_TAB[UserTab.DEVICES],
                                                            PeopleAct.END_SESSION)}  # fmt: skip
        self._user_footer = PageFooter(appearance, *(self._buttons[act] for act in _IN_HEAD))
        self._row_footer = PageFooter(
            appearance, *(self._buttons[act] for act in self._buttons if act not in _IN_HEAD)
        )
        layout = column(self, spacing_px=12)
        layout.setContentsMargins(0, 16, 0, 0)
        head = column(spacing_px=10)
        head.setContentsMargins(20, 0, 20, 0)
        head.addWidget(self._heading)
        head.addWidget(self._facts)
        layout.addLayout(head)
        layout.addWidget(self._user_footer)
        tabs = column()
        tabs.setContentsMargins(20, 4, 20, 0)
        tabs.addWidget(self._tabs)
        layout.addLayout(tabs)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._none, 1)
        layout.addWidget(self._row_footer)
        self._show_tab()

    def show_user(self, view: UserView) -> None:
        """Show a user; the tab stays."""
        self._view = view
        self._heading.setText(view.heading)
        self._facts.show_facts(view.facts)
        self._tabs.show_choices(_labels(view))
        self._user_footer.clear_note_unless(view.id)
        self._show_tab()

    def show_tab(self, tab: UserTab) -> None:
        self._tabs.show_current(tab.value)
        self._show_tab()

    def press(self, act: PeopleAct) -> None:
        """Do an act by its key, or show why it is not possible; nothing where its button is hidden."""
        button = self._buttons[act]
        if not button.isHidden():
            is_of_user = button.parentWidget() is self._user_footer
            (self._user_footer if is_of_user else self._row_footer).press(button)

    @property
    def _tab(self) -> UserTab:
        return UserTab(self._tabs.current)

    def _button(self, act: PeopleAct) -> KeyButton:
        key = next(key for key, known in KEYS.items() if known is act)
        button = page_button(self._appearance, act_label(act), chr(key.value), f"user_{act.value}")
        button.setProperty("act", act.value)
        button.clicked.connect(self._on_clicked)
        return button

    def _show_tab(self) -> None:
        lines = self._view.lines(self._tab)
        self.list.show_items(lines)
        self.list.setAccessibleName(dict(_labels(self._view))[self._tab.value])
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._none.show_message(_none_text(self._tab))
        self._show_buttons()

    def _show_buttons(self) -> None:
        hidden = PeopleAct.LOCK if self._view.is_locked else PeopleAct.UNLOCK
        chosen = self._chosen(self._view.lines(self._tab))
        for act, button in self._buttons.items():
            is_of_user = act in _IN_HEAD
            button.setVisible(act is not hidden if is_of_user else act in _ACTS_OF_TAB[self._tab])
            button.show_reason(self._reason(act, chosen))

    def _reason(self, act: PeopleAct, chosen: PeopleLine | None) -> str:
        if act in _OF_USER:
            return self._view.reasons.get(act, "")
        return _("Choose a row first.") if chosen is None else chosen.reasons.get(act, "")

    def _chosen(self, lines: Sequence[PeopleLine]) -> PeopleLine | None:
        return next((line for line in lines if line.id == self.list.chosen), None)

    def _on_tab_chosen(self, _code: str) -> None:
        self._show_tab()

    def _on_row_chosen(self, row_id: str) -> None:
        self._row_footer.clear_note_unless(row_id)
        self._show_buttons()

    def _on_clicked(self) -> None:
        act = PeopleAct(self.sender().property("act"))
        self.act_requested.emit(act.value, self._view.id if act in _OF_USER else self.list.chosen)


def act_label(act: PeopleAct) -> str:
    """Return the label of the button of an act."""
    labels = {
        PeopleAct.CREATE: _("New user"),
        PeopleAct.EDIT: _("Change"),
        PeopleAct.LOCK: _("Lock user"),
        PeopleAct.UNLOCK: _("Unlock user"),
        PeopleAct.RESET_CODE: _("One-time code"),
        PeopleAct.RESET_FACTOR: _("Second factor"),
        PeopleAct.END_ALL_SESSIONS: _("End all"),
        PeopleAct.END_SESSION: _("End session"),
        PeopleAct.APPROVE: _("Approve"),
        PeopleAct.REVOKE: _("Revoke"),
        PeopleAct.STOLEN: _("Stolen: wipe"),
    }
    return labels[act]


def _labels(view: UserView) -> tuple[tuple[str, str], ...]:
    return (
        (UserTab.DEVICES.value, _("Devices · {n}").format(n=len(view.devices))),
        (UserTab.SESSIONS.value, _("Sessions · {n}").format(n=len(view.sessions))),
        (UserTab.HISTORY.value, _("History")),
    )


def _none_text(tab: UserTab) -> str:
    texts = {
        UserTab.DEVICES: _("This user has enrolled no device."),
        UserTab.SESSIONS: _("No open session is known here."),
        UserTab.HISTORY: _("The journal here has nothing about this user."),
    }
    return texts[tab]
