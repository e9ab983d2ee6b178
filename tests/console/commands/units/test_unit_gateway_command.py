"""`tabuah unit assign`: a tracker gets its sender, and its quarantined positions."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.readings_fixture import gateway_account
from support.running_server import PASSWORD, RunningServer, start_server
from support.unit_samples import drive, unit_card

from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading
from tabuah.operations.units.drafts import register_unit


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("admin", Role.ADMIN)
        server.add_user("ani", Role.OPERATOR)
        server.journal.append_drafts([register_unit(unit_card(tracker="GPS-07"))])
        server.service.readings.check_silence()
        posted = [PostedReading(r) for r in drive("GPS-07", [(100.6, -0.9)], start_at=datetime.now(UTC))]
        server.service.readings.submit(gateway_account("pelacak"), posted).result()
        server.service.readings.check_silence()
        yield server


def console_of(server: RunningServer, folder: Path, user: str, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console = CommandLineConsole(folder / user, capsys)
    console.run("login", "--server", server.url, "--user", user)
    console.run("sync")
    return console


def test_tracker_assignment_takes_in_quarantined_positions(server, tmp_path, capsys, monkeypatch):
    console = console_of(server, tmp_path, "admin", capsys, monkeypatch)
    waiting = console.json("readings", "quarantined")
    assert {(row["source"], row["reason"], row["count"]) for row in waiting} == {("pelacak", "not_your_station", 2)}
    record = {"unit": "TRC-1", "tracker": "GPS-07", "gateway": "pelacak", "before": ""}
    assert console.json("unit", "assign", "trc-1", "--gateway", "pelacak", "--reason", "pos Damkar") == [record]
    assert console.json("unit", "show", "TRC-1")["gateway"] == "pelacak"
    console.run("sync")
    server.service.readings.check_silence()
    assert console.json("readings", "quarantined") == []
    assert server.service.readings.quarantined() == {}


def test_tracker_assignment_needs_an_administrator(server, tmp_path, capsys, monkeypatch):
    console = console_of(server, tmp_path, "ani", capsys, monkeypatch)
    console.run("unit", "assign", "TRC-1", "--gateway", "bws", "--reason", "saya mau", code=2)
    assert "Peran" in console.errors
    assert console.json("unit", "show", "TRC-1")["gateway"] == ""
