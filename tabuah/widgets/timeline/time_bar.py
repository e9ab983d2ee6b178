"""The bar under the map while the past is replayed: the line, play and pause, steps, jumps, speed and span."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import ElidedText
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.icons import icon
from tabuah.widgets.timeline.time_track import TimeTrack
from tabuah.widgets.timeline.track_content import TrackContent

SPEEDS: Final = (1, 10, 60, 600, 3600)
SPANS: Final = ("1", "6", "24", "72", "event")  # hours, or the incident that is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBarState:
    """How the replay stands; `told` says what is being read or what is missing, in words."""

    moment: datetime
    playing: bool
    speed: int
    span: str
    told: str = ""


class TimeBar(Surface):
    """Values in by `show_…`, wishes out.

    Signals:
        moment_chosen: the moment a person went to.
        play_requested: play, or pause.
        step_requested: one step back (-1) or on (1).
        jump_requested: to the event before (-1) or the next one (1).
        speed_chosen: how many seconds pass in one.
        span_chosen: one of `SPANS`.
        now_requested: back to the present (Escape).
    """

    moment_chosen = Signal(object)
    play_requested = Signal()
    step_requested = Signal(int)
    jump_requested = Signal(int)
    speed_chosen = Signal(int)
    span_chosen = Signal(str)
    now_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("time_bar")
        self._appearance = appearance
        self.track = TimeTrack(appearance)
        self._icons: dict[QToolButton, str] = {}
        self._play = self._button("play", _("Play or pause"), "Space")
        self._buttons = {
            ("jump", -1): self._button("jump-back", _("Event before"), "["),
            ("step", -1): self._button("step-back", _("One step back"), ","),
            ("step", 1): self._button("step-forward", _("One step on"), "."),
            ("jump", 1): self._button("jump-forward", _("Next event"), "]"),
        }
        speeds = tuple((str(speed), f"{speed}×") for speed in SPEEDS)
        self._speed = Segments(appearance, speeds, name="time_speed", label=_("Speed"))
        hours = tuple((span, _("{n} h").format(n=span)) for span in SPANS[:-1])
        spans = (*hours, (SPANS[-1], _("Incident")))
        self._span = Segments(appearance, spans, name="time_span", label=_("How far back"))
        self._told = ElidedText(appearance, "", style=Type.SMALL, tone="muted")
        self._told.setObjectName("time_told")
        self._lay_out()
        self._connect()
        appearance.changed.connect(self._dress)
        self._dress()
        self.setFocusProxy(self.track)

    def show_content(self, content: TrackContent | None) -> None:
        """Show another line."""
        self.track.show_content(content)

    def show_state(self, state: TimeBarState) -> None:
        """Show how the replay stands."""
        self.track.show_moment(state.moment)
        self._icons[self._play] = "pause" if state.playing else "play"
        self._play.setChecked(state.playing)
        self._speed.show_current(str(state.speed))
        self._span.show_current(state.span)
        self._told.setText(state.told)
        self._told.setVisible(bool(state.told))
        self._dress_button(self._play)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape goes back to now."""
        if event.key() == Qt.Key.Key_Escape:
            self.now_requested.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, name: str, words: str, key: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"time_{name}")
        button.setAccessibleName(words)
        button.setToolTip(f"{words} ({key})")
        button.setAutoRepeat(name.startswith("step"))
        button.setCheckable(name == "play")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = name
        return button

    def _lay_out(self) -> None:
        rows = column(self, spacing_px=4)
        rows.setContentsMargins(10, 6, 10, 8)
        rows.addWidget(self.track)
        rows.addWidget(self._told)
        tools = FlowLayout(spacing_px=6)
        for part in (self._moves(), self._speed, self._span):
            tools.addWidget(part)
        rows.addLayout(tools)

    def _moves(self) -> QWidget:
        """Play in the middle, steps and jumps at its sides."""
        group = QWidget()
        parts = row(group, spacing_px=2)
        order = (("jump", -1), ("step", -1), None, ("step", 1), ("jump", 1))
        for key in order:
            parts.addWidget(self._play if key is None else self._buttons[key])
        return group

    def _connect(self) -> None:
        self.track.moment_chosen.connect(self.moment_chosen)
        self._play.clicked.connect(self.play_requested)
        for button in self._buttons.values():
            button.clicked.connect(self._on_button_clicked)
        self._speed.chosen.connect(self._on_speed_chosen)
        self._span.chosen.connect(self.span_chosen)

    def _on_button_clicked(self) -> None:
        kind, way = next(key for key, button in self._buttons.items() if button is self.sender())
        (self.step_requested if kind == "step" else self.jump_requested).emit(way)

    def _on_speed_chosen(self, code: str) -> None:
        self.speed_chosen.emit(int(code))

    def _dress(self) -> None:
        palette = self._appearance.palette
        self.setStyleSheet(
            "QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px; }"
            f"QToolButton:hover {{ background: {mix(palette.panel, palette.text, 0.08)}; }}"
            f"QToolButton:pressed {{ background: {mix(palette.panel, palette.text, 0.16)}; }}"
            f"QToolButton#time_play {{ background: {palette.raised}; border: 1px solid {palette.line}; }}"
            f"QToolButton:focus {{ border: 1px solid {palette.accent}; }}"
        )
        for button in self._icons:
            self._dress_button(button)

    def _dress_button(self, button: QToolButton) -> None:
        side = self._appearance.px(18)
        button.setIcon(icon(self._icons[button], self._appearance.palette.text, side))
        button.setFixedSize(self._appearance.px(32), self._appearance.px(30))
