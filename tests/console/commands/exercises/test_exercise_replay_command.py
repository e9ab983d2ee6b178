"""`tabuah exercise replay`: a past real day in an exercise, against a real server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.command_line import CommandLine
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server
from support.wait import wait_for_notification

from tabuah.console.exercises.replay_file import ReplayFile
from tabuah.operations.exercises.drafts import end_exercise, start_exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.stations.drafts import register_station
from tabuah.operations.stations.station import Station
from tabuah.resources.time_zone import home_zone
from tabuah.server.administration import write_initial_rules
from tabuah.storage.cache.data_directory import DirectoryLock

EXERCISE = "galodo-1"
STATION = msgspec.structs.replace(gauge(), owner="Pak Penjaga 0812", gateway="gerbang")
DAY = (datetime.now(home_zone()) - timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
NOON = DAY + timedelta(hours=12)
STAGES = [1.0] * 60 + [3.6] * 20 + [1.0] * 40  # from 11.00 to 13.00: the flood begins at noon


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    with start_server(tmp_path / "server") as server:
        server.add_user("ani", Role.SUPERVISOR)
        server.add_user("budi")
        server.add_user("gerbang", Role.GATEWAY)
        write_initial_rules(server.journal)
        server.journal.append_drafts([start_exercise("Galodo", known=(), suffix="1"), register_station(STATION)])
        wait_for_notification(server.journal)
        server.service.readings.check_silence()
        start = NOON - timedelta(hours=1)
        readings = tuple(
            Reading(STATION.code, "stage_m", (start + timedelta(minutes=n)).astimezone(UTC), value)
            for n, value in enumerate(STAGES)
        )
        with server.client("gerbang") as client:
            client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))
        yield server


@pytest.fixture
def line(server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return console(server, capsys, tmp_path / "ani", "ani")


def console(server: RunningServer, capsys: pytest.CaptureFixture[str], directory: Path, user: str) -> CommandLine:
    line = CommandLine(capsys, directory)
    for command in (("login", "--server", server.url, "--user", user), ("sync",)):
        code, _out, err = line(*command)
        assert code == 0, err
    return line


def options(*more: str) -> tuple[str, ...]:
    return ("exercise", "replay", "--exercise", "Galodo", "--date", f"{DAY:%Y-%m-%d}", *more)


def replay(line: CommandLine, *more: str) -> Any:
    return line.json(*options("--from", "12.00", "--to", "13.00", "--speed", "10000", *more))


def alarms(line: CommandLine, *scope: str) -> set[tuple[str, str]]:
    line("sync")
    return {(alarm["rule"], alarm["station"]) for alarm in line.json("alarm", "list", "--all", *scope)}


def test_replay_raises_alarms_of_that_day(line: CommandLine, server: RunningServer):
    before = alarms(line)
    told = replay(line)
    assert (told["finished"], told["registered"], told["readings"], told["sent"]) == (True, 1, 60, 120)
    assert (told["exercise"], told["exercise_id"], told["set_aside"]) == ("Galodo", EXERCISE, {})
    found = alarms(line, "--exercise", "Galodo")
    assert {("tma-siaga-1", STATION.code), ("tma-siaga-2", STATION.code)} <= found
    assert alarms(line) == before
    copy = server.journal.states_of_kind("station")[f"station/{EXERCISE}~{STATION.code}"].value
    assert isinstance(copy, Station)
    assert (copy.owner, copy.gateway, copy.exercise_id) == ("", "", EXERCISE)


def test_replay_shifts_readings_to_the_present(line: CommandLine):
    told = replay(line)
    (found,) = line.json("station", "list", "--exercise", "Galodo")[:1]
    begun, ends = (datetime.fromisoformat(told[name]) for name in ("begins_at", "ends_at"))
    assert ends - begun == timedelta(seconds=0.36)
    line("sync")
    (found,) = line.json("station", "list", "--exercise", "Galodo")
    assert ends - timedelta(minutes=2) < datetime.fromisoformat(found["at"]) <= ends


def test_finished_replay_sends_nothing_again(line: CommandLine):
    replay(line)
    again = replay(line)
    assert (again["finished"], again["sent"]) == (True, 0)
    code, _out, err = line(*options("--from", "12.00", "--to", "13.00", "--at", "sekarang"))
    assert (code, "--at" in err) == (2, True)  # its readings would mix with those of the first


def test_stopped_replay_goes_on(line: CommandLine):
    told = replay(line)
    file = ReplayFile(line.data)
    whole = file.find(EXERCISE)
    assert whole is not None
    file.save(EXERCISE, msgspec.structs.replace(whole, played=NOON.astimezone(UTC) + timedelta(minutes=30)))
    rest = replay(line)
    assert (rest["begins_at"], rest["sent"], rest["registered"], rest["finished"]) == (told["begins_at"], 30, 0, True)
    query = ("readings", "query", STATION.code, "stage_m", "--exercise", "Galodo")
    points = line.json(*query, "--from", told["begins_at"][:10], "--to", "sekarang", "--points", "5000")["points"]
    assert len(points) <= 120


def test_dry_run_sends_nothing(line: CommandLine, server: RunningServer):
    told = replay(line, "--dry-run", "--incidents")
    assert (told["dry_run"], told["stations"], told["readings"], told["incidents"]) == (True, 1, 60, 0)
    assert f"station/{EXERCISE}~{STATION.code}" not in server.journal.states_of_kind("station")
    code, out, _err = line(*options("--dry-run"))
    assert (code, "nomor telepon" in out) == (0, True)


def test_replay_beside_another_is_refused(line: CommandLine, server: RunningServer):
    with DirectoryLock(line.data, "replay"):
        code, _out, err = line(*options("--speed", "10000"))
    assert code != 0
    assert "sudah memutar ulang hari lampau" in err
    assert f"station/{EXERCISE}~{STATION.code}" not in server.journal.states_of_kind("station")
    assert replay(line)["finished"]


@pytest.mark.parametrize(
    "more", [("--from", "13.00", "--to", "12.00"), ("--from", "02.00", "--to", "03.00"), ("--from", "x")]
)
def test_empty_period_is_refused(line: CommandLine, more: tuple[str, ...]):
    assert line(*options(*more))[0] == 2


def test_replay_needs_supervisor_and_running_exercise(
    line: CommandLine, server: RunningServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    operator = console(server, capsys, tmp_path / "budi", "budi")
    assert operator(*options())[0] == 2
    (exercise,) = (state.value for state in server.journal.states_of_kind("exercise").values())
    line("exercise", "end", "Galodo")
    assert end_exercise(exercise).kind == "exercise.ended"
    assert line(*options())[0] == 2
