"""Time bar under the map: track and slider, play and pause, steps, jumps, speed and span."""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from tabuah.resources.localisation import _, format_moment, format_time
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.replay.event_histogram import BINS, LEVELS, EventHistogram
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour, with_alpha
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon

_PAD_PX: Final = 14
_PAGES: Final = 12  # Page Up and Down move a twelfth of the span


class TimeTrack(QWidget):
    """Slider through time: arrows step, Page Up and Down step further, Home and End go to the ends.

    Signals:
        moment_chosen: the moment that the user chose.
    """

    moment_chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("time_track")
        self.setAccessibleName(_("Moment shown on the map"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._appearance = appearance
        self._content: EventHistogram | None = None
        self._moment: datetime | None = None
        appearance.changed.connect(self._on_appearance_changed)

    def show_content(self, content: EventHistogram | None) -> None:
        """Show a histogram; None while it is loading."""
        self._content = content
        self.update()

    def show_moment(self, moment: datetime) -> None:
        """Move the mark to a moment without emitting a signal."""
        if moment != self._moment:
            self._moment = moment
            self.setAccessibleDescription(format_moment(moment))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._appearance.px(52))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the keys of a slider."""
        content, moment = self._content, self._moment
        if content is None or moment is None:
            return
        piece = content.span / BINS
        wanted = {
            int(Qt.Key.Key_Left): moment - piece,
            int(Qt.Key.Key_Right): moment + piece,
            int(Qt.Key.Key_PageDown): moment - content.span / _PAGES,
            int(Qt.Key.Key_PageUp): moment + content.span / _PAGES,
            int(Qt.Key.Key_Home): content.since,
            int(Qt.Key.Key_End): content.until,
        }.get(event.key())
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._choose(content, wanted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._content is not None:
                self._paint_bars(painter, self._content)
                self._paint_ticks(painter, self._content)
                self._paint_mark(painter, self._content)
        finally:
            painter.end()

    def _line(self) -> QRectF:
        """Return the rectangle of the histogram bars."""
        return QRectF(_PAD_PX, 4, self.width() - 2 * _PAD_PX, self.height() - self._appearance.px(20))

    def _paint_bars(self, painter: QPainter, content: EventHistogram) -> None:
        palette, line = self._appearance.palette, self._line()
        shown = content.share_of(self._moment) if self._moment else 0.0
        painter.fillRect(line, QColor(palette.raised))
        painter.fillRect(QRectF(line.topLeft(), QPointF(line.left() + shown * line.width(), line.bottom())),
                         QColor(mix(palette.raised, palette.accent, 0.16)))  # fmt: skip
        most, width = max(1, *(sum(counts) for counts in content.counts)), line.width() / BINS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for number, counts in enumerate(content.counts):
            y = line.bottom()
            for level, count in zip(LEVELS, counts, strict=True):
                height = (
                    max(2.0, (line.height() - 3) * (count / most) ** 0.5 * count / max(1, sum(counts)))
                    if count
                    else 0
                )
                bar = QRectF(line.left() + number * width, y - height, max(1.0, width - 1), height)
                colour = with_alpha(level_colour(palette, level), 1.0 if (number + 0.5) / BINS <= shown else 0.5)
                painter.fillRect(bar, colour)
                y -= height
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_ticks(self, painter: QPainter, content: EventHistogram) -> None:
        palette, line = self._appearance.palette, self._line()
        painter.setFont(self._appearance.font(TextStyle.CAPTION))
        for tick in content.ticks():
            x = line.left() + content.share_of(tick) * line.width()
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QPointF(x, line.bottom()), QPointF(x, line.bottom() + 4))
            painter.setPen(QColor(palette.muted))
            words = QRectF(x - 40, line.bottom() + 3, 80, self.height() - line.bottom() - 3)
            if 30 < x < self.width() - 30:
                painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), format_time(tick, zone=False))

    def _paint_mark(self, painter: QPainter, content: EventHistogram) -> None:
        if self._moment is None:
            return
        palette, line = self._appearance.palette, self._line()
        x = line.left() + content.share_of(self._moment) * line.width()
        painter.setPen(QPen(QColor(palette.text), 2))
        painter.drawLine(QPointF(x, 1), QPointF(x, line.bottom() + 2))
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.panel), 2))
        painter.setBrush(QColor(palette.text))
        painter.drawEllipse(QPointF(x, line.bottom()), 6, 6)

    def _choose_at(self, x_px: float) -> None:
        if self._content is not None:
            line = self._line()
            self._choose(self._content, self._content.moment_at((x_px - line.left()) / line.width()))

    def _choose(self, content: EventHistogram, moment: datetime) -> None:
        kept = max(content.since, min(moment, content.until))
        kept -= timedelta(microseconds=kept.microsecond) if content.since < kept < content.until else timedelta()
        self.show_moment(kept)
        self.moment_chosen.emit(kept)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


SPEEDS: Final = (1, 10, 60, 600, 3600)
SPANS: Final = ("1", "6", "24", "72", "event")  # hours, or the selected incident


class TimeBarState(msgspec.Struct, frozen=True, kw_only=True):
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
