"""`tabuah station unregistered` and `register --from-unregistered`, with a running server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.readings_fixture import gateway_account
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Reading

CODE = "SLK-AWLR-90"
REGISTER = ("station", "register", CODE.lower(), "--name", "AWLR Baru", "--at", "100.72,-0.95", "--from-unregistered")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("admin", Role.ADMIN)
        server.add_user("bws", Role.GATEWAY)
        yield server


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console = CommandLineConsole(tmp_path / "console", capsys)
    console.run("login", "--server", server.url, "--user", "admin")
    console.run("sync")
    return console


def send(server: RunningServer, account: str, count: int = 6) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    posted = [
        PostedReading(Reading(CODE, "stage_m", start + timedelta(minutes=10 * n), 1.0 + n / 10)) for n in range(count)
    ]
    server.service.readings.submit(gateway_account(account), posted).result()


def test_unregistered_station_is_listed_registered_and_taken_in(server: RunningServer, console: CommandLineConsole):
    send(server, "bws")
    (listed,) = console.json("station", "unregistered")
    assert (listed["code"], listed["account"], listed["count"]) == (CODE, "bws", 6)
    assert "1,50 m" in console.run("station", "unregistered")
    assert console.json(*REGISTER) == {"code": CODE, "name": "AWLR Baru", "gateway": "bws"}
    shown = console.json("station", "show", CODE)
    assert [(p["code"], p["expected_interval_s"]) for p in shown["parameters"]] == [("stage_m", 600.0)]
    console.run("sync")
    server.service.readings.check_silence()
    assert [reading.value for reading in server.service.readings.latest()] == [1.5]
    assert console.json("station", "unregistered") == []


def test_station_that_sent_nothing_cannot_be_filled_in(console: CommandLineConsole):
    console.run(*REGISTER, code=2)
    assert "tabuah station unregistered" in console.errors


def test_sender_must_be_named_if_there_are_several(server: RunningServer, console: CommandLineConsole):
    send(server, "bws")
    send(server, "lain", count=1)
    console.run(*REGISTER, code=2)
    assert "bws, lain" in console.errors
    console.run(*REGISTER, "--gateway", "bws")


def test_station_without_kind_is_refused(console: CommandLineConsole):
    console.run(*(word for word in REGISTER if word != "--from-unregistered"), code=2)
    assert "--kind" in console.errors
