"""The trays side by side: "Ditahan" for supervisors, "Ditolak" for whoever wrote it; one key for each decision."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.list_panel import STEPS, lay_out_list_panel
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, scrolling
from tabuah.widgets.texts import ElidedText
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.trays.tray_composer import TrayComposer
from tabuah.widgets.trays.tray_decisions import TrayDecisions
from tabuah.widgets.trays.tray_details import TrayDetails
from tabuah.widgets.trays.tray_item import HELD, REJECTED, TrayItem
from tabuah.widgets.trays.tray_words import empty_words, lead_words, tray_label

_LIST_PX: Final = 380


class TrayPanel(Surface):
    """Shows both trays, one at a time.

    Signals:
        release_requested: id of a held change that shall take effect.
        refuse_requested: id of a held change, and the reason why it is refused.
        reissue_requested: id of a rejected change that shall be sent again, and its text put right (None as it was).
        dismiss_requested: id of a rejected change that is set aside.
        shown: id of the change that is looked at, empty for none.
        closed: the user leaves the trays.
    """

    release_requested = Signal(str)
    refuse_requested = Signal(str, str)
    reissue_requested = Signal(str, object)
    dismiss_requested = Signal(str)
    shown = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("tray_panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._items: dict[str, tuple[TrayItem, ...]] = {HELD: (), REJECTED: ()}
        self._looked_at = ""
        self._on_text: Callable[[str], None] = lambda _text: None
        self._tabs = Segments(appearance, self._labels(), name="tray_tabs", label=_("Trays"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tabs.chosen.connect(self.show_tray)
        self._lead = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._list = EdgeList(appearance, name="tray_list", label=_("What took no effect"))
        self._list.setFixedWidth(appearance.px(_LIST_PX))
        self._list.item_chosen.connect(self._on_item_chosen)
        self._details = TrayDetails(appearance)
        self._composer = TrayComposer(appearance)
        self._composer.submitted.connect(self._on_composed)
        self._composer.cancelled.connect(self._leave_composer)
        self._decisions = TrayDecisions(appearance)
        self._decisions.decided.connect(self._decide)
        self._decisions.reword_requested.connect(self._reword)
        self._decisions.put_off.connect(self._put_off)
        self._empty = EmptyState(appearance, icon="check", name="tray_empty")
        self._lay_out()
        self._refresh()

    @property
    def tray(self) -> str:
        """Which tray is in front: HELD or REJECTED."""
        return self._tabs.current

    @property
    def current(self) -> TrayItem | None:
        """The change that is looked at."""
        return next((item for item in self._items[self.tray] if item.id == self._list.chosen), None)

    def show_items(self, *, held: tuple[TrayItem, ...], rejected: tuple[TrayItem, ...]) -> None:
        """Show what is in the trays; what is looked at stays so."""
        if self._items != {HELD: held, REJECTED: rejected}:
            self._items = {HELD: held, REJECTED: rejected}
            self._refresh()

    def show_tray(self, tray: str) -> None:
        """Bring a tray to the front."""
        self._tabs.show_current(tray)
        self._leave_composer()
        self._refresh()

    def show_picture(self, item_id: str, picture: QImage) -> None:
        """Show the photo of an item."""
        self._details.show_picture(item_id, picture)

    def choose(self, item_id: str) -> None:
        """Look at one change of the tray that is in front."""
        self._list.choose(item_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move, Enter decides, X puts it off, E puts the text right first, Escape leaves."""
        key = Qt.Key(event.key())
        if key in STEPS:
            self._list.step(STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.show_tray(REJECTED if self.tray == HELD else HELD)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._decide()
        elif event.text().upper() == "X":
            self._put_off()
        elif event.text().upper() == "E":
            self._reword()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        later = KeyButton(self._appearance, _("Later"), key="Esc", kind=Kind.GHOST, name="tray_later")
        later.clicked.connect(self.closed)
        right = QWidget()
        inner = column(right, spacing_px=8)
        self._scroll = scrolling(self._details, name="tray_scroll")
        inner.addWidget(self._scroll, 1)
        inner.addWidget(self._composer, 1)
        inner.addWidget(self._decisions)
        self._stack = lay_out_list_panel(
            self,
            self._appearance,
            tabs=self._tabs,
            lead=self._lead,
            buttons=(later,),
            items=self._list,
            right=right,
            empty=self._empty,
        )

    def _labels(self) -> tuple[tuple[str, str], ...]:
        return tuple((tray, tray_label(tray, self._count(tray))) for tray in (HELD, REJECTED))

    def _count(self, tray: str) -> int:
        return sum(item.entries for item in self._items[tray])

    def _refresh(self) -> None:
        items = self._items[self.tray]
        self._tabs.show_choices(self._labels())
        waiting = sum(item.waits for item in items)
        self._lead.setText(lead_words(self.tray, self._count(self.tray) - waiting, waiting))
        self._stack.setCurrentIndex(0 if items else 1)
        if not items:
            self._empty.show_message(*empty_words(self.tray))
        self._list.show_items(items)

    def _decide(self) -> None:
        item = self.current
        if item is None or item.decide_reason:
            return
        if self.tray == HELD:
            self.release_requested.emit(item.id)
        else:
            self.reissue_requested.emit(item.id, None)

    def _put_off(self) -> None:
        item = self.current
        if item is None or item.put_off_reason:
            return
        if self.tray == REJECTED:
            self.dismiss_requested.emit(item.id)
            return
        key = item.id
        self._compose(
            lambda text: self.refuse_requested.emit(key, text),
            label=_("Reason, for the author and the history"),
            text="",
            submit=_("Refuse"),
            required=_("Refusing needs a reason: its author reads it."),
        )

    def _reword(self) -> None:
        item = self.current
        if item is None or self.tray == HELD or item.words is None or item.decide_reason:
            return
        key = item.id
        self._compose(
            lambda text: self.reissue_requested.emit(key, text),
            label=_("Put the text right"),
            text=item.words,
            submit=_("Send again"),
        )

    def _compose(
        self, on_text: Callable[[str], None], *, label: str, text: str, submit: str, required: str = ""
    ) -> None:
        self._on_text = on_text
        self._show_decisions(visible=False)
        self._composer.ask(label=label, text=text, submit=submit, required=required)

    def _leave_composer(self) -> None:
        if not self._composer.isHidden():
            self._composer.hide()
            self._show_decisions(visible=True)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_decisions(self, *, visible: bool) -> None:
        self._scroll.setVisible(visible)
        self._decisions.show_choices(self.tray, self.current, visible=visible)

    def _on_composed(self, text: str) -> None:
        on_text = self._on_text
        self._leave_composer()
        on_text(text)

    def _on_item_chosen(self, item_id: str) -> None:
        item, same = self.current, item_id == self._looked_at
        self._looked_at = item_id
        if not same:
            self._leave_composer()
        if item is not None:
            self._details.show_item(item)
            self._show_decisions(visible=self._composer.isHidden())
        if not same:
            self.shown.emit(item_id)
