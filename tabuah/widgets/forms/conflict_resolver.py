"""Settling a conflict: before, now and proposed beside each other, each with author, device and time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.surfaces import Surface, clear_layout, column, row
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import ConflictCase, ConflictSide, Level

_TAKES = ("base", "current", "proposed")


class ConflictResolver(Surface):
    """Shows one conflict after the other.

    Signals:
        settled: id of the conflict and what to take: "base", "current" or "proposed".
        closed: the user leaves it for later.
        shown: id of the conflict that is shown, so that the map can show its places.
    """

    settled = Signal(str, str)
    closed = Signal()
    shown = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("conflict_resolver")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._cases: tuple[ConflictCase, ...] = ()
        self._title = Text(appearance, style=Type.TITLE, wrap=True)
        self._lead = Text(appearance, tone="muted", wrap=True)
        self._reason = Text(appearance, style=Type.SMALL, tone=Level.ATTENTION, wrap=True)
        self._empty = EmptyState(appearance, icon="check", name="conflict_empty")
        self._empty.show_message(_("No open conflicts"), _("Everything people wrote fits together."))
        self._sides = row(spacing_px=12)
        later = KeyButton(appearance, _("Later"), key="Esc", kind=Kind.GHOST, name="conflict_later")
        later.clicked.connect(self.closed)
        head = row()
        head.addWidget(self._title, 1)
        head.addWidget(later)
        layout = column(self, spacing_px=8)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.addLayout(head)
        layout.addWidget(self._lead)
        layout.addLayout(self._sides)
        layout.addWidget(self._reason)
        layout.addWidget(self._empty, 1)
        layout.addStretch(1)
        self.show_conflicts(())

    @property
    def current(self) -> ConflictCase | None:
        """The conflict that is shown."""
        return self._cases[0] if self._cases else None

    def show_conflicts(self, cases: tuple[ConflictCase, ...]) -> None:
        """Show the first conflict, or that there is none."""
        before = self.current
        self._cases = cases
        case = self.current
        clear_layout(self._sides)
        self._empty.setVisible(case is None)
        self._lead.setVisible(case is not None)
        self._reason.setVisible(bool(case and case.reason))
        if case is None:
            self._title.setText(_("Conflicts"))
            return
        self._title.setText(f"{case.field} · {case.incident}")
        self._lead.setText(self._lead_text(len(cases)))
        self._reason.setText(case.reason)
        for i, (take, side) in enumerate(zip(_TAKES, (case.base, case.current, case.proposed), strict=True)):
            self._sides.addWidget(self._side(case, take, side, key=str(i + 1)), 1)
        if before is None or before.id != case.id:
            self.shown.emit(case.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: 1, 2, 3 take a side, as do B, S and U; Escape leaves it for later."""
        keys = {"1": 0, "2": 1, "3": 2, "B": 0, "S": 1, "U": 2}
        index = keys.get(event.text().upper())
        if index is not None:
            self._settle(_TAKES[index])
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _lead_text(self, count: int) -> str:
        lead = _("Two people changed the same thing without knowing of each other. Both stay in the history.")
        more = ngettext("{n} more conflict waits.", "{n} more conflicts wait.", count - 1).format(n=count - 1)
        return f"{lead} {more}" if count > 1 else lead

    def _side(self, case: ConflictCase, take: str, side: ConflictSide, *, key: str) -> QWidget:
        names = {"base": _("Before"), "current": _("Now"), "proposed": _("Proposed")}
        verbs = {"base": _("Back to this"), "current": _("Keep this"), "proposed": _("Take this")}
        card = Surface("raised")
        card.setAccessibleName(f"{names[take]}: {side.value}. {side.author} {side.device} {side.at}")
        layout = column(card, spacing_px=4)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(Text(self._appearance, names[take].upper(), style=Type.OVERLINE, tone="muted"))
        layout.addWidget(Text(self._appearance, side.value, style=Type.TITLE, wrap=True, selectable=True))
        origin = " · ".join(part for part in (side.author, side.device, side.at) if part)
        layout.addWidget(Text(self._appearance, origin, style=Type.SMALL, tone="muted", wrap=True))
        layout.addStretch(1)
        kind = Kind.PRIMARY if take == "current" else Kind.SECONDARY
        button = KeyButton(self._appearance, verbs[take], key=key, kind=kind, name=f"conflict_{take}")
        button.show_reason(case.reason)
        button.setProperty("take", take)
        button.clicked.connect(self._on_take_clicked)
        layout.addSpacing(6)
        layout.addWidget(button)
        return card

    def _settle(self, take: str) -> None:
        case = self.current
        if case is not None and not case.reason:
            self.settled.emit(case.id, take)

    def _on_take_clicked(self) -> None:
        self._settle(str(self.sender().property("take")))
