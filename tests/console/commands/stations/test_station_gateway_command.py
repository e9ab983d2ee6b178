"""`tabuah station assign` and `readings quarantined`: a station gets its sender, and its readings."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.readings_fixture import gateway_account, gauge, stage
from support.running_server import PASSWORD, RunningServer, start_server
from support.station_file_samples import registration_draft

from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading
from tabuah.text.readings.measurements import describe_refusal_code

CODE = gauge().code


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("admin", Role.ADMIN)
        server.journal.append_drafts([registration_draft(gauge(gateway=""))])
        server.service.readings.check_silence()
        posted = [PostedReading(stage(1.2, datetime.now(UTC)))]
        server.service.readings.submit(gateway_account("pupr"), posted).result()
        server.service.readings.check_silence()
        yield server


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console = CommandLineConsole(tmp_path / "console", capsys)
    console.run("login", "--server", server.url, "--user", "admin")
    console.run("sync")
    return console


def test_station_assignment_takes_in_quarantined_readings(server: RunningServer, console: CommandLineConsole):
    (waiting,) = console.json("readings", "quarantined", CODE.lower())
    assert (waiting["source"], waiting["reason"], waiting["count"]) == ("pupr", "not_your_station", 1)
    header, line = console.run("readings", "quarantined").splitlines()
    assert header.endswith("Alasan")
    assert line.endswith(describe_refusal_code("not_your_station"))
    with server.client() as client:
        assert client.get("/health").json()["quarantined"] == {"not_your_station": 1}
    record = {"station": CODE, "gateway": "pupr", "before": ""}
    assert console.json("station", "assign", CODE, "--gateway", "pupr", "--reason", "pos PUPR") == [record]
    console.run("sync")
    server.service.readings.check_silence()
    assert console.json("readings", "quarantined") == []
    assert console.json("station", "show", CODE)["gateway"] == "pupr"
    assert [reading.value for reading in server.service.readings.latest()] == [1.2]


def test_station_assignment_can_be_ended(console: CommandLineConsole):
    (record,) = console.json("station", "assign", CODE, "--gateway", "none", "--reason", "alat ditarik")
    assert record["gateway"] == ""
    assert "tidak ada gerbang data" in console.run("station", "assign", CODE, "--gateway", "none", "--reason", "uji")


def test_corrections_are_listed_with_both_senders(server: RunningServer, console: CommandLineConsole):
    console.run("station", "assign", CODE, "--gateway", "pupr", "--reason", "pos PUPR")
    console.run("sync")
    server.service.readings.check_silence()
    (known,) = server.service.readings.latest()
    admin = ReadingAuthor(account="admin", role=Role.ADMIN)
    corrected = PostedReading(stage(1.5, known.at))
    server.service.readings.submit(admin, [corrected]).result()
    (found,) = console.json("readings", "corrections", CODE.lower(), "stage_m")
    assert (found["old_value"], found["old_account"]) == (1.2, "pupr")
    assert (found["new_value"], found["new_account"]) == (1.5, "admin")
    assert "1,20 m" in console.run("readings", "corrections", CODE, "stage_m")
