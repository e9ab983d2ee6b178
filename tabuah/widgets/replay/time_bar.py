"""Time bar under the map: time slider, play and pause, steps, jumps, speed and span."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.replay.event_histogram import EventHistogram
from tabuah.widgets.replay.time_track import TimeTrack
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.icons import icon

SPEEDS: Final = (1, 10, 60, 600, 3600)
SPANS: Final = ("1", "6", "24", "72", "event")  # hours, or the selected incident


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBarState:
    """State of the replay; `status` is a text about what is loading or missing."""

    moment: datetime
    playing: bool
    speed: int
    span: str
    status: str = ""


class TimeBar(ThemedFrame):
    """Controls of the replay: state in by `show_…`, requests out by signals.

    Signals:
        moment_chosen: the moment that the user chose.
        play_requested: play, or pause.
        step_requested: one step back (-1) or forward (1).
        jump_requested: to the previous event (-1) or the next one (1).
        speed_chosen: replayed seconds per second.
        span_chosen: one of `SPANS`.
        now_requested: return to the present (Escape).
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
            ("jump", -1): self._button("jump-back", _("Previous event"), "["),
            ("step", -1): self._button("step-back", _("One step back"), ","),
            ("step", 1): self._button("step-forward", _("One step forward"), "."),
            ("jump", 1): self._button("jump-forward", _("Next event"), "]"),
        }
        speeds = tuple((str(speed), f"{speed}×") for speed in SPEEDS)
        self._speed = SegmentedControl(appearance, speeds, name="time_speed", label=_("Speed"))
        hours = tuple((span, _("{n} h").format(n=span)) for span in SPANS[:-1])
        spans = (*hours, (SPANS[-1], _("Incident")))
        self._span = SegmentedControl(appearance, spans, name="time_span", label=_("Time span"))
        self._status = ElidedText(appearance, "", style=TextStyle.SMALL, tone="muted")
        self._status.setObjectName("time_told")
        self._lay_out()
        self._connect()
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()
        self.setFocusProxy(self.track)

    def show_content(self, content: EventHistogram | None) -> None:
        self.track.show_content(content)

    def show_state(self, state: TimeBarState) -> None:
        self.track.show_moment(state.moment)
        self._icons[self._play] = "pause" if state.playing else "play"
        self._play.setChecked(state.playing)
        self._speed.show_current(str(state.speed))
        self._span.show_current(state.span)
        self._status.setText(state.status)
        self._status.setVisible(bool(state.status))
        self._style_button(self._play)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return to the present on Escape."""
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
        rows.addWidget(self._status)
        tools = FlowLayout(spacing_px=6)
        for part in (self._moves(), self._speed, self._span):
            tools.addWidget(part)
        rows.addLayout(tools)

    def _moves(self) -> QWidget:
        """Return the play button with steps and jumps at its sides."""
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

    def _apply_theme(self) -> None:
        palette = self._appearance.palette
        self.setStyleSheet(
            "QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px; }"
            f"QToolButton:hover {{ background: {mix(palette.panel, palette.text, 0.08)}; }}"
            f"QToolButton:pressed {{ background: {mix(palette.panel, palette.text, 0.16)}; }}"
            f"QToolButton#time_play {{ background: {palette.raised}; border: 1px solid {palette.line}; }}"
            f"QToolButton:focus {{ border: 1px solid {palette.accent}; }}"
        )
        for button in self._icons:
            self._style_button(button)

    def _style_button(self, button: QToolButton) -> None:
        side = self._appearance.px(18)
        button.setIcon(icon(self._icons[button], self._appearance.palette.text, side))
        button.setFixedSize(self._appearance.px(32), self._appearance.px(30))
