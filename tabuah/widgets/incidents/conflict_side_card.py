"""One side of a conflict: number, value, author, device and time, and the button that takes it."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.incidents.values import ConflictSide
from tabuah.widgets.theme.appearance import Appearance, TextStyle

BASE: Final = "base"
CURRENT: Final = "current"
PROPOSED: Final = "proposed"
SIDES: Final = (BASE, CURRENT, PROPOSED)
TONES: Final = {BASE: "muted", CURRENT: "accent", PROPOSED: "attention"}  # in the column and on the map
_PIN_PX: Final = 20


def conflict_side_names() -> dict[str, str]:
    """Return the names of the sides by code."""
    return {BASE: _("Before"), CURRENT: _("Now"), PROPOSED: _("Proposed")}


class _Pin(QWidget):
    """The number of a side, as on the map."""

    def __init__(self, appearance: Appearance, key: str, tone: str) -> None:
        super().__init__()
        self._appearance, self._key, self._tone = appearance, key, tone
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        side = self._appearance.px(_PIN_PX)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self._appearance.palette
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(str(getattr(palette, self._tone))))
            painter.drawEllipse(QRectF(self.rect()))
            painter.setFont(self._appearance.font(TextStyle.SMALL_STRONG))
            painter.setPen(QColor(palette.window if palette.name == "dark" else palette.panel))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._key)
        finally:
            painter.end()


class ConflictSideCard(ThemedFrame):
    """A column of the resolver.

    Signals:
        highlight_requested: code of the side under the pointer, empty when the pointer leaves.
        side_chosen: code of the side to take.
    """

    highlight_requested = Signal(str)
    side_chosen = Signal(str)

    def __init__(
        self, appearance: Appearance, side_code: str, side: ConflictSide, *, reason: str, on_map: bool
    ) -> None:
        super().__init__("card")
        self._appearance, self._side_code, self._is_highlighted = appearance, side_code, False
        self.setObjectName(f"conflict_side_{side_code}")
        name = conflict_side_names()[side_code]
        words = ". ".join(p for p in (side.value, side.detail, side.author, side.device, side.at) if p)
        self.setAccessibleName(f"{name}: {words}")
        layout = column(self, spacing_px=3)
        layout.setContentsMargins(14, 10, 12, 10)
        head = row(spacing_px=8)
        if on_map:
            head.addWidget(_Pin(appearance, str(SIDES.index(side_code) + 1), TONES[side_code]))
        head.addWidget(Text(appearance, name.upper(), style=TextStyle.OVERLINE, tone="muted"))
        head.addStretch(1)
        head.addWidget(self._button(reason))
        layout.addLayout(head)
        layout.addWidget(Text(appearance, side.value, style=TextStyle.TITLE, wrap=True, selectable=True))
        if side.detail:
            layout.addWidget(Text(appearance, side.detail, style=TextStyle.SMALL, wrap=True, selectable=True))
        origin = " · ".join(part for part in (side.author, side.device, side.at) if part)
        layout.addWidget(ElidedText(appearance, origin, style=TextStyle.SMALL, tone="muted"))
        layout.addStretch(1)

    def show_highlighted(self, is_highlighted: bool) -> None:
        if is_highlighted != self._is_highlighted:
            self._is_highlighted = is_highlighted
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.highlight_requested.emit(self._side_code)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.highlight_requested.emit("")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Highlight the side; a click on the card does not take it."""
        self.highlight_requested.emit(self._side_code)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an edge in the side's colour while it is highlighted."""
        super().paintEvent(event)
        palette = self._appearance.palette
        colour = str(getattr(palette, TONES[self._side_code])) if self._is_highlighted else palette.line
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = 2.0 if self._is_highlighted else 1.0
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 8, 8)
        finally:
            painter.end()

    def _button(self, reason: str) -> KeyButton:
        verbs = {BASE: _("Restore this value"), CURRENT: _("Keep this value"), PROPOSED: _("Use this value")}
        kind = ButtonKind.PRIMARY if self._side_code == CURRENT else ButtonKind.SECONDARY
        key = str(SIDES.index(self._side_code) + 1)
        button = KeyButton(
            self._appearance, verbs[self._side_code], key=key, kind=kind, name=f"conflict_{self._side_code}"
        )
        button.show_reason(reason)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.side_chosen.emit(self._side_code)
