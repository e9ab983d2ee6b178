"""Replay of a past day: sends its readings and reports to an exercise at shifted times."""

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.exercises.past_readings import PastReadings
from tabuah.console.exercises.replay_file import ReplayProgress
from tabuah.console.simulator.transport import ReadingsSender
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.exercises.past_day import ReplaySchedule, can_be_replayed, copy_of_report
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import Offline
from tabuah.text.code_labels import code_label

TICK_S: Final = 1.0
_SLICE: Final = timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class ReplayTarget:
    """The exercise, console and server that receive a replay; `push` sends the entries of the console."""

    exercise_id: str
    store: ConsoleStore
    sender: ReadingsSender
    push: Callable[[], object]


@dataclass(slots=True, kw_only=True)
class DayReplay:
    """One run of a replay. Sending a part twice changes nothing, because its readings and ids are always the same.

    Attributes:
        target: the receiver of readings and reports.
        progress: the times of the replay, and how far it has played.
        readings: the readings of the period.
        reports: the incidents of the period, oldest first.
        on_progress: called with the progress after each step.
        on_trouble: called with the reason while the server does not answer.
        reported: the number of incidents reported in this run.
    """

    target: ReplayTarget
    progress: ReplayProgress
    readings: PastReadings
    reports: tuple[Incident, ...]
    on_progress: Callable[[ReplayProgress], None]
    on_trouble: Callable[[str], None]
    reported: int = field(default=0, init=False)

    def run(self, *, now: Callable[[], datetime], stopping: threading.Event) -> bool:
        """Play to the end of the period; return False if stopped earlier.

        Raises:
            SyncError: the server refuses the data, and a retry would not help.
        """
        schedule = self.progress.schedule
        while not stopping.is_set():
            present = now()
            if present >= schedule.begins_at:
                try:
                    self._play_until(schedule.played_until(present))
                except Offline as error:
                    self.on_trouble(str(error))
            if self.progress.is_finished:
                return True
            stopping.wait(TICK_S)
        return False

    def _play_until(self, wanted: datetime) -> None:
        for start, end in _slices(self.progress.played, wanted):
            if not self.target.sender.send(self.readings.readings_between(start, end)):
                return  # stopped
            self._report(start, end)
            self.progress = msgspec.structs.replace(self.progress, played=end)
            self.on_progress(self.progress)

    def _report(self, since: datetime, until: datetime) -> None:
        store, schedule = self.target.store, self.progress.schedule
        due = [incident for incident in self.reports if since <= incident.reported_at < until]
        for incident in due:
            incident_id = replayed_id(incident, self.target.exercise_id, schedule)
            if store.state(subject_of("incident", incident_id)).value is None:
                number = store.next_incident_number()
                store.save(
                    replayed_report(
                        incident,
                        incident_id=incident_id,
                        number=number,
                        exercise_id=self.target.exercise_id,
                        schedule=schedule,
                    )
                )
                self.reported += 1
        if due:
            self.target.push()


def reports_between(incidents: Iterable[Incident], schedule: ReplaySchedule) -> tuple[Incident, ...]:
    """Return the real incidents of the period that can be replayed, oldest first."""
    found = [
        incident
        for incident in REAL_WORLD.select(incidents)
        if schedule.since <= incident.reported_at < schedule.until and can_be_replayed(incident)
    ]
    return tuple(sorted(found, key=lambda incident: (incident.reported_at, incident.id)))


def replayed_id(incident: Incident, exercise_id: str, schedule: ReplaySchedule) -> str:
    """Return the id of the copy of an incident; a repeated part of a replay uses the same id."""
    return str(uuid.uuid5(uuid.UUID(incident.id), f"{exercise_id} {schedule.begins_at.isoformat()}"))


def replayed_report(
    incident: Incident, *, incident_id: str, number: str, exercise_id: str, schedule: ReplaySchedule
) -> Draft:
    """Return the draft that reports a past incident again, without personal values."""
    body = copy_of_report(incident, number=number, title=code_label(incident.hazard))
    return report_incident(
        body,
        incident_id=incident_id,
        occurred_at=min(incident.occurred_at, incident.reported_at) + schedule.shift,
        exercise=True,
        exercise_id=exercise_id,
    )


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        upto = min(start + _SLICE, end)
        yield start, upto
        start = upto
