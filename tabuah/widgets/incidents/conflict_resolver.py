"""The conflict resolver: base, current and proposed value side by side, with author, device and time."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.exercises.elsewhere_button import ELSEWHERE_KEY, ElsewhereButton, WorldLink
from tabuah.widgets.incidents.conflict_side_card import SIDES, ConflictSideCard
from tabuah.widgets.incidents.values import ConflictCase
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_KEYS: Final = {"1": 0, "2": 1, "3": 2, "B": 0, "S": 1, "U": 2}
_MEMBERS_SHOWN: Final = 3
_LEAD_MIN_HEIGHT_PX: Final = 200  # minimum height for the explanation


class ConflictResolver(ThemedFrame):
    """Shows one conflict at a time.

    Signals:
        settled: id of the conflict and the side to take: "base", "current" or "proposed".
        closed: the user postpones the conflict.
        shown: id of the conflict that is shown, so that the map can show its places.
        highlighted: code of the highlighted side, empty for none.
        world_requested: key of the other world whose conflicts are to be shown.
    """

    settled = Signal(str, str)
    closed = Signal()
    shown = Signal(str)
    highlighted = Signal(str)
    world_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("conflict_resolver")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._cases: tuple[ConflictCase, ...] = ()
        self._cards: dict[str, ConflictSideCard] = {}
        self._highlighted = ""
        self._elsewhere = ElsewhereButton(appearance, name="conflict_elsewhere")
        self._elsewhere.world_requested.connect(self.world_requested)
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._count = Text(appearance, style=TextStyle.SMALL, tone=Level.ATTENTION)
        self._lead = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._members = Text(appearance, style=TextStyle.SMALL, wrap=True, selectable=True)
        self._members.setObjectName("conflict_members")
        self._reason = Text(appearance, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._empty = EmptyState(appearance, icon="check", name="conflict_empty")
        self._empty.show_message(_("No open conflicts"), _("There are no conflicting changes."))
        self._sides = row(spacing_px=12)
        self._lay_out()
        self.show_conflicts(())

    @property
    def current(self) -> ConflictCase | None:
        """The conflict that is shown."""
        return self._cases[0] if self._cases else None

    def wanted_height(self, width_px: int) -> int:
        """Return the height at `width_px` at which the conflict needs no scrolling."""
        layout, body = self.layout(), self._body.layout()
        assert layout is not None
        assert body is not None
        margins = layout.contentsMargins()
        inner = width_px - margins.left() - margins.right()
        lead = 0 if not self._lead.isHidden() else self._lead.heightForWidth(inner) + body.spacing()
        parts = self._head.totalHeightForWidth(inner) + layout.spacing() + lead + body.totalHeightForWidth(inner)
        return margins.top() + parts + margins.bottom()

    def show_conflicts(self, cases: tuple[ConflictCase, ...], elsewhere: tuple[WorldLink, ...] = ()) -> None:
        """Show the first conflict, or the empty state, and how many conflicts are in other worlds."""
        self._elsewhere.show_links(elsewhere)
        before = self.current
        self._cases = cases
        case = self.current
        same = before is not None and case is not None and before.id == case.id
        if not (same and before == case):
            self._rebuild(case)
        self._count.setText(self._count_text(len(cases)))
        self._count.setVisible(len(cases) > 1)
        if not same:
            self._highlight("")
            self.shown.emit(case.id if case else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a side with 1, 2, 3 or B, S, U; arrows highlight a side, Enter takes it, W shows another world."""
        index = _KEYS.get(event.text().upper())
        if index is not None:
            self._settle(SIDES[index])
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._highlighted:
            self._settle(self._highlighted)
        elif event.text().upper() == ELSEWHERE_KEY:
            self._elsewhere.choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the explanation when the height is short."""
        super().resizeEvent(event)
        self._show_lead()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Highlight the side whose button has the focus."""
        if event.type() is QEvent.Type.FocusIn:
            self._highlight(str(watched.property("take")))
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        later = KeyButton(self._appearance, _("Later"), key="Esc", kind=ButtonKind.GHOST, name="conflict_later")
        later.clicked.connect(self.closed)
        head = row(spacing_px=12)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        head.addWidget(self._elsewhere)
        head.addWidget(later)
        self._body = QWidget()
        body = column(self._body, spacing_px=6)
        for part in (self._lead, self._reason):
            body.addWidget(part)
        body.addLayout(self._sides)
        body.addWidget(self._members)
        body.addWidget(self._empty, 1)
        body.addStretch(1)
        self._head = head
        layout = column(self, spacing_px=6)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.addLayout(head)
        layout.addWidget(scroll_area(self._body, name="conflict_scroll"), 1)

    def _rebuild(self, case: ConflictCase | None) -> None:
        clear_layout(self._sides)
        self._cards = {}
        self._empty.setVisible(case is None)
        self._show_lead()
        self._reason.setVisible(bool(case and case.reason))
        self._members.setVisible(bool(case and case.members))
        if case is None:
            self._title.setText(_("Conflicts"))
            return
        self._title.setText(f"{case.field} · {case.incident}")
        self._lead.setText(_lead_text(case))
        self._reason.setText(case.reason)
        self._members.setText(_members_text(case.members))
        for side_code, side in zip(SIDES, (case.base, case.current, case.proposed), strict=True):
            card = ConflictSideCard(
                self._appearance, side_code, side, reason=case.reason or side.reason, on_map=case.on_map
            )
            card.highlight_requested.connect(self._on_highlight_requested)
            card.side_chosen.connect(self._settle)
            button = card.findChild(KeyButton, f"conflict_{side_code}")
            if isinstance(button, KeyButton):
                button.setProperty("take", side_code)
                button.installEventFilter(self)
            card.show_highlighted(side_code == self._highlighted)
            self._cards[side_code] = card
            self._sides.addWidget(card, 1)

    def _show_lead(self) -> None:
        self._lead.setVisible(self.current is not None and self.height() >= self._appearance.px(_LEAD_MIN_HEIGHT_PX))

    def _count_text(self, count: int) -> str:
        return ngettext("{n} more conflict is open.", "{n} more conflicts are open.", count - 1).format(n=count - 1)

    def _move(self, step: int) -> None:
        index = SIDES.index(self._highlighted) + step if self._highlighted else (0 if step > 0 else len(SIDES) - 1)
        self._highlight(SIDES[max(0, min(index, len(SIDES) - 1))])

    def _highlight(self, side_code: str) -> None:
        if side_code == self._highlighted:
            return
        self._highlighted = side_code
        for code, card in self._cards.items():
            card.show_highlighted(code == side_code)
        self.highlighted.emit(side_code)

    def _settle(self, side_code: str) -> None:
        case = self.current
        if case is None or case.reason:
            return
        side = dict(zip(SIDES, (case.base, case.current, case.proposed), strict=True))[side_code]
        if not side.reason:
            self.settled.emit(case.id, side_code)

    def _on_highlight_requested(self, side_code: str) -> None:
        self._highlight(side_code)


def _lead_text(case: ConflictCase) -> str:
    lead = _("Two people changed the same field independently. Both values stay in the history.")
    later = _("If the decision was wrong, edit the field again (E).")
    shown = _("The map shows all three under their numbers.") if case.on_map else ""
    return " ".join(part for part in (lead, later, shown) if part)


def _members_text(members: tuple[str, ...]) -> str:
    if not members:
        return ""
    shown = [f"• {member}" for member in members[:_MEMBERS_SHOWN]]
    if len(members) > _MEMBERS_SHOWN:
        n = len(members) - _MEMBERS_SHOWN
        shown.append(ngettext("and {n} more", "and {n} more", n).format(n=n))
    return "\n".join((_("The proposal depends on these changes; they are settled with it:"), *shown))
