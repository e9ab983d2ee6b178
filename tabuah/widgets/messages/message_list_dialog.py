"""The window of incoming messages: filters, the list and the chosen message."""

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.filtered_list_dialog import ENTER_KEYS, FilteredListDialog, ListFilter, ListTexts
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.controls.page_footer import ActButton
from tabuah.widgets.messages.values import MessageAct, MessageFilters
from tabuah.widgets.theme.appearance import Appearance

_KEYS: Final = {
    Qt.Key.Key_A: MessageAct.ANSWER,
    Qt.Key.Key_W: MessageAct.WITHDRAW,
    Qt.Key.Key_J: MessageAct.JOIN,
    Qt.Key.Key_E: MessageAct.EVENT,
    Qt.Key.Key_X: MessageAct.CLOSE,
    Qt.Key.Key_R: MessageAct.REOPEN,
    Qt.Key.Key_U: MessageAct.UNLINK,
    Qt.Key.Key_L: MessageAct.INCIDENT,
    Qt.Key.Key_M: MessageAct.MAP,
}


class MessageListDialog(FilteredListDialog):
    """Shows messages and asks for acts on them."""

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, filters: MessageFilters | None = None
    ) -> None:
        chosen = filters or MessageFilters()
        states = ListFilter("message_states", _("State"), chosen.states)
        channels = ListFilter("message_channels", _("Channel"), chosen.channels)
        super().__init__(
            appearance,
            _texts(),
            filters=((states,), (channels,)),
            acts=_acts(),
            main_act=MessageAct.REPORT,
            parent=parent,
        )
        self.setObjectName("message_list_dialog")  # a topic of the help names it

    def event(self, event: QEvent) -> bool:
        """Qt: keep the letters of the acts from being shortcuts of the main window, such as J."""
        if is_letter_shortcut(event) and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def act_of(self, event: QKeyEvent) -> str:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in ENTER_KEYS and not modifiers & Qt.KeyboardModifier.ControlModifier:  # Ctrl+Enter sends an answer
            is_shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            return MessageAct.REPORT_WITH_TEXT if is_shifted else MessageAct.REPORT
        if modifiers == Qt.KeyboardModifier.NoModifier and key in _KEYS:
            return _KEYS[key]
        return super().act_of(event)


def _texts() -> ListTexts:
    return ListTexts(
        name="message",
        title=_("Messages"),
        list_label=_("Messages"),
        search_label=_("Find a message"),
        search_hint=_("Text, sender, incident or account"),
        empty_title=_("No messages."),
        empty_hint=_("Messages of messengers, forms and e-mail, and CAP alerts appear here."),
        empty_icon="note",
        chosen_label=_("The selected message"),
    )


def _acts() -> tuple[tuple[ActButton, ...], ...]:
    return (
        (
            ActButton(MessageAct.REPORT, _("Report …"), "↵", ButtonKind.PRIMARY),
            ActButton(MessageAct.REPORT_WITH_TEXT, _("With text …"), "⇧↵"),
            ActButton(MessageAct.ANSWER, _("Answer …"), "A"),
            ActButton(MessageAct.JOIN, _("Join …"), "J"),
            ActButton(MessageAct.EVENT, _("Event …"), "E"),
            ActButton(MessageAct.CLOSE, _("Close message …"), "X"),
        ),
        (
            ActButton(MessageAct.REOPEN, _("Reopen message"), "R", ButtonKind.GHOST),
            ActButton(MessageAct.WITHDRAW, _("Withdraw answer"), "W", ButtonKind.GHOST),
            ActButton(MessageAct.UNLINK, _("Unlink"), "U", ButtonKind.GHOST),
            ActButton(MessageAct.INCIDENT, _("Incident"), "L", ButtonKind.GHOST),
            ActButton(MessageAct.MAP, _("Map"), "M", ButtonKind.GHOST),
            ActButton(MessageAct.EXPORT, _("Export …"), "Ctrl S", ButtonKind.GHOST),
        ),
    )
