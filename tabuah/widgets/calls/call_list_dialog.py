"""The window of the call log: filters, the list, the chosen call, and a form in their place."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.calls.values import CallAct, CallFilters
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.filtered_list_dialog import FilteredListDialog, ListFilter, ListTexts
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.controls.page_footer import ActButton
from tabuah.widgets.theme.appearance import Appearance, TextStyle

# The key and whether Shift is held; F5 and above belong to the window.
_KEYS: Final = {
    (Qt.Key.Key_F3, False): CallAct.REPORT,
    (Qt.Key.Key_F3, True): CallAct.LINK,
    (Qt.Key.Key_F4, False): CallAct.CHANGE,
    (Qt.Key.Key_F4, True): CallAct.UNLINK,
    (Qt.Key.Key_Return, False): CallAct.INCIDENT,
    (Qt.Key.Key_Enter, False): CallAct.INCIDENT,
}


class CallListDialog(FilteredListDialog):
    """Shows calls and asks for acts on them."""

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, filters: CallFilters | None = None
    ) -> None:
        chosen = filters or CallFilters()
        classes = ListFilter("call_classes", _("Call class"), chosen.classes)
        periods = ListFilter("call_periods", _("Period"), chosen.periods)
        channels = ListFilter("call_channels", _("Channel"), chosen.channels)
        super().__init__(
            appearance,
            _texts(),
            filters=((classes, periods), (channels,)),
            acts=_acts(),
            main_act=CallAct.INCIDENT,
            parent=parent,
        )
        self.choose_filter("call_periods", chosen.period)
        self.form = EditForm(appearance, name="call_form")
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="critical", wrap=True)
        self.pages.addWidget(self._form_page())

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self.pages.setCurrentIndex(1)
        self.form.focus_first()

    def show_form_note(self, text: str) -> None:
        self._form_note.setText(text)

    def act_of(self, event: QKeyEvent) -> str:
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return _KEYS.get((Qt.Key(event.key()), is_shifted)) or super().act_of(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: leave the form by Escape; its other keys are its own."""
        if self.shows_list:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.show_list()

    def _form_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page


def _texts() -> ListTexts:
    return ListTexts(
        name="call",
        title=_("Call log"),
        list_label=_("Calls"),
        search_label=_("Find a call"),
        search_hint=_("Note, person, incident or caller"),
        empty_title=_("No calls."),
        empty_hint=_("In the report form F2 and F3 end a call without a report."),
        empty_icon="phone",
        chosen_label=_("The selected call"),
    )


def _acts() -> tuple[tuple[ActButton, ...], ...]:
    return (
        (
            ActButton(CallAct.REPORT, _("Make an incident …"), "F3", ButtonKind.PRIMARY),
            ActButton(CallAct.LINK, _("Link …"), "⇧F3"),
            ActButton(CallAct.CHANGE, _("Correct …"), "F4"),
            ActButton(CallAct.UNLINK, _("Unlink"), "⇧F4"),
            ActButton(CallAct.INCIDENT, _("Show incident"), "↵", ButtonKind.GHOST),
            ActButton(CallAct.EXPORT, _("Export …"), "Ctrl S", ButtonKind.GHOST),
        ),
    )
