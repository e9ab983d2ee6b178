"""Replay frame: marks the map with a coloured border and a banner while it shows the past."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.resources.localisation import _, format_moment
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, IconPicture, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.replay.time_bar import TimeBar
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_EDGE_PX: Final = 3


class ReplayFrame(QWidget):
    """The map with a banner above and the time bar below; both are hidden in the present.

    Signals:
        now_requested: return to the present.
    """

    now_requested = Signal()

    def __init__(self, appearance: Appearance, map_view: QWidget, bar: TimeBar) -> None:
        super().__init__()
        self.setObjectName("past_frame")
        self._appearance, self._bar = appearance, bar
        self._moment = Text(appearance, "", style=TextStyle.FIGURE)
        self._moment.setObjectName("past_moment")
        self.banner = self._made_banner()
        self._rows = column(self, spacing_px=0)
        self._rows.addWidget(self.banner)
        self._rows.addWidget(map_view, 1)
        self._rows.addWidget(bar)
        self.setFocusProxy(map_view)
        self._shown = True
        self.show_present()
        appearance.changed.connect(self.update)

    def show_past(self, moment: datetime) -> None:
        """Show the banner with this moment."""
        self._moment.setText(_with_seconds(moment))
        self.banner.setAccessibleName(_("Not now: the map shows {moment}").format(moment=format_moment(moment)))
        self._show(shown=True)

    def show_present(self) -> None:
        """Hide banner and time bar."""
        self._show(shown=False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the border."""
        if not self._shown:
            return
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(self.rect()), QColor(self._appearance.palette.attention))
        finally:
            painter.end()

    def _show(self, *, shown: bool) -> None:
        if shown == self._shown:
            return
        self._shown = shown
        edge = _EDGE_PX if shown else 0
        self._rows.setContentsMargins(edge, edge, edge, edge)
        self.banner.setVisible(shown)
        self._bar.setVisible(shown)
        self.update()

    def _made_banner(self) -> ThemedFrame:
        banner = ThemedFrame("warning")
        banner.setObjectName("past_banner")
        banner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        parts = row(banner, spacing_px=10)
        parts.setContentsMargins(12, 6, 12, 6)
        parts.addWidget(IconPicture(self._appearance, "history", size_px=20, tone="attention_text"))
        parts.addWidget(Text(self._appearance, _("NOT NOW"), style=TextStyle.STRONG, tone=Level.ATTENTION))
        parts.addWidget(self._moment)
        note = _("Only the map shows the past. Alarms, board and details are current.")
        parts.addWidget(ElidedText(self._appearance, note, style=TextStyle.SMALL, tone="muted"), 1)
        back = KeyButton(
            self._appearance,
            _("Back to the present"),
            key="J",
            kind=ButtonKind.PRIMARY,
            name="time_now",
            compact=True,
        )
        back.clicked.connect(self.now_requested)
        parts.addWidget(back)
        return banner


def _with_seconds(moment: datetime) -> str:
    """Return the moment with seconds: 24 Nov 2026 14.30.05 WIB."""
    day, _space, _rest = format_moment(moment).rpartition(f" {zone_label()}")[0].rpartition(" ")
    return f"{day} {moment.astimezone(home_zone()):%H.%M.%S} {zone_label()}"
