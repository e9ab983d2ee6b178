"""The server takes over the alarm of an offline console, clears it, and does not raise it again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import open_store
from support.console_sync import sync
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.alarms.local_alarms import judge_local_series
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import ManualReading, Quality, Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.session import log_in

STATION = gauge()
RULE = next(rule for rule in default_rules() if rule.id == "tma-siaga-1")
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("budi", Role.FIELD)
        station = encode_body(StationRegistered(station=STATION))
        rule = encode_body(RuleWritten(rule=RULE))
        server.journal.append_drafts(
            [
                Draft(subject=f"station/{STATION.code}", kind="station.registered", body=station),
                Draft(subject=f"rule/{RULE.id}", kind="rule.written", body=rule),
            ]
        )
        server.service.readings.check_silence()
        yield server


@pytest.fixture
def posko(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        sync(store)
        yield store


def type_offline(store: ConsoleStore, *values: float, after: int = 0) -> None:
    """Enter half-hourly manual readings; the offline console evaluates each of them."""
    with ReadingsStore(store.directory / FILE_NAME) as readings:
        for n, value in enumerate(values, after):
            at = START + timedelta(minutes=30 * n)
            reading = Reading(STATION.code, "stage_m", at, value, int(Quality.TYPED_IN))
            readings.store_manual_readings([ManualReading(reading, "budi", "papan duga")])
            history = readings.between(STATION.code, "stage_m", START, at)
            drafts = judge_local_series(
                STATION,
                "stage_m",
                [(each.at, each.value) for each in history],
                rules=store.rules(),
                alarms=store.alarms(),
                works=store.maintenance(),
                new_id=lambda: new_uuid(datetime.now(UTC)),
            )
            if drafts:
                store.save_all(drafts)


def alarms_at(server: RunningServer) -> list[Alarm]:
    server.service.readings.check_silence()
    found = (state.value for state in server.journal.states_of_kind("alarm").values())
    return [alarm for alarm in found if isinstance(alarm, Alarm) and alarm.rule == RULE.id]


def test_console_alarm_is_not_raised_again(server: RunningServer, posko: ConsoleStore):
    type_offline(posko, 1.0, 3.5, 3.6)
    sync(posko)
    (alarm,) = alarms_at(server)
    assert alarm.is_active
    assert alarm.onset_at == START + timedelta(minutes=30)
    assert alarm.id == posko.alarms()[0].id


def test_console_alarm_is_cleared_by_the_server(server: RunningServer, posko: ConsoleStore):
    type_offline(posko, 1.0, 3.5, 3.6)
    sync(posko)
    back = Reading(STATION.code, "stage_m", START + timedelta(minutes=95), 1.2)
    with server.approved_client("budi") as client:
        reply = client.post(
            "/v1/readings", json={"readings": [[back.station, back.parameter, back.at.isoformat(), 1.2]]}
        )
    assert reply.status_code == 200
    (alarm,) = alarms_at(server)
    assert alarm.cleared_at == back.at


def test_console_alarm_ended_offline_stays_single(server: RunningServer, posko: ConsoleStore):
    type_offline(posko, 1.0, 3.5, 3.6, 1.1)
    sync(posko)
    (alarm,) = alarms_at(server)
    assert alarm.cleared_at == START + timedelta(minutes=90)


def test_console_clears_only_alarms_that_it_raised(server: RunningServer, posko: ConsoleStore):
    type_offline(posko, 1.0, 3.5)
    (own,) = posko.alarms()
    body = AlarmRaised(
        rule="r", station="", parameter="stage_m", severity=AlarmSeverity.HIGH, onset_at=datetime.now(UTC)
    )
    server.journal.append_drafts([raise_alarm(new_uuid(datetime.now(UTC)), body, exercise=False)])
    sync(posko)
    (other,) = [alarm for alarm in posko.alarms() if alarm.id != own.id]
    assert posko.may_clear(f"alarm/{own.id}")
    assert not posko.may_clear(f"alarm/{other.id}")


def test_next_flood_is_raised_by_the_server(server: RunningServer, posko: ConsoleStore):
    type_offline(posko, 1.0, 3.5, 1.1)
    sync(posko)
    later = [(120 + m, 3.7) for m in range(5)]
    rows = [[STATION.code, "stage_m", (START + timedelta(minutes=m)).isoformat(), value] for m, value in later]
    with server.approved_client("budi") as client:
        client.post("/v1/readings", json={"readings": rows})
    before, own = sorted(alarms_at(server), key=lambda alarm: alarm.onset_at)
    assert not before.is_active
    assert own.is_active
    assert own.onset_at == START + timedelta(minutes=120)
