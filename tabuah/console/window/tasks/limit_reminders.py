"""Reminders of time limits: once when a limit is near, when it has run out, and when it is escalated."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.tasks.announced_limits import read_announced, write_announced
from tabuah.console.window.tasks.limit_items import LEVEL_OF_STAGE
from tabuah.operations.exercises.scope import REAL_WORLD, plain_code
from tabuah.operations.people.roles import CONTROL_ROOM
from tabuah.operations.people.scope import plain
from tabuah.operations.roster.duty import OnDuty, supervisor_on_duty
from tabuah.operations.tasks.decisions import is_of_author
from tabuah.operations.tasks.due_clocks import DueClock
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState, is_asked, limit_states
from tabuah.resources.localisation import _
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.tasks.limit_text import limit_detail, limit_title, reminder_title
from tabuah.widgets.alarms.sound_player import EXERCISE_TONES, AlarmTone

_LOOK_MS: Final = 10_000
_SOON_MS: Final = 1_000  # after a change: a look at ten thousand open incidents takes a tenth of a second
_PARTS: Final = frozenset({StatePart.TASKS, StatePart.INCIDENTS, StatePart.ROSTER})
# Minutes count for a short limit; one of days is office work, and makes no sound.
_SHORT_TONES: Final = {LimitStage.OVERDUE: AlarmTone.HIGH, LimitStage.ESCALATED: AlarmTone.CRITICAL}
_LONG_TONES: Final = {LimitStage.ESCALATED: AlarmTone.HIGH}


class Announce(Protocol):
    """Plays one tone; while the window is not active, it shows title and text on the desktop."""

    def __call__(self, title: str, text: str, *, tone: AlarmTone | None) -> None: ...


class LimitReminders(QObject):
    """Watches the limits that concern the user: all of them in the control room, else those of the own office.

    Limits of other exercises are never announced; real ones always are. An escalation is announced to the person
    that it asks.

    Args of the constructor:
        announce: plays one tone, none while the past is replayed.
        show: shows the limit with a key of `DueClock`, after the button of a notification.
        is_past: returns whether the map shows the past.
        is_locked: returns whether the window is locked: the desktop then shows numbers only.
    """

    def __init__(
        self,
        context: WindowContext,
        parent: QObject,
        *,
        announce: Announce,
        show: Callable[[str], None],
        is_past: Callable[[], bool],
        is_locked: Callable[[], bool],
    ) -> None:
        super().__init__(parent)
        self._context, self._announce, self._show = context, announce, show
        self._is_past, self._is_locked = is_past, is_locked
        self._known: frozenset[str] | None = None  # keys of limits with their stages; None before the first look
        self.last = ""  # key of the limit that was announced last
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.remind)
        self._timer.start()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.remind)
        context.state.changed.connect(self._on_state_changed)

    def remind(self) -> None:
        """Announce the stages that limits have reached since the last look; several at once in one message."""
        state = self._context.state
        if not state.is_loaded:
            return
        if self._known is None:
            self._known = read_announced(self._context.directory)
        now, everything = state.now(), state.everything
        found = limit_states(everything.incidents.values(), everything.tasks.values(), now)
        reached = {each.key: each for each in found if each.stage is not LimitStage.RUNNING}
        new = [each for key, each in reached.items() if key not in self._known]
        gone = self._known - reached.keys()
        self._known = frozenset(reached)
        if new or gone:
            directory, keys = self._context.directory, self._known
            self._context.work.run(
                lambda _none: write_announced(directory, keys), on_error=self._context.notifier.error
            )
        if new:
            self._announce_new(new, now)

    def close(self) -> None:
        self._timer.stop()
        self._soon.stop()
        self._context.state.changed.disconnect(self._on_state_changed)

    def _announce_new(self, new: Iterable[LimitState], now: datetime) -> None:
        snapshot = self._context.state.snapshot
        on_duty = supervisor_on_duty(snapshot.rosters.values(), snapshot.authority.users, now)
        listed = [each for each in new if self._concerns(each, on_duty)]
        for world in sorted({each.due.world for each in listed}):
            if not world.exercise or self._context.state.scope.includes(*world):
                self._announce_world([each for each in listed if each.due.world == world], on_duty, now)

    def _announce_world(self, states: Sequence[LimitState], on_duty: OnDuty, now: datetime) -> None:
        """Announce limits of one world in one message, with the tone of the most urgent one."""
        everything = self._context.state.everything
        worst = max(
            states, key=lambda each: (list(LimitStage).index(each.stage), each.is_short, now - each.due.due_at)
        )
        if len(states) == 1:
            incident = everything.incidents.get(worst.due.incident)
            title = limit_title(worst, incident.number if incident else "")
            text = limit_detail(worst, on_duty, now)
        else:
            title, text = reminder_title(states), ""
        mark = exercise_mark(worst.due, everything.exercises) or self._real_mark()
        title = " · ".join(filter(None, (mark, title)))
        self.last = worst.due.key
        self._context.notifier.point_out(
            title,
            level=LEVEL_OF_STAGE[worst.stage],
            next_step=" ".join(filter(None, (f"{text}." if text else "", _("Shift L shows the time limits.")))),
            label=_("Show"),
            show=partial(self._show, worst.due.key),
        )
        if self._is_locked():
            title, text = " · ".join(filter(None, (mark, reminder_title(states)))), ""
        if not self._is_past():
            self._announce(title, text, tone=max(map(_tone_of, states), key=list(AlarmTone).index))

    def _real_mark(self) -> str:
        """Return the mark of a real limit in the window of an exercise."""
        return _("REAL") if self._context.state.scope != REAL_WORLD else ""

    def _concerns(self, state: LimitState, on_duty: OnDuty) -> bool:
        snapshot = self._context.state.snapshot
        if state.stage is LimitStage.ESCALATED:
            return is_asked(state, actor=snapshot.actor, role=snapshot.role, on_duty=on_duty)
        if snapshot.role in CONTROL_ROOM:
            return True
        opd = snapshot.authority.office_of_user(snapshot.actor).opd
        owner = state.due.owner
        return is_of_author(owner, snapshot.actor, opd) if owner is not None else self._is_assigned(state.due, opd)

    def _is_assigned(self, due: DueClock, opd: str) -> bool:
        """Return whether the incident of a limit is assigned to an office or one of its units."""
        own = plain(opd)
        units = self._context.state.everything.units.values()
        names = {own, *(plain(plain_code(unit.id)) for unit in units if plain(unit.opd) == own)}
        return bool(own) and any(plain(name) in names for name in due.assigned)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS and not self._soon.isActive():
            self._soon.start()


def _tone_of(state: LimitState) -> AlarmTone:
    tones = _SHORT_TONES if state.is_short else _LONG_TONES
    tone = tones.get(state.stage, AlarmTone.NOTICE)
    return EXERCISE_TONES[tone] if state.due.exercise else tone
