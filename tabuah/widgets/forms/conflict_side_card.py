"""One side of a conflict: its number, its value, who wrote it where and when, and the button that takes it."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import ConflictSide

BASE: Final = "base"
CURRENT: Final = "current"
PROPOSED: Final = "proposed"
SIDES: Final = (BASE, CURRENT, PROPOSED)
TONES: Final = {BASE: "muted", CURRENT: "accent", PROPOSED: "attention"}  # in the column and on the map
_PIN_PX: Final = 20


def side_names() -> dict[str, str]:
    """What the sides are called."""
    return {BASE: _("Before"), CURRENT: _("Now"), PROPOSED: _("Proposed")}


class _Pin(QWidget):
    """The number of a side as the map shows it."""

    def __init__(self, appearance: Appearance, key: str, tone: str) -> None:
        super().__init__()
        self._appearance, self._key, self._tone = appearance, key, tone
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Qt: a disc."""
        side = self._appearance.px(_PIN_PX)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint disc and number."""
        palette = self._appearance.palette
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(str(getattr(palette, self._tone))))
            painter.drawEllipse(QRectF(self.rect()))
            painter.setFont(self._appearance.font(Type.SMALL_STRONG))
            painter.setPen(QColor(palette.window if palette.name == "dark" else palette.panel))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._key)
        finally:
            painter.end()


class ConflictSideCard(Surface):
    """A column of the resolver.

    Signals:
        pointed: code of the side, when the pointer comes to it or it is clicked; empty when the pointer leaves.
        taken: code of the side that shall stand.
    """

    pointed = Signal(str)
    taken = Signal(str)

    def __init__(self, appearance: Appearance, take: str, side: ConflictSide, *, reason: str, on_map: bool) -> None:
        super().__init__("card")
        self._appearance, self._take, self._strong = appearance, take, False
        self.setObjectName(f"conflict_side_{take}")
        name = side_names()[take]
        words = ". ".join(p for p in (side.value, side.detail, side.author, side.device, side.at) if p)
        self.setAccessibleName(f"{name}: {words}")
        layout = column(self, spacing_px=3)
        layout.setContentsMargins(14, 10, 12, 10)
        head = row(spacing_px=8)
        if on_map:
            head.addWidget(_Pin(appearance, str(SIDES.index(take) + 1), TONES[take]))
        head.addWidget(Text(appearance, name.upper(), style=Type.OVERLINE, tone="muted"))
        head.addStretch(1)
        head.addWidget(self._button(reason))
        layout.addLayout(head)
        layout.addWidget(Text(appearance, side.value, style=Type.TITLE, wrap=True, selectable=True))
        if side.detail:
            layout.addWidget(Text(appearance, side.detail, style=Type.SMALL, wrap=True, selectable=True))
        origin = " · ".join(part for part in (side.author, side.device, side.at) if part)
        layout.addWidget(ElidedText(appearance, origin, style=Type.SMALL, tone="muted"))
        layout.addStretch(1)

    def show_strong(self, strong: bool) -> None:
        """Show whether this is the one that is looked at."""
        if strong != self._strong:
            self._strong = strong
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt: the pointer came."""
        self.pointed.emit(self._take)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer went."""
        self.pointed.emit("")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: looking at it is not taking it."""
        self.pointed.emit(self._take)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: an edge in its colour while it is looked at."""
        super().paintEvent(event)
        palette = self._appearance.palette
        colour = str(getattr(palette, TONES[self._take])) if self._strong else palette.line
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = 2.0 if self._strong else 1.0
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 8, 8)
        finally:
            painter.end()

    def _button(self, reason: str) -> KeyButton:
        verbs = {BASE: _("Back to this"), CURRENT: _("Keep this"), PROPOSED: _("Take this")}
        kind = Kind.PRIMARY if self._take == CURRENT else Kind.SECONDARY
        key = str(SIDES.index(self._take) + 1)
        button = KeyButton(self._appearance, verbs[self._take], key=key, kind=kind, name=f"conflict_{self._take}")
        button.show_reason(reason)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.taken.emit(self._take)
