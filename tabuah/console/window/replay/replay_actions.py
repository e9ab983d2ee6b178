"""Replay: the map shows past moments while everything else stays in the present."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from tabuah.console.window.replay.past_state import PastMarkers, PastState, read_past_state
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _, ngettext
from tabuah.text.incidents.incident_text import no_incident_reason
from tabuah.widgets.replay.event_histogram import event_histogram
from tabuah.widgets.replay.replay_frame import ReplayFrame
from tabuah.widgets.replay.time_bar import SPEEDS, TimeBar, TimeBarState

EVENT: Final = "event"
_FIRST_SPAN: Final = "6"
_FIRST_SPEED: Final = SPEEDS[3]
_TICK_MS: Final = 200  # the update rate of the map in the present
_STEPS: Final = 360  # of a whole period
_BEFORE_EVENT: Final = timedelta(hours=3)
_AFTER_EVENT: Final = timedelta(hours=1)
_LONGEST_EVENT: Final = timedelta(days=7)


class ReplayActions(QObject):
    """Holds the replayed moment. Markers are computed on a worker, the newest requested moment next."""

    def __init__(
        self, context: WindowContext, frame: ReplayFrame, bar: TimeBar, *, hold_map_updates: Callable[[bool], None]
    ) -> None:
        """Use `hold_map_updates` to suspend the updates of the present on the map."""
        super().__init__(frame)
        self._context, self._frame, self._bar = context, frame, bar
        self._hold_map_updates = hold_map_updates
        self._state: PastState | None = None
        self._moment: datetime | None = None
        self._span, self._speed, self._status = _FIRST_SPAN, _FIRST_SPEED, ""
        self._reading = 0  # number of the latest requested period; 0 in the present
        self._asked = 0
        self._drawing = self._outdated = False
        self._ticked_s = 0.0
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._on_tick)
        self._keys = [self._key(*each) for each in self._bindings()]
        self._connect()

    @property
    def moment(self) -> datetime | None:
        """The moment on the map; None in the present."""
        return self._moment

    @property
    def state(self) -> PastState | None:
        """The replayed period, once it is read."""
        return self._state

    @property
    def is_playing(self) -> bool:
        """Return whether time is running."""
        return self._clock.isActive()

    def toggle(self) -> None:
        """Start a replay, or return to the present."""
        if self._moment is None:
            self.show_span(self._span if self._span != EVENT or self._context.incident else _FIRST_SPAN)
        else:
            self.end()

    def show_span(self, span: str) -> None:
        """Replay the last hours, or the time of the selected incident."""
        stretch = self._stretch(span)
        if stretch is None:
            self._context.notifier.refuse(no_incident_reason())
            self._show_state()
            return
        self._span, (since, until) = span, stretch
        self._clock.stop()
        self._asked += 1
        self._reading = number = self._asked
        self._state, self._moment, self._status = None, since, _("Loading the replay …")
        self._set_held(held=True)
        self._bar.show_content(event_histogram(since, until, ()))
        self._show_state()
        directory, state = self._context.directory, self._context.state
        snapshot, scope = state.snapshot, state.scope
        self._context.work.run(
            lambda _context: read_past_state(
                directory,
                snapshot,
                scope=scope,
                since=since,
                until=until,
                is_cancelled=lambda: self._reading != number,
            ),
            on_done=lambda state: self._on_read(state, number),
            on_error=lambda error: self._on_failed(error, number),
        )

    def end(self) -> None:
        """Return to the present."""
        if self._moment is None:
            return
        self.close()
        self._set_held(held=False)
        self._frame.show_present()
        self._context.canvas.setFocus()

    def close(self) -> None:
        """Stop all work, when the window closes."""
        self._clock.stop()
        self._reading, self._state, self._moment, self._outdated = 0, None, None, False

    def play_or_pause(self) -> None:
        """Play, from the start if the end is reached; or pause."""
        if self._state is None or self._moment is None:
            return
        if self.is_playing:
            self._clock.stop()
        else:
            if self._moment >= self._state.until:
                self._go(self._state.since)
            self._ticked_s = monotonic()
            self._clock.start()
        self._show_state()

    def go_to(self, moment: datetime) -> None:
        """Pause and show a moment."""
        self._clock.stop()
        self._go(moment)

    def step(self, way: int) -> None:
        """Move one step back or forward."""
        if self._state is not None and self._moment is not None:
            self.go_to(self._moment + way * (self._state.until - self._state.since) / _STEPS)

    def jump(self, way: int) -> None:
        """Move to the previous or next event, or to an end of the period."""
        if self._state is None or self._moment is None:
            return
        stops = self._state.stops
        index = bisect_right(stops, self._moment) if way > 0 else bisect_left(stops, self._moment) - 1
        inside = 0 <= index < len(stops)
        self.go_to(stops[index] if inside else self._state.until if way > 0 else self._state.since)

    def choose_speed(self, speed: int) -> None:
        """Set the number of replayed seconds in one second."""
        self._speed = speed
        self._show_state()

    def _stretch(self, span: str) -> tuple[datetime, datetime] | None:
        now = self._context.state.now()
        if span != EVENT:
            return now - timedelta(hours=int(span)), now
        incident = self._context.incident
        if incident is None:
            return None
        since = min(incident.occurred_at, incident.reported_at) - _BEFORE_EVENT
        end = now if incident.is_open else min(now, incident.updated_at + _AFTER_EVENT)
        return since, min(end, since + _LONGEST_EVENT)

    def _on_read(self, state: PastState | None, number: int) -> None:
        if state is None or number != self._reading:
            return
        self._state = state
        self._status = ""
        if state.incomplete:
            status = ngettext(
                "Older entries of {n} subject are not here; it is shown as it is now.",
                "Older entries of {n} subjects are not here; they are shown as they are now.",
                state.incomplete,
            )
            self._status = status.format(n=state.incomplete)
        marks = ((each.at, LEVEL_OF_ALARM[each.severity]) for each in state.events)
        self._bar.show_content(event_histogram(state.since, state.until, marks))
        self._go(state.since)

    def _on_failed(self, error: Exception, number: int) -> None:
        self._drawing = False
        if number == self._reading:
            self.end()
        self._context.notifier.error(error)

    def _on_tick(self) -> None:
        if self._state is None or self._moment is None:
            return
        now_s = monotonic()
        passed = timedelta(seconds=(now_s - self._ticked_s) * self._speed)
        self._ticked_s = now_s
        self._go(self._moment + passed)
        if self._moment >= self._state.until:
            self._clock.stop()
            self._show_state()

    def _go(self, moment: datetime) -> None:
        if self._state is not None:
            self._moment = max(self._state.since, min(moment, self._state.until))
            self._show_state()
            self._draw()

    def _draw(self) -> None:
        """Request the markers of the moment; of the moments requested meanwhile, only the newest is next."""
        state, moment, number = self._state, self._moment, self._reading
        if state is None or moment is None:
            return
        if self._drawing:
            self._outdated = True
            return
        self._drawing, self._outdated = True, False
        self._context.work.run(
            lambda _context: state.picture_at(moment),
            on_done=lambda picture: self._on_drawn(picture, number),
            on_error=lambda error: self._on_failed(error, number),
        )

    def _on_drawn(self, picture: PastMarkers, number: int) -> None:
        self._drawing = False
        if number == self._reading and self._moment is not None:
            self._context.canvas.show_moment(
                picture.stations,
                picture.incidents,
                picture.units,
                data_age=picture.data_age,
            )
        if self._outdated:
            self._draw()

    def _set_held(self, *, held: bool) -> None:
        self._hold_map_updates(held)
        for key in self._keys:
            key.setEnabled(held)

    def _show_state(self) -> None:
        if self._moment is None:
            return
        state = TimeBarState(
            moment=self._moment, playing=self.is_playing, speed=self._speed, span=self._span, status=self._status
        )
        self._bar.show_state(state)
        self._frame.show_past(self._moment)

    def _bindings(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return (
            ("Space", self.play_or_pause),
            (",", lambda: self.step(-1)),
            (".", lambda: self.step(1)),
            ("[", lambda: self.jump(-1)),
            ("]", lambda: self.jump(1)),
        )

    def _key(self, key: str, slot: Callable[[], None]) -> QShortcut:
        """Return a shortcut that is active only in the past, on the map and its bar."""
        shortcut = QShortcut(QKeySequence(key), self._frame)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setEnabled(False)
        shortcut.activated.connect(slot)
        return shortcut

    def _connect(self) -> None:
        bar = self._bar
        bar.moment_chosen.connect(self.go_to)
        bar.play_requested.connect(self.play_or_pause)
        bar.step_requested.connect(self.step)
        bar.jump_requested.connect(self.jump)
        bar.speed_chosen.connect(self.choose_speed)
        bar.span_chosen.connect(self.show_span)
        bar.now_requested.connect(self.end)
        self._frame.now_requested.connect(self.end)
