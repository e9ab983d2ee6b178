"""The time limits that have run out since the last look: each notifies once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.scope import SEPARATOR
from tabuah.operations.notices.recipients import NoticeEvent, due_event
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings
from tabuah.operations.tasks.due_clocks import DueClock, due_clocks
from tabuah.operations.tasks.task import MAX_OWNER, OwnerKind, Task, TaskOwner
from tabuah.operations.units.unit import Unit
from tabuah.resources.fault_isolation import handle_each
from tabuah.server.notices.journal_facts import JournalFacts
from tabuah.server.notices.notice_events import OLDEST_NEWS
from tabuah.server.notices.notice_queue import NoticeQueue

LOOK_EVERY: Final = timedelta(seconds=10)


class DueEvents(msgspec.Struct, frozen=True):
    """The keys of all limits that have run out, and the events of those that the queue did not know."""

    keys: frozenset[str]
    events: tuple[NoticeEvent, ...]


class DueLimits:
    """Compares the limits that have run out with those that the queue knows.

    Limits that had run out before the first look notify nobody: a new or restored queue knows none of them.
    """

    def __init__(self, facts: JournalFacts, queue: NoticeQueue) -> None:
        self._facts, self._queue = facts, queue
        self._looked_at: datetime | None = None

    def find(self, now: datetime) -> DueEvents | None:
        """Return the present limits and the new ones; None if the last look was a moment ago, or nothing changed."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_EVERY:
            return None
        self._looked_at = now
        present = {f"{due.subject} {due_entry(due)}": due for due in self._present(now)}
        known = self._queue.known_limits()
        if known is None:
            return DueEvents(frozenset(present), ())
        if known == present.keys():
            return None
        new = (due for key, due in present.items() if key not in known)
        return DueEvents(frozenset(present), tuple(self._event_of(due, now) for due in new))

    def _present(self, now: datetime) -> list[DueClock]:
        """Return the limits that have run out; a damaged incident or task does not hide the others."""
        incidents, tasks = self._facts.open_incidents.values(), self._facts.open_tasks.values()
        found = [
            *handle_each("limit", incidents, lambda each: due_clocks((each,), (), now), name=lambda each: each.id),
            *handle_each("limit", tasks, lambda each: self._of_task(each, now), name=lambda each: each.id),
        ]
        return [due for each in found for due in each]

    def _of_task(self, task: Task, now: datetime) -> tuple[DueClock, ...]:
        incident = self._facts.incident_of(task.incident)
        survivor = self._facts.incident_of(incident.merged_into) if incident is not None else None
        known = (each for each in (incident, survivor) if each is not None)
        return tuple(due for due in due_clocks(known, (task,), now) if due.task)

    def _event_of(self, due: DueClock, now: datetime) -> NoticeEvent:
        owners = (due.owner,) if due.owner is not None else tuple(self._assigned(due))
        event = due_event(due, self._facts.incident_of(due.incident), owners, entry=due_entry(due))
        return msgspec.structs.replace(event, is_late=now - due.due_at > OLDEST_NEWS)

    def _assigned(self, due: DueClock) -> Iterator[TaskOwner]:
        """Yield what an incident is assigned to: a unit with its office, or an office."""
        for text in due.assigned:
            code = f"{due.exercise_id}{SEPARATOR}{text}" if due.exercise_id else text
            unit = self._facts.value_of(subject_of("unit", code))
            opd = unit.opd if isinstance(unit, Unit) else text
            yield TaskOwner(kind=OwnerKind.UNIT, name=text[:MAX_OWNER], opd=opd[:MAX_OWNER])


def due_entry(due: DueClock) -> str:
    """Identify a limit of a subject with its time: a limit that was put off may run out once more."""
    return f"{due.key.removeprefix(f'{due.subject}/')}/{due.due_at.isoformat()}"


def follows_limits(settings: NoticeSettings) -> bool:
    """Return whether a rule notifies of limits; else nothing is loaded or compared."""
    return any(NoticeOccasion.DUE in rule.occasions for rule in settings.recipient)
