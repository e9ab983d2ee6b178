"""`tabuah forecast` against a real server: forecast, model, verification and missing forecasts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.command_line import CommandLine
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server
from support.steady_river import steady_model

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.stations.entry_bodies import StationRegistered

STATION = gauge().code


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("gerbang", Role.GATEWAY)
        body = encode_body(StationRegistered(station=gauge()))
        server.journal.append_drafts([Draft(subject=f"station/{STATION}", kind="station.registered", body=body)])
        server.service.readings.check_silence()
        yield server


@pytest.fixture
def line(server: RunningServer, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    line = CommandLine(capsys, tmp_path / "console")
    code, _out, err = line("login", "--server", server.url, "--user", "ani")
    assert code == 0, err
    return line


def forecast_now(server: RunningServer) -> None:
    server.service.readings.use_model(steady_model(STATION))
    now = datetime.now(UTC)
    readings = tuple(Reading(STATION, "stage_m", now - timedelta(minutes=minute), 1.2) for minute in (1, 0))
    with server.client("gerbang") as client:
        client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))


def test_forecast_shows_method_and_error(server: RunningServer, line: CommandLine):
    forecast_now(server)
    code, out, _err = line("forecast", "show", STATION)
    assert code == 0
    assert "persistensi: tetap seperti sekarang" in out
    assert "1 jam 0,20 m" in out
    assert "1,20 m" in out
    told = line.json("forecast", "show", STATION)
    assert [point[0] for point in told["forecast"]["points"]][:2] == [0, 1800]


def test_forecast_model_compares_errors_with_persistence(server: RunningServer, line: CommandLine):
    forecast_now(server)
    code, out, _err = line("forecast", "model", STATION)
    assert code == 0
    assert "8 kali naik" in out
    assert "0 %" in out
    assert line.json("forecast", "model", STATION)["model"]["rises"] == 8


def test_forecast_verify_compares_with_observations(server: RunningServer, line: CommandLine):
    forecast_now(server)
    day = (datetime.now(UTC) - timedelta(days=1)).isoformat(), datetime.now(UTC).isoformat()
    code, out, _err = line("forecast", "verify", STATION, "--from", day[0], "--to", day[1])
    assert code == 0
    assert "Siaga 2" in out
    told = line.json("forecast", "verify", STATION, "--from", day[0], "--to", day[1])
    assert {each["result"]["hits"] for each in told["levels"]} == {0}
    assert line("forecast", "verify", STATION, "--from", day[1], "--to", day[0])[0] == 2


def test_forecast_explains_missing_forecast(server: RunningServer, line: CommandLine):
    assert f"Tidak ada prakiraan untuk {STATION}" in line("forecast", "show", STATION)[1]
    server.service.forecasts.fit_models()
    assert "terlalu sedikit" in line("forecast", "show", STATION)[1]
    assert "0,0 hari, 0 kali naik" in line("forecast", "model", STATION)[1]
