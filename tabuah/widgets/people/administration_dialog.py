"""The administration window: all users at the left, one of them at the right, a form, and one-time codes."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.people.code_page import CodePage
from tabuah.widgets.people.user_page import KEYS, UserPage, act_label
from tabuah.widgets.people.values import PeopleAct, PeopleLine, UserView
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_LIST_PX: Final = 380
_LIST_MAX_PX: Final = 520  # so that larger text leaves room for the user on a screen of 1366 px


class AdministrationDialog(QDialog):
    """Shows users and asks for acts; it decides nothing about them.

    Signals:
        user_chosen: name of the selected user, empty for none.
        act_requested: code of the act, and id of the user, the device or the session.
        reload_requested: the person asks for the current list of the server.
    """

    user_chosen = Signal(str)
    act_requested = Signal(str, str)
    reload_requested = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("administration_dialog")
        self.setWindowTitle(_("Users, devices and sessions"))
        self._appearance = appearance
        self._users: tuple[PeopleLine, ...] = ()
        self.filter = QLineEdit()
        name_widget(self.filter, "user_filter", _("Find a user"))
        self.filter.setPlaceholderText(_("Find a user") + "  (Ctrl F)")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaxLength(80)
        self.filter.textChanged.connect(self._show_users)
        self.list = LevelList(appearance, name="user_list", label=_("Users"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self._on_user_chosen)
        self.page = UserPage(appearance)
        self.page.act_requested.connect(self.act_requested)
        self.form = EditForm(appearance, name="user_form")
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._form_note.setObjectName("user_form_note")
        self.code = CodePage(appearance)
        self.code.closed.connect(self.show_list)
        self._empty = EmptyState(appearance, icon="user", name="users_empty")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("administration_note")
        self._new = self._button(act_label(PeopleAct.CREATE), "Ctrl+Shift+N", "user_create", icon="plus")
        self._new.clicked.connect(self._on_new_clicked)
        self._reload = self._button(_("Refresh"), "Ctrl+R", "user_reload", icon="sync")
        self._reload.clicked.connect(self.reload_requested)
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="administration_close")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.close)
        self._pages = QStackedWidget()
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self.filter.setFocus)
        QShortcut("Ctrl+R", self).activated.connect(self._reload.click)
        QShortcut("Ctrl+Shift+N", self).activated.connect(self._new.click)
        self.resize(QSize(appearance.px(1120), appearance.px(700)).boundedTo(self.screen().availableSize()))
        self.show_user(None)
        self.list.setFocus()

    @property
    def has_form(self) -> bool:
        """Return whether the form of a user is in front."""
        return self._pages.currentIndex() == 1

    def show_users(self, users: Sequence[PeopleLine], *, create_reason: str) -> None:
        """Show the users; `create_reason` says why none can be created, empty if one can."""
        self._users = tuple(users)
        self._new.show_reason(create_reason)
        self._show_users()

    def show_user(self, view: UserView | None) -> None:
        """Show one user, or that none is selected."""
        self.page.setVisible(view is not None)
        self._empty.setVisible(view is None)
        if view is not None:
            self.page.show_user(view)
        else:
            self._empty.show_message(_("No user selected"), _("Choose one at the left."))

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show where the list comes from, or why an act failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)
        self._note.setVisible(bool(text))

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def show_form_note(self, text: str, *, is_error: bool = False) -> None:
        """Show a sentence under the form: what happens now, or why it failed."""
        self._form_note.show_tone(Level.CRITICAL if is_error else "muted")
        self._form_note.setText(text)

    def show_code(self, title: str, code: str, about: str) -> None:
        """Show a one-time code."""
        self._pages.setCurrentIndex(2)
        self.code.show_code(title, code, about)

    def show_list(self) -> None:
        """Show the users again."""
        self._pages.setCurrentIndex(0)
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the acts by their letters while no field has the focus; leave the filter by Enter and Down."""
        if self.filter.hasFocus() and event.key() in _ENDS_OF_FILTER:
            self.list.setFocus()
            return
        is_writing = self._pages.currentIndex() != 0 or isinstance(QApplication.focusWidget(), QLineEdit)
        act = KEYS.get(Qt.Key(event.key()))
        if is_writing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # no button of this window is meant
        if is_writing or act is None or event.modifiers() not in (_NO_MODIFIER, _SHIFT):
            super().keyPressEvent(event)
        elif self.page.isVisibleTo(self):
            self.page.press(act)

    def _show_users(self) -> None:
        words = self.filter.text().casefold().split()
        self.list.show_items([user for user in self._users if all(word in user.spoken.casefold() for word in words)])

    def _button(self, text: str, key: str, name: str, *, icon: str) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key.replace("+", " "), icon=icon, name=name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        top = row(spacing_px=8)
        top.setContentsMargins(20, 16, 20, 0)
        top.addWidget(self.filter, 1)
        top.addWidget(self._reload)
        top.addWidget(self._new)
        self._note.setContentsMargins(20, 0, 20, 0)
        middle = row(spacing_px=0)
        self.list.setFixedWidth(min(self._appearance.px(_LIST_PX), _LIST_MAX_PX))
        middle.addWidget(self.list)
        middle.addWidget(divider(vertical=True))
        right = column(spacing_px=0)
        right.addWidget(self.page, 1)
        right.addWidget(self._empty, 1)
        middle.addLayout(right, 1)
        low = row(spacing_px=8)
        low.setContentsMargins(20, 0, 16, 14)
        low.addWidget(self._note, 1)
        low.addWidget(self._close)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        lines.addLayout(top)
        lines.addWidget(divider())
        lines.addLayout(middle, 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        for page in (frame, self._form_page(), self.code):
            self._pages.addWidget(page)
        column(self).addWidget(self._pages)

    def _form_page(self) -> ThemedFrame:
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page

    def _on_new_clicked(self) -> None:
        self.act_requested.emit(PeopleAct.CREATE.value, "")

    def _on_user_chosen(self, name: str) -> None:
        self.user_chosen.emit(name)


_ENDS_OF_FILTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down})
_NO_MODIFIER: Final = Qt.KeyboardModifier.NoModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
