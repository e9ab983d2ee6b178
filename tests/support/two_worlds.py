"""A console with both real work and an exercise, synchronised with a server journal."""

from datetime import UTC, datetime, timedelta

import msgspec
from support.console_stores import add_users, enrol, sync
from support.window_fixture import GAUGE, KOTO_BARU

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft, subject_key, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.scope import ExerciseScope, code_in_exercise, exercise_scope
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

NAME = "Galodo"
MARK = "LATIHAN Galodo"


class TwoWorlds:
    """One incident, gauge and exercise alarm: the real gauge is quiet, that of the exercise is critical."""

    def __init__(self, store: ConsoleStore, journal: ServerJournal) -> None:
        self.store, self.journal = store, journal
        add_users(journal, sari=Role.SUPERVISOR)
        enrol(journal, store, "sari")
        sync(store, journal)  # the rules in force
        started = store.save(start_exercise(NAME, known=(), suffix="a1b2c3"))
        self.exercise_id = subject_key(started.entry.subject)
        sync(store, journal)
        self.gauge = self._register("SLK-AWLR-03", "AWLR Nyata", exercise_id="")
        self.drill_gauge = self._register("SLK-AWLR-03", "AWLR Simulasi", exercise_id=self.exercise_id)
        self.raise_alarm(self.drill_gauge, exercise_id=self.exercise_id)
        self.real = self.report("Banjir di Simpang", exercise_id="")
        self.drill = self.report("Galodo di Simpang", exercise_id=self.exercise_id)
        self.sync()

    @property
    def scope(self) -> ExerciseScope:
        """The scope of the exercise."""
        return exercise_scope(self.exercise_id)

    def sync(self) -> None:
        sync(self.store, self.journal)

    def raise_alarm(self, gauge: str, *, exercise_id: str = "") -> str:
        """Raise a critical alarm at a gauge, as the server does."""
        key = new_uuid(datetime.now(UTC))
        body = AlarmRaised(
            rule="tma-siaga-1",
            station=gauge,
            parameter="stage_m",
            severity=AlarmSeverity.CRITICAL,
            onset_at=datetime.now(UTC) - timedelta(seconds=20),
            value=3.42,
            limit=3.2,
            unit="m",
            hazard=Hazard.FLOOD,
            lon_deg=GAUGE.lon_deg,
            lat_deg=GAUGE.lat_deg,
            cause=f"stage/{gauge}",
        )
        self.journal.append_drafts([raise_alarm(key, body, exercise=bool(exercise_id), exercise_id=exercise_id)])
        return key

    def report(self, title: str, *, exercise_id: str) -> Incident:
        """Report an incident at this console."""
        body = IncidentReported(
            number=self.store.next_incident_number(),
            hazard=Hazard.FLOOD,
            title=title,
            severity=Severity.SEVERE,
            place=KOTO_BARU,
        )
        key = new_uuid(self.store.now())
        drill = bool(exercise_id)
        self.store.save(report_incident(body, incident_id=key, exercise=drill, exercise_id=exercise_id))
        return self.store.incident(key)

    def _register(self, code: str, name: str, *, exercise_id: str) -> str:
        code = code_in_exercise(code, exercise_id)
        station = msgspec.structs.replace(GAUGE, code=code, name=name)
        body = encode_body(StationRegistered(station=station))
        drill = bool(exercise_id)
        self.journal.append_drafts(
            [
                Draft(
                    subject=subject_of("station", code),
                    kind="station.registered",
                    body=body,
                    exercise=drill,
                    exercise_id=exercise_id,
                )
            ]
        )
        return code
