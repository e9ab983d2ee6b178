"""Reminders of crews that were not heard: once for each missed check-in, with a notification and one tone."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.people.roles import CONTROL_ROOM, WORKERS
from tabuah.operations.units.check_ins import CheckInClock, overdue_crews
from tabuah.operations.units.known_units import UnitActivity, unit_activities
from tabuah.operations.units.subject import is_of_opd
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.text.units.check_in_text import describe_overdue_crew, describe_overdue_crews

_LOOK_MS: Final = 10_000
_PARTS: Final = frozenset({StatePart.UNITS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD})
_Missed = tuple[str, datetime, int]  # unit, due time and number of missed check-ins


class CheckInReminders(QObject):
    """Watches the check-ins of the crews that concern the user: all in the control room, else those of the own OPD.

    Crews of the real world are watched also while the window shows an exercise.

    Args of the constructor:
        state: the console state.
        notifier: shows the notification.
        announce: plays one tone and, if the window is not active, shows a desktop notification of title and text.
    """

    def __init__(
        self, state: ConsoleState, notifier: Notifier, announce: Callable[[str, str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._notifier, self._announce = state, notifier, announce
        self._known: frozenset[_Missed] = frozenset()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.remind)
        self._timer.start()
        state.changed.connect(self._on_state_changed)

    def remind(self) -> None:
        """Announce the check-ins that were missed since the last look; several at once in one message."""
        now = self._state.now()
        late = overdue_crews(filter(self._concerns, self._activities()), current_regency(), now)
        missed = {_missed_of(activity, clock, now): (activity, clock) for activity, clock in late}
        new = [crew for key, crew in missed.items() if key not in self._known]
        self._known = frozenset(missed)
        if new:
            exercises = self._state.everything.exercises
            title = describe_overdue_crews([activity for activity, _clock in new])
            text = describe_overdue_crew(*new[0], now, exercises) if len(new) == 1 else ""
            advice = _("Call by radio. Ctrl U shows the units; Shift R records the check-in of the selected one.")
            self._notifier.warn(" · ".join(part for part in (title, text) if part), next_step=advice)
            self._announce(title, text or advice)

    def close(self) -> None:
        self._timer.stop()
        self._state.changed.disconnect(self._on_state_changed)

    def _activities(self) -> Iterator[UnitActivity]:
        """Yield the crews of the world of the window, and those of the real world."""
        everything, scope = self._state.everything, self._state.scope
        for world in (scope, *((REAL_WORLD,) if scope.is_exercise else ())):
            units = {unit.id: unit for unit in world.select(everything.units.values())}
            yield from unit_activities(units, world.select(everything.incidents.values()))

    def _concerns(self, activity: UnitActivity) -> bool:
        snapshot = self._state.snapshot
        if snapshot.role in CONTROL_ROOM:
            return True
        opd = snapshot.authority.office_of_user(snapshot.actor).opd
        return snapshot.role in WORKERS and is_of_opd(activity.unit, opd)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self.remind()


def _missed_of(activity: UnitActivity, clock: CheckInClock, now: datetime) -> _Missed:
    return activity.unit.id, clock.due_at, clock.missed(now)
