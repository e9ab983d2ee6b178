"""A rule or a watch that cannot be evaluated stops no other one, and not the server."""

from pathlib import Path

import pytest
from support.attack_samples import ATTACK_STATION, attack
from support.attacked_server import posted
from support.readings_fixture import gateway_account
from support.running_server import start_server

from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import watch_for_rule
from tabuah.operations.stations.station import Station
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.journal import ServerJournal


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "server"
    with monkeypatch.context() as older:
        older.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
        with ServerJournal.open(path) as journal:
            journal.append_drafts([attack("station"), attack("rule")])
    return path


def test_server_starts_without_faulty_rule(directory: Path, monkeypatch: pytest.MonkeyPatch):
    def watch_or_fault(rule: Rule, station: Station) -> object:
        if rule.id == "bad-1":
            raise OverflowError("days=1e14")
        return watch_for_rule(rule, station)

    monkeypatch.setattr("tabuah.server.readings.registry.watch_for_rule", watch_or_fault)
    with start_server(directory) as server, server.client() as client:
        server.service.readings.submit(gateway_account("mqtt/simulator"), [posted(ATTACK_STATION, 1.0)]).result()
        assert "tabuah_isolated_faults_total 1\n" in client.get("/metrics").text
        assert client.get("/health").json()["faults"] == 1
    assert take_faults() == {"rule": 1}


def test_silence_check_continues_after_faulty_watch(directory: Path, monkeypatch: pytest.MonkeyPatch):
    def overflow(*_arguments: object, **_options: object) -> None:
        raise OverflowError("date value out of range")

    with start_server(directory) as server:
        server.service.readings.submit(gateway_account("mqtt/simulator"), [posted(ATTACK_STATION, 1.0)]).result()
        monkeypatch.setattr("tabuah.server.readings.silence_monitor.evaluate_silence", overflow)
        server.service.readings.check_silence()
    assert take_faults()["watch"] >= 1
