"""The escalation scheduler: a thread that escalates unanswered alarms and ends maintenance when its time is over."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import escalate_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.alarms.escalation import due_escalations
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, DUTY_SUPERVISOR, EscalationPolicy
from tabuah.operations.entries import Draft, subject_key, subject_kind
from tabuah.operations.maintenance.drafts import end_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow, running_windows
from tabuah.operations.people.authority import User
from tabuah.operations.roster.duty import supervisor_on_duty
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.resources.fault_isolation import handle_each
from tabuah.server.errors import DraftRefused, ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
_KINDS: Final = ("alarm", "station", "maintenance", "escalation", "roster", "user")


class EscalationScheduler:
    """Derives everything from the journal, so that a restart or a second server changes nothing.

    The journal refuses an entry that another server has already written; it then counts as done.
    `write_due` may be called from any thread.
    """

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._alarms: dict[str, Alarm] = {}  # active and unacknowledged
        self._windows: dict[str, MaintenanceWindow] = {}  # not ended yet
        self._stations: dict[str, Station] = {}
        self._policy = DEFAULT_POLICY
        self._rosters: dict[str, WeekRoster] = {}
        self._users: dict[str, User] = {}
        self._touched: set[str] = set()
        self._gate = threading.Lock()  # guards `_touched`, which the writer's thread fills
        self._due_lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-escalation", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Load the state from the journal, and start the thread.

        Raises:
            ServerError: the journal cannot be read.
        """
        self._unsubscribe = self._journal.subscribe(self._on_records)
        for kind in _KINDS:
            for subject, state in self._journal.states_of_kind(kind).items():
                self._learn(subject, state.value)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; call it before the journal is closed."""
        self._unsubscribe()
        self._stopping.set()
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def write_due(self) -> int:
        """Write the entries that are due now.

        Returns:
            Number of entries written.

        Raises:
            ServerError: the journal cannot take them now; they stay due.
        """
        with self._due_lock:
            self._catch_up()
            drafts = self._due(self._journal.clock())
            return sum(handle_each("escalation", drafts, self._write, name=lambda draft: draft.subject))

    def _due(self, now: datetime) -> list[Draft]:
        over = [window for window in self._windows.values() if window.until <= now]
        ended = [end_maintenance(window, ended_at=window.until) for window in over]
        worked_on = running_windows(self._windows.values(), now)
        waiting = [alarm for alarm in self._alarms.values() if alarm.station not in worked_on]
        due = due_escalations(waiting, self._stations, self._policy, now)
        return [*ended, *(escalate_alarm(each.alarm, self._with_person(each.body, now)) for each in due)]

    def _with_person(self, body: AlarmEscalated, now: datetime) -> AlarmEscalated:
        """Name the supervisor on duty in a step that asks for one."""
        if body.to != DUTY_SUPERVISOR:
            return body
        found = supervisor_on_duty(self._rosters.values(), self._users, now)
        if not found.person:
            return body
        return msgspec.structs.replace(body, person=found.person, full_name=found.full_name, crew=found.crew)

    def _write(self, draft: Draft) -> bool:
        try:
            self._journal.append_drafts([draft])
        except DraftRefused as refusal:
            log.debug("%s on %s was already done: %s", draft.kind, draft.subject, refusal)
            with self._gate:
                self._touched.add(draft.subject)
            return False
        return True

    # State from the journal

    def _on_records(self, records: tuple[Record, ...]) -> None:
        """Note the changed subjects; runs on the writer's thread."""
        subjects = {decode_entry(record.text).subject for record in records}
        with self._gate:
            self._touched |= {subject for subject in subjects if subject_kind(subject) in _KINDS}

    def _catch_up(self) -> None:
        with self._gate:
            touched, self._touched = self._touched, set()
        for subject in touched:
            self._learn(subject, self._journal.state_of(subject).value)

    def _learn(self, subject: str, value: SubjectValue | None) -> None:
        """Keep only alarms and windows that may still become due."""
        match value:
            case Alarm() if value.is_active and value.acknowledged_at is None:
                self._alarms[value.id] = msgspec.structs.replace(value, raised_at=self._received_at(subject, value))
            case Alarm():
                self._alarms.pop(value.id, None)
            case MaintenanceWindow() if value.ended_at is None:
                self._windows[value.id] = value
            case MaintenanceWindow():
                self._windows.pop(value.id, None)
            case Station():
                self._stations[subject_key(subject)] = value
            case EscalationPolicy():
                self._policy = value
            case WeekRoster():
                self._rosters[value.week] = value
            case User():
                self._users[value.name] = value

    def _received_at(self, subject: str, alarm: Alarm) -> datetime:
        """Return when the server received an alarm: the wait for an answer starts then.

        An offline console may have raised the alarm hours earlier.
        """
        known = self._alarms.get(alarm.id)
        return known.raised_at if known else self._journal.records_of(subject, limit=1)[0].received_at

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.write_due()
            except ServerError as error:
                log.warning("due escalations wait for the journal: %s", error)
            except Exception:
                log.exception("the escalation scheduler failed and will try again")
