"""The list of stations that send readings and are not registered, with what they sent."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.controls.row_list_panel import RowListPanel
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


class UnregisteredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One sender; `details` has a line for each parameter."""

    id: str
    text: str  # the code
    about: str  # the gateway account
    at: str = ""  # number of readings
    author: str = ""  # age of the newest
    details: tuple[str, ...] = ()
    level: Level = Level.ATTENTION
    names: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the sender."""
        return ", ".join(part for part in (self.text, self.about, self.at, self.author, *self.details) if part)


class UnregisteredStationsPanel(RowListPanel):
    """Enter registers the selected sender, R reads the list again, Escape closes.

    Signals:
        register_requested: id of the sender.
        refresh_requested: the user reads the list again.
    """

    register_requested = Signal(str)
    refresh_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(
            appearance,
            list_name="unregistered_list",
            list_label=_("Unregistered stations"),
            details_name="unregistered_details",
        )
        self.setObjectName("unregistered_stations")
        self.setAccessibleName(_("Unregistered stations"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # while a message replaces the list
        self._items: dict[str, UnregisteredItem] = {}
        self._title.setText(_("Stations that send and are not registered"))
        self._lead.setText(_("Their readings wait in quarantine until the station is registered."))
        self._list.item_chosen.connect(self._on_item_chosen)
        self._empty = EmptyState(appearance, icon="radio", name="unregistered_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        self._register = KeyButton(
            appearance, _("Register"), key="↵", kind=ButtonKind.PRIMARY, name="unregistered_register"
        )
        self._refresh = KeyButton(appearance, _("Read again"), key="R", name="unregistered_refresh")
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="unregistered_close")
        self._register.clicked.connect(self._confirm)
        self._refresh.clicked.connect(self.refresh_requested)
        self._close.clicked.connect(self.closed)
        self._lay_out(self._stack, (self._register, self._refresh, self._close))

    def show_items(self, items: Sequence[UnregisteredItem], *, refusal: str) -> None:
        """Show the senders; `refusal` says why the user cannot register them, empty if they can."""
        self._items = {item.id: item for item in items}
        self._list.show_items(items)
        if items and not self._list.chosen:
            self._list.choose(items[0].id)
        self._empty.show_message(_("Every station that sends is registered."), "")
        self._show_part(self._list if items else self._empty)
        self._register.show_reason(refusal or ("" if items else _("There is nothing to register.")))

    def show_message(self, title: str, text: str = "") -> None:
        """Show a message in place of the list, such as that the server does not answer."""
        self._empty.show_message(title, text)
        self._show_part(self._empty)
        self._details.setText("")
        self._register.show_reason(title)

    def focus_list(self) -> None:
        """Focus the list, or the panel while a message replaces it."""
        target = self._list if self._stack.currentWidget() is self._list else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_part(self, part: QWidget) -> None:
        """Show the list or the message; keep the focus in the panel."""
        has_focus = self.hasFocus() or self._list.hasFocus()
        self._stack.setCurrentWidget(part)
        if has_focus:
            self.focus_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the list again on R; other keys as in every list panel."""
        if event.key() == Qt.Key.Key_R:
            self.refresh_requested.emit()
        else:
            super().keyPressEvent(event)

    def _confirm(self) -> None:
        if self._register.isEnabled() and self._list.chosen:
            self.register_requested.emit(self._list.chosen)

    def _on_item_chosen(self, item_id: str) -> None:
        item = self._items.get(item_id)
        self._details.setText("\n".join(item.details) if item is not None else "")
