"""Reminders of overdue tasks: once for each limit, with a notification and one tone."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.operations.people.roles import CONTROL_ROOM
from tabuah.operations.tasks.decisions import is_of_author
from tabuah.operations.tasks.task import Task
from tabuah.operations.tasks.task_list import sort_tasks
from tabuah.resources.localisation import _
from tabuah.text.tasks.task_text import due_text, late_text, owner_text

_LOOK_MS: Final = 10_000
_Limit = tuple[str, datetime | None]


class TaskReminders(QObject):
    """Watches the limits of the tasks that concern the user: all of them in the control room, else the own ones.

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
        self._known: frozenset[_Limit] = frozenset()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.remind)
        self._timer.start()
        state.changed.connect(self._on_state_changed)

    def remind(self) -> None:
        """Announce the tasks that have become overdue since the last look; several at once in one message."""
        now = self._state.now()
        late = [task for task in self._state.snapshot.tasks.values() if task.is_overdue(now) and self._concerns(task)]
        limits = {(task.id, task.next_due_at): task for task in late}
        new = sort_tasks((task for limit, task in limits.items() if limit not in self._known), now)
        self._known = frozenset(limits)
        if new:
            title = late_text(len(new))
            text = _describe(new[0], now) if len(new) == 1 else _("Ctrl Shift D shows them.")
            self._notifier.warn(title, next_step=text)
            self._announce(title, text)

    def close(self) -> None:
        self._timer.stop()
        self._state.changed.disconnect(self._on_state_changed)

    def _concerns(self, task: Task) -> bool:
        snapshot = self._state.snapshot
        opd = snapshot.authority.office_of_user(snapshot.actor).opd
        return snapshot.role in CONTROL_ROOM or is_of_author(task.owner, snapshot.actor, opd)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.TASKS in parts:
            self.remind()


def _describe(task: Task, now: datetime) -> str:
    return f"{task.what} · {owner_text(task.owner)} · {due_text(task, now)}"
