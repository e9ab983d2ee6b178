"""Holds the map and, while it shows the past, says so all around: a coloured frame and a banner with the moment."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_moment
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.empty_state import IconPicture
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.timeline.time_bar import TimeBar
from tabuah.widgets.values import Level

_EDGE_PX: Final = 3


class PastFrame(QWidget):
    """The map in the middle, the banner above and the time bar below it, both hidden in the present.

    Signals:
        now_requested: back to the present.
    """

    now_requested = Signal()

    def __init__(self, appearance: Appearance, map_view: QWidget, bar: TimeBar) -> None:
        super().__init__()
        self.setObjectName("past_frame")
        self._appearance, self._bar = appearance, bar
        self._moment = Text(appearance, "", style=Type.FIGURE)
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

    @property
    def shows_past(self) -> bool:
        """Whether the frame is up."""
        return self._shown

    def show_past(self, moment: datetime) -> None:
        """Say which moment the map shows."""
        self._moment.setText(_with_seconds(moment))
        self.banner.setAccessibleName(_("Not now: the map shows {moment}").format(moment=format_moment(moment)))
        self._show(shown=True)

    def show_present(self) -> None:
        """The map shows the present again."""
        self._show(shown=False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the edge around everything."""
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

    def _made_banner(self) -> Surface:
        banner = Surface("warning")
        banner.setObjectName("past_banner")
        banner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        parts = row(banner, spacing_px=10)
        parts.setContentsMargins(12, 6, 12, 6)
        parts.addWidget(IconPicture(self._appearance, "history", size_px=20, tone="attention_text"))
        parts.addWidget(Text(self._appearance, _("NOT NOW"), style=Type.STRONG, tone=Level.ATTENTION))
        parts.addWidget(self._moment)
        note = _("Only the map shows the past; alarms, board and details are of now.")
        parts.addWidget(ElidedText(self._appearance, note, style=Type.SMALL, tone="muted"), 1)
        back = KeyButton(
            self._appearance, _("Back to now"), key="J", kind=Kind.PRIMARY, name="time_now", compact=True
        )
        back.clicked.connect(self.now_requested)
        parts.addWidget(back)
        return banner


def _with_seconds(moment: datetime) -> str:
    """The moment to the second, as in 24 Nov 2026 14.30.05 WIB."""
    day, _space, _rest = format_moment(moment).rpartition(" WIB")[0].rpartition(" ")
    return f"{day} {moment.astimezone(WIB):%H.%M.%S} WIB"
