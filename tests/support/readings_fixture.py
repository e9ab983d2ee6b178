"""Journal with stations, rules and a readings service, and a manual clock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from support.wait import wait_for_notification

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.drafts import assign_gateway, change_station
from tabuah.operations.stations.entry_bodies import StationEdited, StationRegistered
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import ReadingsReply

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
GATEWAY = "gerbang"


def gauge(number: int = 3, *, exercise: bool = False, siaga_1_m: float = 3.2, gateway: str = GATEWAY) -> Station:
    return Station(
        code=f"SLK-AWLR-{number:02d}",
        name=f"AWLR {number}",
        kind=StationKind.RIVER,
        lon_deg=100.62,
        lat_deg=-0.82,
        parameters=(Parameter(code="stage_m", unit="m", expected_interval_s=60, valid_min=-1, valid_max=15),),
        river=River(
            name="Batang Lembang",
            thresholds_m={RiverLevel.SIAGA_1: siaga_1_m, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_3: 2.0},
        ),
        exercise=exercise,
        gateway=gateway,
    )


@dataclass
class Clock:
    """Manual clock."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@dataclass
class RecordingListener:
    """Records the readings published to consoles."""

    heard: list[Reading] = field(default_factory=list)

    def publish_readings(self, readings: Sequence[Reading]) -> None:
        self.heard += readings


@dataclass
class ReadingsFixture:
    journal: ServerJournal
    service: ReadingsService
    clock: Clock
    listener: RecordingListener

    def register(self, *stations: Station, kind: str = "station.registered", gateway: str = GATEWAY) -> None:
        """Register or edit stations; `gateway` may write those that name no other."""
        body = StationRegistered if kind == "station.registered" else StationEdited
        self._write(
            Draft(
                subject=subject_of("station", s.code),
                kind=kind,
                body=encode_body(body(station=msgspec.structs.replace(s, gateway=s.gateway or gateway))),
                exercise=s.exercise,
            )
            for s in stations
        )

    def change(self, station: Station, after: Station) -> None:
        """Change a station from one form to another."""
        self._write([change_station(station, after, reason="uji")])

    def write(self, *drafts: Draft) -> None:
        """Write entries of the server."""
        self._write(drafts)

    def assign(self, station: Station, gateway: str) -> None:
        """Name the account that may write a station."""
        self._write([assign_gateway(station, gateway, reason="uji")])

    def write_rules(self, *rules: Rule) -> None:
        self._write(
            Draft(subject=subject_of("rule", r.id), kind="rule.written", body=encode_body(RuleWritten(rule=r)))
            for r in rules
        )

    def retire(self, rule_id: str) -> None:
        self._write(
            [Draft(subject=subject_of("rule", rule_id), kind="rule.retired", body=encode_body(RuleRetired()))]
        )

    def _write(self, drafts) -> None:
        self.journal.append_drafts(list(drafts))
        self.catch_up()

    def catch_up(self) -> None:
        """Let the service process new entries, deferred work and its clock."""
        wait_for_notification(self.journal)
        self.service.check_silence()

    def send(self, *readings: Reading, source: str = GATEWAY) -> ReadingsReply:
        posted = [PostedReading(r) for r in readings]
        reply = self.service.submit(gateway_account(GATEWAY, source=source), posted).result()
        self.catch_up()
        return reply

    def stages(self, *values: float, number: int = 3) -> ReadingsReply:
        """Send one stage a minute and advance the clock."""
        replies = []
        for value in values:
            self.clock.go(1)
            replies.append(self.send(stage(value, self.clock.now, number)))
        return replies[-1]

    def alarms(self) -> list[Alarm]:
        """Return all alarms in the journal, oldest first."""
        states = self.journal.states_of_kind("alarm").values()
        return sorted((s.value for s in states if isinstance(s.value, Alarm)), key=lambda a: (a.onset_at, a.rule))

    def alarms_of(self, rule: str) -> list[Alarm]:
        return [alarm for alarm in self.alarms() if alarm.rule == rule]


def gateway_account(account: str = GATEWAY, *, source: str = "") -> ReadingAuthor:
    return ReadingAuthor(account=account, role=Role.GATEWAY, source=source)


def stage(value: float, at: datetime = START, number: int = 3) -> Reading:
    return Reading(f"SLK-AWLR-{number:02d}", "stage_m", at, value)


@contextmanager
def open_readings_fixture(
    directory: Path, clock: Clock | None = None, *, rules: bool = True
) -> Iterator[ReadingsFixture]:
    clock = clock or Clock()
    listener = RecordingListener()
    with ServerJournal.open(directory, clock=clock) as journal:
        service = ReadingsService(journal, listener, directory)
        service.start()
        try:
            room = ReadingsFixture(journal, service, clock, listener)
            if rules and not journal.states_of_kind("rule"):
                room.write_rules(*default_rules())
            yield room
        finally:
            service.stop()
