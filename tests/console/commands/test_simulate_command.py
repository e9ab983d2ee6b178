"""`tabuah simulate` into a real server: stations registered, history, alarms, a server that goes away, refusals."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.command_line import CommandLine
from support.console_stores import open_store
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.console.simulator import http_sender
from tabuah.console.simulator.exercises import ExerciseMonitor, ExerciseSource
from tabuah.console.simulator.http_sender import HttpSender
from tabuah.console.simulator.playback import play_readings, send_history
from tabuah.console.simulator.stations import load_simulated_stations, register_stations
from tabuah.console.simulator.timeline import TimelineSettings
from tabuah.operations.exercises.drafts import end_exercise, start_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.operations.stations.station import Station
from tabuah.server.administration import write_initial_rules
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import LatestReply, ReadingsReply
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

EXERCISE = "simulasi-1"


def code(plain: str) -> str:
    return code_in_exercise(plain, EXERCISE)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        write_initial_rules(server.journal)
        server.add_user("ani")
        server.add_user("gerbang", Role.GATEWAY)
        server.journal.append_drafts([start_exercise("Simulasi", known=(), suffix="1")])
        yield server


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "simulator")


def latest(server: RunningServer) -> dict[tuple[str, str], Reading]:
    with server.client("ani") as client:
        reply = LatestReply(**json.loads(client.get("/v1/readings/latest").content))
    readings = [Reading(*row) for row in reply.readings]  # type: ignore[misc]
    return {(reading.station, reading.parameter): reading for reading in readings}


def simulate(line: CommandLine, server: RunningServer, *options: str) -> Any:
    return line.json("simulate", "--server", server.url, "--user", "gerbang", "--history", "1", *options)


def test_storm_stations_raise_critical_river_alarm(line: CommandLine, server: RunningServer):
    answer = simulate(line, server, "--stations", "20", "--speed", "500", "--seconds", "2")
    assert (answer["registered"], answer["stations"], answer["set_aside"]) == (20, 20, {})
    assert answer["minute"] == pytest.approx(150, abs=1)
    stations = [state.value for state in server.journal.states_of_kind("station").values()]
    assert len(stations) == 20
    assert all(isinstance(station, Station) and station.exercise_id == EXERCISE for station in stations)
    alarms = [state.value for state in server.journal.states_of_kind("alarm").values()]
    assert any(
        a.severity is AlarmSeverity.CRITICAL and a.station == code("SLK-AWLR-03") and a.exercise for a in alarms
    )
    newest = latest(server)[code("SLK-AWLR-03"), "stage_m"]
    age = datetime.now(UTC) - datetime.fromisoformat(str(newest.at))
    assert timedelta() <= age < timedelta(minutes=2)
    assert newest.quality & Quality.SIMULATED


def test_second_run_sends_only_newer_readings(line: CommandLine, server: RunningServer):
    first = simulate(line, server, "--stations", "3", "--seconds", "0")
    again = line.json("simulate", "--server", server.url, "--stations", "3", "--seconds", "0", "--minute", "100")
    assert first["sent"] > 100
    assert (again["registered"], 10 * again["sent"] < first["sent"]) == (0, True)


def test_other_simulator_uses_registered_stations(
    line: CommandLine, server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    simulate(line, server, "--stations", "3", "--seconds", "0")
    other = CommandLine(capsys, tmp_path / "other")
    assert simulate(other, server, "--stations", "5", "--seconds", "0")["registered"] == 2
    rejected = [r for r in server.journal.records_after(0) if r.verdict != "accepted"]
    assert rejected == []


def test_simulation_beside_real_stations_names_exercise(line: CommandLine, server: RunningServer):
    real = msgspec.structs.replace(load_simulated_stations(1)[0], exercise=False)
    server.journal.append_drafts([register_station(real)])
    options = ("simulate", "--server", server.url, "--user", "gerbang", "--stations", "2", "--seconds", "0")
    code_, _out, err = line(*options)
    assert (code_, "--exercise" in err) == (2, True)
    assert len(server.journal.states_of_kind("station")) == 1
    assert line.json(*options, "--exercise", "simulasi")["exercise"] == "Simulasi"
    assert set(server.journal.states_of_kind("station")) == {
        f"station/{real.code}",
        f"station/{code(real.code)}",
        f"station/{code('SLK-AWLR-02')}",
    }


@pytest.mark.parametrize("name", ["Tsunami", "unnamed"])
def test_simulation_needs_running_exercise(line: CommandLine, server: RunningServer, name: str):
    exit_code, _out, err = line("simulate", "--server", server.url, "--user", "gerbang", "--exercise", name)
    assert (exit_code, "exercise start" in err) == (2, True)
    assert server.journal.states_of_kind("station") == {}


def test_exercise_monitor_notices_end(server: RunningServer, tmp_path: Path):
    server.add_user("budi", Role.SUPERVISOR)
    with open_store(tmp_path / "supervisor") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        session = ConsoleSession(store)
        with session.client as client:
            run_sync_pass(store, session)
            monitor = ExerciseMonitor(client, EXERCISE, interval_s=0)
            assert not monitor.has_ended()
            exercise = server.journal.states_of_kind("exercise")[f"exercise/{EXERCISE}"].value
            assert isinstance(exercise, Exercise)
            store.save(end_exercise(exercise))
            run_sync_pass(store, session)
            assert monitor.has_ended()
            assert not ExerciseMonitor(client, EXERCISE).has_ended(), "it asks now and then"


def test_user_without_role_is_refused_before_sending(line: CommandLine, server: RunningServer):
    code, _out, err = line("simulate", "--server", server.url, "--user", "ani")
    assert (code, "gateway" in err) == (2, True)
    code, _out, err = line("simulate", "--server", "http://127.0.0.1:9", "--user", "gerbang")
    assert code == 3
    assert server.journal.states_of_kind("station") == {}


def test_simulator_without_login_requires_user(line: CommandLine, server: RunningServer):
    code, _out, err = line("simulate", "--server", server.url)
    assert (code, "--user" in err) == (2, True)


class Flaky:
    """A client whose server is away for some calls."""

    def __init__(self, client: Any, *, away: Callable[[int], bool]) -> None:
        self._client, self._away = client, away
        self.calls = 0

    def call(self, *arguments: Any, **options: Any) -> ReadingsReply:
        self.calls += 1
        if self._away(self.calls):
            raise Offline("http://127.0.0.1:9", "away")
        return self._client.call(*arguments, **options)


@pytest.fixture
def session(server: RunningServer, tmp_path: Path) -> Iterator[ConsoleSession]:
    store = ConsoleStore(tmp_path / "gateway")
    log_in(store, url=server.url, user="gerbang", password=PASSWORD)
    session = ConsoleSession(store)
    register_stations(
        store, session, [station_in_exercise(station, EXERCISE) for station in load_simulated_stations(5)]
    )
    with session.client:
        yield session
    store.close()


def scenario_at(start_at: datetime) -> ExerciseSource:
    return ExerciseSource(storm(load_simulated_stations(5), start_at), EXERCISE)


def test_playback_loses_nothing_during_server_outage(
    session: ConsoleSession, server: RunningServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tabuah.storage.sync.backoff.FIRST_S", 0.01)
    stopping, told = threading.Event(), []
    flaky = Flaky(session.client, away=lambda n: n in (2, 3, 5))
    sender = HttpSender(
        flaky,  # type: ignore[arg-type]
        stopping=stopping,
        on_trouble=told.append,
        on_recovery=lambda: told.append("back"),
    )
    now = datetime.now(UTC)
    course = TimelineSettings(speed=1, minute=30, behind=timedelta()).begin(now)
    scenario = scenario_at(course.scenario_start_at)
    assert send_history(scenario, sender, course, hours=2)
    expected = scenario.readings_between(course.scenario_start_at - timedelta(hours=2), now)
    assert sender.sent.readings == len(expected)
    assert [word == "back" for word in told] == [False, True, False, True]


def test_stop_ends_wait_for_server_at_once(session: ConsoleSession, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_sender, "LONGEST_WAIT_S", 600.0)
    monkeypatch.setattr(http_sender.Backoff, "wait_s", lambda _backoff: 600.0)
    stopping = threading.Event()
    flaky = Flaky(session.client, away=lambda _n: True)
    sender = HttpSender(flaky, stopping=stopping, on_trouble=lambda _r: stopping.set(), on_recovery=lambda: None)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    course = TimelineSettings(speed=1, minute=30, behind=timedelta()).begin(now)
    begun = time.monotonic()
    play_readings(
        scenario_at(course.scenario_start_at), sender, course,
        now=lambda: now + timedelta(minutes=5), stopping=stopping, on_progress=lambda _p: None,
    )  # fmt: skip
    assert time.monotonic() - begun < 300, "it waited on"
    assert sender.sent.readings == 0
