"""Trial runs of rules on the server: results equal to the engine's, in a separate process, and within limits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.readings_fixture import gateway_account, gauge
from support.running_server import RunningServer, start_server

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Combination, CombinationPart, PartPlace, Rule, Threshold
from tabuah.operations.rules.rule_trial import try_rule
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.rules import trial_service as trials
from tabuah.server.rules.trial_worker import TrialJob, run_trial
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.rule_trial_messages import (
    TrialDone,
    TrialFailed,
    TrialMessage,
    TrialProgress,
    TrialRequest,
    decode_trial_message,
)
from tabuah.storage.readings.rule_trial import try_rule_on_readings
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, RequestRefused
from tabuah.storage.sync.rule_trial import try_rule_at_server

RULES = {rule.id: rule for rule in default_rules()}
FLOODED = RULES["tma-siaga-1"]
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
STATIONS = tuple(msgspec.structs.replace(gauge(), code=f"SLK-AWLR-{n:02d}") for n in range(3))
STAGES = ([1.0] * 30 + [3.4] * 15) * 2 + [1.0] * 30
SPAN = {"since": START, "until": START + timedelta(hours=5)}


def stages(station: str = STATIONS[0].code) -> list[Reading]:
    return [Reading(station, "stage_m", START + timedelta(minutes=n), v) for n, v in enumerate(STAGES)]


def sent(server: RunningServer, readings: list[Reading]) -> None:
    server.service.readings.submit(gateway_account(), [PostedReading(reading) for reading in readings]).result()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        for name, role in (("ani", Role.SUPERVISOR), ("budi", Role.VIEWER), ("gerbang", Role.GATEWAY)):
            server.add_user(name, role)
        drafts = [
            Draft(
                subject=f"station/{each.code}",
                kind="station.registered",
                body=encode_body(StationRegistered(station=each)),
            )
            for each in STATIONS
        ]
        server.journal.append_drafts(drafts)
        server.service.readings.check_silence()
        sent(server, [reading for station in STATIONS for reading in stages(station.code)])
        yield server


def asked(rule: Rule = FLOODED, **span: datetime) -> bytes:
    return msgspec.json.encode(TrialRequest(rule=rule, **(SPAN | span)))


def messages(client: httpx2.Client, body: bytes) -> list[TrialMessage]:
    with client.stream("POST", "/v1/rules/try", content=body) as response:
        assert response.status_code == 200, response.read()
        return [decode_trial_message(line) for line in response.iter_lines()]


def wait_for(is_so) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_trial_matches_the_engine_and_reports_progress(server: RunningServer) -> None:
    with server.client("budi") as client:
        *told, last = messages(client, asked())
    history = {(each.code, "stage_m"): [(r.at, r.value) for r in stages(each.code)] for each in STATIONS}
    assert isinstance(last, TrialDone)
    assert last.trial == try_rule(FLOODED, STATIONS, history, since=START)
    assert (len(last.trial.episodes), last.trial.series, last.trial.readings) == (6, 3, 360)
    assert last.trial.oldest_at == START
    assert TrialProgress(done=0, of=3) in told


def test_trial_covers_only_the_requested_time(server: RunningServer) -> None:
    later = START + timedelta(minutes=60)
    with server.client("ani") as client:
        last = messages(client, asked(since=later))[-1]
    assert isinstance(last, TrialDone)
    assert {episode.onset_at for episode in last.trial.episodes} == {START + timedelta(minutes=75)}
    assert (last.trial.readings, last.trial.oldest_at) == (180, later)


def test_trial_of_multi_series_rule_combines_series(server: RunningServer) -> None:
    part = CombinationPart(
        parameter="stage_m", condition=Threshold(limit=3.0), where=PartPlace.NAMED, stations=("SLK-AWLR-01",)
    )
    both = Combination(
        parts=(CombinationPart(parameter="stage_m", condition=Threshold(limit=3.0)), part), within_s=600
    )
    rule = Rule(id="dua", name="", parameter="stage_m", condition=both, severity=AlarmSeverity.HIGH)
    with server.client("ani") as client:
        last = messages(client, asked(rule))[-1]
    assert isinstance(last, TrialDone)
    assert [len(episode.evidence) for episode in last.trial.episodes] == [2] * 6


def test_trial_skips_maintenance_readings(tmp_path: Path) -> None:
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        marked = [msgspec.structs.replace(r, quality=int(Quality.MAINTENANCE)) for r in stages()[:60]]
        store.store([*marked, *stages()[60:]])
        trial = try_rule_on_readings(FLOODED, STATIONS, store, **SPAN, on_series=lambda _done, _of: None)
    assert [episode.onset_at for episode in trial.episodes] == [START + timedelta(minutes=75)]
    assert trial.readings == len(STAGES) - 60


def test_trial_limits_readings_held_at_once(tmp_path: Path) -> None:
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        store.store([reading for station in STATIONS for reading in stages(station.code)])
    job = TrialJob(
        readings=str(tmp_path / FILE_NAME), rule=FLOODED, stations=STATIONS, most_at_once=len(STAGES), **SPAN
    )
    assert isinstance(run_trial(job, lambda _message: None), TrialDone)
    told = run_trial(msgspec.structs.replace(job, most_at_once=len(STAGES) - 1), lambda _message: None)
    assert isinstance(told, TrialFailed)
    assert told.code == "trial_too_large"


def test_trial_ends_after_its_time_limit(server: RunningServer, monkeypatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_S", 0.0)
    monkeypatch.setattr(trials, "SAY_EVERY_S", 0.001)
    with server.client("ani") as client:
        last = messages(client, asked())[-1]
    assert isinstance(last, TrialFailed)
    assert last.code == "trial_too_long"
    wait_for(lambda: server.service.trials.running == 0)


@pytest.fixture
def slow(server: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunningServer:
    """A server whose trials produce no output and do not end."""
    (tmp_path / "sleeping_trial.py").write_text("import sys, time\nsys.stdin.read()\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(trials, "WORKER", "sleeping_trial")
    monkeypatch.setattr(trials, "SAY_EVERY_S", 0.05)
    return server


@contextmanager
def trying(server: RunningServer, user: str) -> Iterator[Iterator[str]]:
    """A running trial of a user: the lines of its response."""
    with server.client(user) as client, client.stream("POST", "/v1/rules/try", content=asked()) as response:
        lines = response.iter_lines()
        assert isinstance(decode_trial_message(next(lines)), TrialProgress)
        yield lines


def test_trial_ends_with_its_connection(slow: RunningServer) -> None:
    with trying(slow, "ani") as lines:
        assert [decode_trial_message(next(lines)) for _ in range(3)] == [TrialProgress(done=0, of=0)] * 3
        assert slow.service.trials.running == 1
    wait_for(lambda: slow.service.trials.running == 0)


def test_trial_replaces_running_trial_of_same_user(slow: RunningServer) -> None:
    with trying(slow, "ani") as first, trying(slow, "ani"):
        assert decode_trial_message(list(first)[-1]) == TrialFailed(code="trial_replaced")
        assert slow.service.trials.running == 1


def test_trial_is_refused_when_server_is_busy(slow: RunningServer) -> None:
    slow.add_user("cici")
    with trying(slow, "ani"), trying(slow, "budi"), slow.client("cici") as client:
        refused = client.post("/v1/rules/try", content=asked())
    assert (refused.status_code, refused.json()["code"]) == (503, "trials_busy")


def test_trial_ends_when_server_stops(slow: RunningServer) -> None:
    with trying(slow, "ani") as lines:
        slow.service.stop()
        assert decode_trial_message(list(lines)[-1]) == TrialFailed(code="stopping")


def test_trial_reports_a_dead_process(server: RunningServer, monkeypatch, caplog) -> None:
    monkeypatch.setattr(trials, "WORKER", "tabuah.no_such_worker")
    with server.client("ani") as client:
        assert messages(client, asked())[-1] == TrialFailed(code="trial_ended")
    assert "without an answer" in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (msgspec.json.encode({"rule": msgspec.to_builtins(FLOODED), "from": "2026-11-24", "to": "2026-11-25"}), 400),
        (asked(since=START + timedelta(days=9)), 400),
        (b" " * 70_000, 413),
    ],
)
def test_trial_request_rejects_invalid_input(server: RunningServer, body: bytes, status: int) -> None:
    with server.client("ani") as client:
        reply = client.post("/v1/rules/try", content=body)
    assert reply.status_code == status
    assert msgspec.json.decode(reply.content, type=Problem).code


@pytest.mark.parametrize(("user", "status"), [("", 401), ("gerbang", 403)])
def test_trial_is_refused_to_gateways(server: RunningServer, user: str, status: int) -> None:
    with server.client(user) as client:
        assert client.post("/v1/rules/try", content=asked()).status_code == status


class EndedError(Exception):
    """Raised by a console when its user has closed the trial."""


def test_trial_progress_callback_can_abort(slow: RunningServer) -> None:
    def end(_done: int, _of: int) -> None:
        if slow.service.trials.running:
            raise EndedError

    with slow.client("ani") as known:
        token = known.headers["Authorization"].removeprefix("Bearer ")
    with ServerClient(slow.url, access_token=lambda: token) as client, pytest.raises(EndedError):
        try_rule_at_server(client, TrialRequest(rule=FLOODED, **SPAN), on_series=end)
    wait_for(lambda: slow.service.trials.running == 0)


def test_trial_distinguishes_refusal_and_lost_connection(server: RunningServer, monkeypatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_S", 0.0)
    monkeypatch.setattr(trials, "SAY_EVERY_S", 0.001)
    tokens = iter(("old", "good"))
    with server.client("ani") as known:
        good = known.headers["Authorization"].removeprefix("Bearer ")
    told = {"old": "x.y.z", "good": good}
    fetch = {"access_token": lambda: told[next(tokens)], "renewed_token": lambda: told[next(tokens)]}
    with ServerClient(server.url, **fetch) as client, pytest.raises(RequestRefused) as refused:
        try_rule_at_server(client, TrialRequest(rule=FLOODED, **SPAN), on_series=lambda _done, _of: None)
    assert "dua menit" in str(refused.value)
    with ServerClient("http://127.0.0.1:9", access_token=lambda: "x") as client, pytest.raises(Offline):
        try_rule_at_server(client, TrialRequest(rule=FLOODED, **SPAN), on_series=lambda _done, _of: None)
