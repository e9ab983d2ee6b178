"""The events in new entries of which contacts may be notified: alarms, escalations, work, requests for help."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.alarms.entry_bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.entries import SERVER_ACTOR, Entry, Verdict, subject_kind
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import RELEASED_KIND, EntryReleased
from tabuah.operations.notices.recipients import NoticeEvent, alarm_event, dispatch_event, help_event, task_event
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings
from tabuah.operations.tasks.entry_bodies import TaskAdded, TaskChanged, TaskReopened
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.entry_bodies import UnitHelpRequested, UnitMoved
from tabuah.operations.units.help_requests import unanswered_help
from tabuah.operations.units.unit import Unit, UnitState
from tabuah.server.notices.journal_facts import JournalFacts
from tabuah.storage.journal.wire import Record, decode_entry

EVENT_SUBJECTS: Final = ("alarm", "unit", "task")
OLDEST_NEWS: Final = timedelta(hours=6)  # of an entry, also one of an office that was offline
_KINDS: Final = frozenset(
    {
        *("alarm.raised", "alarm.escalated", "unit.moved", "unit.help_requested"),
        *("task.added", "task.changed", "task.reopened", RELEASED_KIND),
    }
)


class NoticeEvents:
    """Finds the event in an entry; the facts have learned of the entry before."""

    def __init__(self, facts: JournalFacts, settings: NoticeSettings) -> None:
        self._facts, self._settings = facts, settings

    def event_of(self, record: Record, now: datetime) -> NoticeEvent | None:
        """Return the event of an accepted entry; None where nobody has to learn of it, or not any more."""
        entry = decode_entry(record.text)
        is_event = entry.kind in _KINDS and subject_kind(entry.subject) in EVENT_SUBJECTS
        if not is_event or record.verdict is not Verdict.ACCEPTED:
            return None
        written_at = entry.at
        try:
            body = decode_body(entry)
            if isinstance(body, EntryReleased):
                released = self._facts.find_entry(entry.subject, body.entry)
                if released is None or released.kind == RELEASED_KIND:
                    return None
                # A supervisor decides now. The server only finds that an older entry can be used.
                written_at = released.at if entry.actor == SERVER_ACTOR else entry.at
                entry, body = released, decode_body(released)
        except MalformedBody:
            return None
        is_late = now - min(written_at, record.received_at) > OLDEST_NEWS
        found = self._read(entry, body)
        return msgspec.structs.replace(found, is_late=is_late) if found is not None else None

    def _read(self, entry: Entry, body: msgspec.Struct) -> NoticeEvent | None:
        match body:
            case AlarmRaised() | AlarmEscalated():
                return self._alarm_event(entry, body)
            case UnitMoved() if body.to is UnitState.ASSIGNED and body.incident:
                return self._dispatch_event(entry)
            case UnitHelpRequested():
                return self._help_event(entry)
            case TaskAdded() | TaskChanged() | TaskReopened():
                return self._task_event(entry, body)
        return None

    def _alarm_event(self, entry: Entry, body: AlarmRaised | AlarmEscalated) -> NoticeEvent | None:
        alarm = self._facts.alarm_of(entry.subject)
        if alarm is None or alarm.acknowledged_at is not None:
            return None
        kecamatan, nagari = self._facts.place_of(alarm) if self._needs_places else ("", "")
        event = alarm_event(alarm, kecamatan=kecamatan, nagari=nagari)
        if not isinstance(body, AlarmEscalated):
            return event
        return msgspec.structs.replace(
            event, occasion=NoticeOccasion.ESCALATION, step=body.step, to=body.to, person=body.person
        )

    @property
    def _needs_places(self) -> bool:
        """Whether the place of an alarm decides anything: its lookup loads the map."""
        return any(rule.kecamatan for rule in self._settings.recipient) or any(
            not contact.is_regency_wide for contact in self._facts.contacts.values()
        )

    def _dispatch_event(self, entry: Entry) -> NoticeEvent | None:
        unit = self._facts.value_of(entry.subject)
        if not isinstance(unit, Unit) or unit.state_entry != entry.id:
            return None  # the unit is on its way already, or a later step of it was known
        return dispatch_event(unit, self._facts.incident_of(unit.incident))

    def _help_event(self, entry: Entry) -> NoticeEvent | None:
        unit = self._facts.value_of(entry.subject)
        request = unanswered_help(unit, entry.id) if isinstance(unit, Unit) else None
        if request is None or not isinstance(unit, Unit):
            return None  # acknowledged or ended already
        return help_event(unit, request, self._facts.incident_of(request.incident))

    def _task_event(self, entry: Entry, body: TaskAdded | TaskChanged | TaskReopened) -> NoticeEvent | None:
        task = self._facts.value_of(entry.subject)
        if not isinstance(task, Task) or (isinstance(body, TaskChanged) and body.owner is msgspec.UNSET):
            return None
        is_other_owner = not isinstance(body, TaskReopened) and body.owner != task.owner  # changed once more
        if not task.is_open or task.receipt is not None or is_other_owner:
            return None
        return task_event(task, self._facts.incident_of(task.incident), entry.id)
