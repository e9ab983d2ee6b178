"""Replaying: the map goes through the past while everything else stays in the present; one key comes back."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from tabuah.console.window.past_room import PastPicture, PastRoom, read_past
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.timeline.past_frame import PastFrame
from tabuah.widgets.timeline.time_bar import SPEEDS, TimeBar, TimeBarState
from tabuah.widgets.timeline.track_content import track_content

EVENT: Final = "event"
_FIRST_SPAN: Final = "6"
_FIRST_SPEED: Final = SPEEDS[3]
_TICK_MS: Final = 200  # as often as the map of the present shows new readings
_STEPS: Final = 360  # of a whole line
_BEFORE_EVENT: Final = timedelta(hours=3)
_AFTER_EVENT: Final = timedelta(hours=1)
_LONGEST_EVENT: Final = timedelta(days=7)


class Replaying(QObject):
    """Holds the moment; pictures of it are made on the worker, the newest wanted one next."""

    def __init__(self, place: Workplace, frame: PastFrame, bar: TimeBar) -> None:
        super().__init__(frame)
        self._at, self._frame, self._bar = place, frame, bar
        self.hold_map: Callable[[bool], None] = lambda _held: None  # the present keeps its hands off the map
        self._room: PastRoom | None = None
        self._moment: datetime | None = None
        self._span, self._speed, self._told = _FIRST_SPAN, _FIRST_SPEED, ""
        self._reading = 0  # which stretch of time was asked for last; 0 in the present
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
        """The moment that the map shows; None in the present."""
        return self._moment

    @property
    def room(self) -> PastRoom | None:
        """The stretch of time that is replayed, once it was read."""
        return self._room

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._clock.isActive()

    def toggle(self) -> None:
        """Into the past, or back to now."""
        if self._moment is None:
            self.show_span(self._span if self._span != EVENT or self._at.incident else _FIRST_SPAN)
        else:
            self.end()

    def show_span(self, span: str) -> None:
        """Replay the last hours, or the time of the incident that is looked at."""
        stretch = self._stretch(span)
        if stretch is None:
            self._at.teller.refuse(_("Choose an incident first."))
            self._show_state()
            return
        self._span, (since, until) = span, stretch
        self._clock.stop()
        self._asked += 1
        self._reading = number = self._asked
        self._room, self._moment, self._told = None, since, _("The past is being read …")
        self._set_held(held=True)
        self._bar.show_content(track_content(since, until, ()))
        self._show_state()
        directory, snapshot = self._at.directory, self._at.room.snapshot
        self._at.work.run(
            lambda _context: read_past(
                directory, snapshot, since=since, until=until, given_up=lambda: self._reading != number
            ),
            on_done=lambda room: self._on_read(room, number),
            on_error=lambda error: self._on_failed(error, number),
        )

    def end(self) -> None:
        """Back to now."""
        if self._moment is None:
            return
        self.close()
        self._set_held(held=False)
        self._frame.show_present()
        self._at.canvas.setFocus()

    def close(self) -> None:
        """The window goes: read and draw nothing more."""
        self._clock.stop()
        self._reading, self._room, self._moment, self._outdated = 0, None, None, False

    def play_or_pause(self) -> None:
        """Let time go on, from the beginning where it has come to its end; or stop it."""
        if self._room is None or self._moment is None:
            return
        if self.is_playing:
            self._clock.stop()
        else:
            if self._moment >= self._room.until:
                self._go(self._room.since)
            self._ticked_s = monotonic()
            self._clock.start()
        self._show_state()

    def go_to(self, moment: datetime) -> None:
        """Show a moment; time stops."""
        self._clock.stop()
        self._go(moment)

    def step(self, way: int) -> None:
        """One step back or on."""
        if self._room is not None and self._moment is not None:
            self.go_to(self._moment + way * (self._room.until - self._room.since) / _STEPS)

    def jump(self, way: int) -> None:
        """To the event before or the next one; to an end of the line where there is none."""
        if self._room is None or self._moment is None:
            return
        stops = self._room.stops
        index = bisect_right(stops, self._moment) if way > 0 else bisect_left(stops, self._moment) - 1
        inside = 0 <= index < len(stops)
        self.go_to(stops[index] if inside else self._room.until if way > 0 else self._room.since)

    def choose_speed(self, speed: int) -> None:
        """How many seconds pass in one."""
        self._speed = speed
        self._show_state()

    def _stretch(self, span: str) -> tuple[datetime, datetime] | None:
        now = self._at.room.now()
        if span != EVENT:
            return now - timedelta(hours=int(span)), now
        incident = self._at.incident
        if incident is None:
            return None
        since = min(incident.occurred_at, incident.reported_at) - _BEFORE_EVENT
        end = now if incident.is_open else min(now, incident.updated_at + _AFTER_EVENT)
        return since, min(end, since + _LONGEST_EVENT)

    def _on_read(self, room: PastRoom | None, number: int) -> None:
        if room is None or number != self._reading:
            return
        self._room = room
        self._told = ""
        if room.incomplete:
            told = ngettext(
                "Older entries of {n} subject are not here; it is shown as it is now.",
                "Older entries of {n} subjects are not here; they are shown as they are now.",
                room.incomplete,
            )
            self._told = told.format(n=room.incomplete)
        marks = ((each.at, LEVEL_OF_ALARM[each.severity]) for each in room.happenings)
        self._bar.show_content(track_content(room.since, room.until, marks))
        self._go(room.since)

    def _on_failed(self, error: Exception, number: int) -> None:
        self._drawing = False
        if number == self._reading:
            self.end()
        self._at.teller.error(error)

    def _on_tick(self) -> None:
        if self._room is None or self._moment is None:
            return
        now_s = monotonic()
        passed = timedelta(seconds=(now_s - self._ticked_s) * self._speed)
        self._ticked_s = now_s
        self._go(self._moment + passed)
        if self._moment >= self._room.until:
            self._clock.stop()
            self._show_state()

    def _go(self, moment: datetime) -> None:
        if self._room is not None:
            self._moment = max(self._room.since, min(moment, self._room.until))
            self._show_state()
            self._draw()

    def _draw(self) -> None:
        """Ask for the picture of the moment; while one is made, only the newest moment is asked for after it."""
        room, moment, number = self._room, self._moment, self._reading
        if room is None or moment is None:
            return
        if self._drawing:
            self._outdated = True
            return
        self._drawing, self._outdated = True, False
        self._at.work.run(
            lambda _context: room.picture_at(moment),
            on_done=lambda picture: self._on_drawn(picture, number),
            on_error=lambda error: self._on_failed(error, number),
        )

    def _on_drawn(self, picture: PastPicture, number: int) -> None:
        self._drawing = False
        if number == self._reading and self._moment is not None:
            self._at.canvas.show_moment(
                picture.stations,
                picture.incidents,
                picture.units,
                data_age=picture.data_age,
                exercise=picture.exercise,
            )
        if self._outdated:
            self._draw()

    def _set_held(self, *, held: bool) -> None:
        self.hold_map(held)
        for key in self._keys:
            key.setEnabled(held)

    def _show_state(self) -> None:
        if self._moment is None:
            return
        state = TimeBarState(
            moment=self._moment, playing=self.is_playing, speed=self._speed, span=self._span, told=self._told
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
        """A key that means something only in the past, and only on the map and its bar."""
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
