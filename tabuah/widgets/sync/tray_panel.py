"""The trays: "Ditahan" for supervisors and "Ditolak" for authors, with one key for each decision."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.text.sync.held_and_rejected import describe_ineffective_count, list_held_changes
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, EmptyState
from tabuah.widgets.controls.layout import ThemedFrame, column, scroll_area
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.list_panel import ROW_STEPS, lay_out_list_panel
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.exercises.elsewhere_button import ELSEWHERE_KEY, ElsewhereButton, WorldLink
from tabuah.widgets.sync.tray_details import TrayComposer, TrayDecisions, TrayDetails
from tabuah.widgets.sync.tray_item import HELD, REJECTED, TrayItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle


def tray_label(tray: str, count: int) -> str:
    """Return the name of a tray with its number of changes."""
    name = _("Held") if tray == HELD else _("Rejected")
    return f"{name} · {count}" if count else name


def empty_tray_texts(tray: str) -> tuple[str, str]:
    """Return title and text of an empty tray."""
    if tray == HELD:
        return _("No change is held."), _("All changes have taken effect.")
    return _("No change was rejected."), _("All changes of this console were accepted.")


_LIST_PX: Final = 380
NOTHING_ELSEWHERE: Final[Mapping[str, tuple[WorldLink, ...]]] = MappingProxyType({})


class TrayPanel(ThemedFrame):
    """Shows both trays, one at a time.

    Signals:
        release_requested: id of a held change to release.
        refuse_requested: id of a held change to refuse, and the reason.
        reissue_requested: id of a rejected change to send again, and its corrected text (None if unchanged).
        dismiss_requested: id of a rejected change to dismiss.
        shown: id of the selected change, empty for none.
        world_requested: key of the other world whose tray is to be shown.
        closed: the panel was closed.
    """

    release_requested = Signal(str)
    refuse_requested = Signal(str, str)
    reissue_requested = Signal(str, object)
    dismiss_requested = Signal(str)
    shown = Signal(str)
    world_requested = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("tray_panel")
        self.setAccessibleName(_("Trays"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._items: dict[str, tuple[TrayItem, ...]] = {HELD: (), REJECTED: ()}
        self._links: Mapping[str, tuple[WorldLink, ...]] = {}
        self._elsewhere = ElsewhereButton(appearance, name="tray_elsewhere")
        self._elsewhere.world_requested.connect(self.world_requested)
        self._selected_id = ""
        self._on_text: Callable[[str], None] = lambda _text: None
        self._tabs = SegmentedControl(appearance, self._labels(), name="tray_tabs", label=_("Trays"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.chosen.connect(self.show_tray)
        self._lead = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._list = LevelList(appearance, name="tray_list", label=_("Changes without effect"))
        self._list.setFixedWidth(appearance.px(_LIST_PX))
        self._list.item_chosen.connect(self._on_item_chosen)
        self._details = TrayDetails(appearance)
        self._composer = TrayComposer(appearance)
        self._composer.submitted.connect(self._on_composed)
        self._composer.cancelled.connect(self._leave_composer)
        self._decisions = TrayDecisions(appearance)
        self._decisions.decided.connect(self._decide)
        self._decisions.reword_requested.connect(self._reword)
        self._decisions.declined.connect(self._decline)
        self._empty = EmptyState(appearance, icon="check", name="tray_empty")
        self._lay_out()
        self._refresh()

    @property
    def tray(self) -> str:
        """The tray in front: HELD or REJECTED."""
        return self._tabs.current

    @property
    def current(self) -> TrayItem | None:
        """The selected change."""
        return next((item for item in self._items[self.tray] if item.id == self._list.chosen), None)

    def show_items(
        self,
        *,
        held: tuple[TrayItem, ...],
        rejected: tuple[TrayItem, ...],
        elsewhere: Mapping[str, tuple[WorldLink, ...]] = NOTHING_ELSEWHERE,
    ) -> None:
        """Show the content of the trays; keep the selection. `elsewhere` has what other worlds hold, by tray."""
        if (self._items, self._links) != ({HELD: held, REJECTED: rejected}, elsewhere):
            self._items, self._links = {HELD: held, REJECTED: rejected}, elsewhere
            self._refresh()

    def show_tray(self, tray: str) -> None:
        self._tabs.show_current(tray)
        self._leave_composer()
        self._refresh()

    def show_picture(self, item_id: str, picture: QImage) -> None:
        self._details.show_picture(item_id, picture)

    def choose(self, item_id: str) -> None:
        """Select a change of the tray in front."""
        self._list.choose(item_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter decides, X declines, E corrects the text first, W shows another world, Escape closes."""
        key = Qt.Key(event.key())
        if key in ROW_STEPS:
            self._list.step(ROW_STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.show_tray(REJECTED if self.tray == HELD else HELD)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._decide()
        elif event.text().upper() == "X":
            self._decline()
        elif event.text().upper() == "E":
            self._reword()
        elif event.text().upper() == ELSEWHERE_KEY:
            self._elsewhere.choose()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        later = KeyButton(self._appearance, _("Later"), key="Esc", kind=ButtonKind.GHOST, name="tray_later")
        later.clicked.connect(self.closed)
        right = QWidget()
        inner = column(right, spacing_px=8)
        self._scroll = scroll_area(self._details, name="tray_scroll")
        inner.addWidget(self._scroll, 1)
        inner.addWidget(self._composer, 1)
        inner.addWidget(self._decisions)
        self._stack = lay_out_list_panel(
            self,
            self._appearance,
            tabs=self._tabs,
            lead=self._lead,
            buttons=(self._elsewhere, later),
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
        self._elsewhere.show_links(self._links.get(self.tray, ()))
        deferred_count = sum(item.is_deferred for item in items)
        count = self._count(self.tray)
        held = list_held_changes(count - deferred_count, deferred_count)
        self._lead.setText(" ".join(held) if self.tray == HELD else describe_ineffective_count(count))
        self._stack.setCurrentIndex(0 if items else 1)
        if not items:
            title, text = empty_tray_texts(self.tray)
            links = self._links.get(self.tray, ())
            self._empty.show_message(title, " · ".join(link.text for link in links) or text)
        self._list.show_items(items)

    def _decide(self) -> None:
        item = self.current
        if item is None or item.decide_reason:
            return
        if self.tray == HELD:
            self.release_requested.emit(item.id)
        else:
            self.reissue_requested.emit(item.id, None)

    def _decline(self) -> None:
        item = self.current
        if item is None or item.decline_reason:
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
            required=_("A refusal needs a reason for the author."),
        )

    def _reword(self) -> None:
        item = self.current
        if item is None or self.tray == HELD or item.editable_text is None or item.decide_reason:
            return
        key = item.id
        self._compose(
            lambda text: self.reissue_requested.emit(key, text),
            label=_("Correct the text"),
            text=item.editable_text,
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
        item, same = self.current, item_id == self._selected_id
        self._selected_id = item_id
        if not same:
            self._leave_composer()
        if item is not None:
            self._details.show_item(item)
            self._show_decisions(visible=self._composer.isHidden())
        if not same:
            self.shown.emit(item_id)
