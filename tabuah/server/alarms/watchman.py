"""The watchman: a thread that looks every few seconds whether an alarm has waited too long or maintenance is over."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalating import due_escalations
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, EscalationPolicy
from tabuah.operations.alarms.gestures import escalate_alarm
from tabuah.operations.entries import Draft, subject_key, subject_kind
from tabuah.operations.maintenance.gestures import end_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow, running_on
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectValue
from tabuah.server.errors import DraftRefused, ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
_KINDS: Final = ("alarm", "station", "maintenance", "escalation")


class Watchman:
    """Knows what waits from the journal alone, so that a restart or a second server changes nothing.

    What another server has written already is refused by the journal and counts as done. `look` may be called from
    any thread.
    """

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._alarms: dict[str, Alarm] = {}  # those that nobody has answered
        self._windows: dict[str, MaintenanceWindow] = {}  # those that have not ended
        self._stations: dict[str, Station] = {}
        self._policy = DEFAULT_POLICY
        self._touched: set[str] = set()
        self._gate = threading.Lock()  # guards what was touched, which the writer's thread fills
        self._looking = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-watchman", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Learn what waits, and begin to look.

        Raises:
            ServerError: the journal cannot be read.
        """
        self._unsubscribe = self._journal.subscribe(self._on_records)
        for kind in _KINDS:
            for subject, state in self._journal.states_of_kind(kind).items():
                self._learn(subject, state.value)
        self._thread.start()

    def stop(self) -> None:
        """End; call it before the journal is closed."""
        self._unsubscribe()
        self._stopping.set()
        self._thread.join()

    def look(self) -> int:
        """Write what is due now.

        Returns:
            How many entries were written.

        Raises:
            ServerError: the journal cannot take them now; they stay due.
        """
        with self._looking:
            self._catch_up()
            drafts = self._due(self._journal.clock())
            return sum(self._write(draft) for draft in drafts)

    def _due(self, now: datetime) -> list[Draft]:
        over = [window for window in self._windows.values() if window.until <= now]
        ended = [end_maintenance(window, ended_at=window.until) for window in over]
        worked_on = running_on(self._windows.values(), now)
        waiting = [alarm for alarm in self._alarms.values() if alarm.station not in worked_on]
        due = due_escalations(waiting, self._stations, self._policy, now)
        return [*ended, *(escalate_alarm(each.alarm, each.body) for each in due)]

    def _write(self, draft: Draft) -> bool:
        try:
            self._journal.append_own([draft])
        except DraftRefused as refusal:
            log.debug("%s on %s was not needed any more: %s", draft.kind, draft.subject, refusal)
            with self._gate:
                self._touched.add(draft.subject)
            return False
        return True

    # What is known

    def _on_records(self, records: tuple[Record, ...]) -> None:
        """On the writer's thread."""
        subjects = {decode_entry(record.text).subject for record in records}
        with self._gate:
            self._touched |= {subject for subject in subjects if subject_kind(subject) in _KINDS}

    def _catch_up(self) -> None:
        with self._gate:
            touched, self._touched = self._touched, set()
        for subject in touched:
            self._learn(subject, self._journal.state_of(subject).value)

    def _learn(self, subject: str, value: SubjectValue | None) -> None:
        """Only what may still become due is kept."""
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

    def _received_at(self, subject: str, alarm: Alarm) -> datetime:
        """When the server took an alarm: one that a console raised hours ago without a line waits only since then."""
        known = self._alarms.get(alarm.id)
        return known.raised_at if known else self._journal.records_of(subject, limit=1)[0].received_at

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.look()
            except ServerError as error:
                log.warning("what is due about alarms waits for the journal: %s", error)
            except Exception:
                log.exception("the watchman failed, and looks again")
