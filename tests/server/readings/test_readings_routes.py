"""Readings over HTTP on a real server: permissions, invalid input, and the live stream."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.readings_fixture import gauge
from support.running_server import RunningServer

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.storage.journal.protocol import LatestReply, Problem, ReadingsReply, SeriesReply
from tabuah.storage.journal.signatures import DeviceKey

STATION = gauge()


def now(minutes: float = 0) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)


def reading(value: float, minutes: float = 0) -> Reading:
    return Reading(STATION.code, "stage_m", now(minutes), value)


@pytest.fixture
def server(running_server: RunningServer) -> RunningServer:
    """A server with one gauge, the default rules, and a gateway."""
    rules = [
        Draft(subject=f"rule/{r.id}", kind="rule.written", body=encode_body(RuleWritten(rule=r)))
        for r in default_rules()
    ]
    body = encode_body(StationRegistered(station=STATION))
    station = Draft(subject=f"station/{STATION.code}", kind="station.registered", body=body)
    running_server.journal.append_drafts([station, *rules])
    running_server.service.readings.check_silence()
    running_server.add_user("gerbang", Role.GATEWAY)
    return running_server


@pytest.fixture
def gateway(server: RunningServer) -> Iterator[httpx2.Client]:
    with server.client("gerbang") as client:
        yield client


def post(client: httpx2.Client, *readings: Reading) -> ReadingsReply:
    reply = client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=ReadingsReply)


def problem_of(reply: httpx2.Response) -> Problem:
    return msgspec.json.decode(reply.content, type=Problem)


def test_readings_are_stored_once_and_served(gateway: httpx2.Client):
    batch = [reading(1.0 + m / 10, m - 10) for m in range(10)]
    assert post(gateway, *batch) == ReadingsReply(stored=10, unchanged=0)
    assert post(gateway, *batch) == ReadingsReply(stored=0, unchanged=10)
    latest = msgspec.json.decode(gateway.get("/v1/readings/latest").content, type=LatestReply)
    assert latest.readings == (batch[-1],)
    asked = {
        "station": STATION.code,
        "parameter": "stage_m",
        "from": batch[0].at.isoformat(),
        "to": batch[-1].at.isoformat(),
    }
    series = msgspec.json.decode(gateway.get("/v1/readings", params=asked).content, type=SeriesReply)
    assert [(p.at, p.mean) for p in series.points] == [(r.at, r.value) for r in batch]
    few = msgspec.json.decode(gateway.get("/v1/readings", params=asked | {"points": 2}).content, type=SeriesReply)
    assert [p.count for p in few.points] == [5, 5]


def test_bad_reading_is_quarantined_with_reason(gateway: httpx2.Client):
    code, at = STATION.code, now().isoformat()
    rows = [
        [code, "stage_m", at, 1.0],
        [code, "stage_m", at, 1e308],
        [code, "stage_m", "1970-01-01T00:00:00Z", 1.0],
        [code, "stage_m", "2099-01-01T00:00:00Z", 1.0],
        ["SLK-XX-99", "stage_m", at, 1.0],
        [code, "pm25_ugm3", at, 1.0],
        [code, "stage_m", at, None],
        [code, "stage_m", "2026-11-24T07:30:00", 1.0],
        [code, "stage_m", "kemarin", 1.0],
        {"station": code},
        [code, "stage_m", at, "1.0"],
        ["\ud800", "stage_m", at, 1.0],
        [code, "stage_m", "0001-01-01T00:00:00+14:00", 1.0],
        [code, "stage_m", at, 1.0, 2**80],
    ]
    body = (
        json.dumps({"readings": rows})[:-2]
        + f', ["{code}", "stage_m", "{at}", NaN], ["{code}", "a", "{at}", 1e999]]}}'
    )
    reply = gateway.post("/v1/readings", content=body.encode())
    assert reply.status_code == 200, reply.text
    told = msgspec.json.decode(reply.content, type=ReadingsReply)
    reasons = {aside.index: aside.reason for aside in told.set_aside}
    assert reasons == {
        1: "out_of_range",
        2: "too_old",
        3: "in_the_future",
        4: "unknown_station",
        5: "unknown_parameter",
        6: "not_a_number",
        7: "malformed",
        8: "malformed",
        9: "malformed",
        10: "not_a_number",
        11: "malformed",
        12: "too_old",
        14: "not_a_number",
        15: "not_a_number",
    }
    assert told.stored + told.unchanged == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_readings"),
        (b"<html>", 400, "malformed_readings"),
        (b"[]", 400, "malformed_readings"),
        (b'{"readings": 3}', 400, "malformed_readings"),
        (b'{"readings": [' + b"[" * 100_000, 400, "malformed_readings"),
        (b'{"readings": [' + b",".join([b"0"] * 5001) + b"]}", 413, "too_large"),
        (b" " * (10 * 1024 * 1024 + 1), 413, "too_large"),
        (b"\xff\xfe", 400, "malformed_readings"),
    ],
)
def test_invalid_batch_is_refused_with_reason(gateway: httpx2.Client, body: bytes, status: int, code: str):
    reply = gateway.post("/v1/readings", content=body)
    assert (reply.status_code, problem_of(reply).code) == (status, code)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"from": "2026-11-24T07:30:00"}, "zone"),
        ({"to": "besok"}, "RFC 3339"),
        ({"points": "0"}, "1 to 5000"),
        ({"points": "9" * 5000}, "1 to 5000"),
    ],
)
def test_readings_query_reports_invalid_parameters(gateway: httpx2.Client, asked: dict, wrong: str):
    good = {"station": "x", "parameter": "y", "from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00+07:00"}
    assert gateway.get("/v1/readings", params=good).status_code == 200
    reply = gateway.get("/v1/readings", params=good | asked)
    assert reply.status_code == 400
    assert wrong in problem_of(reply).detail


@pytest.mark.parametrize(
    ("role", "sends", "reads"),
    [
        (Role.GATEWAY, 200, 200),
        (Role.FIELD, 200, 200),
        (Role.ADMIN, 200, 200),
        (Role.VIEWER, 403, 200),
        (Role.AUDITOR, 403, 200),
    ],
)
def test_readings_need_a_sending_role(server: RunningServer, role: Role, sends: int, reads: int):
    server.add_user("budi", role)
    with server.approved_client("budi") as client:
        sent = client.post("/v1/readings", content=b'{"readings": []}').status_code
        assert (sent, client.get("/v1/readings/latest").status_code) == (sends, reads)
    with server.client() as nobody:
        assert nobody.post("/v1/readings", content=b'{"readings": []}').status_code == 401


def test_readings_of_a_person_need_an_approved_device(server: RunningServer):
    server.add_user("budi", Role.FIELD)
    body = msgspec.json.encode(ReadingBatch(readings=(reading(9.9),)))
    with server.client("budi") as client:
        replies = [client.post("/v1/readings", content=body)]
        for user in ("budi", "gerbang"):
            server.authorise(client, user, DeviceKey.generate().device_id)
            replies.append(client.post("/v1/readings", content=body))
        assert {problem_of(reply).code for reply in replies} == {"device_not_approved"}
        assert msgspec.json.decode(client.get("/v1/readings/latest").content, type=LatestReply).readings == ()


def test_flood_reaches_the_live_stream(server: RunningServer, gateway: httpx2.Client):
    events: list[str] = []
    listening, complete = threading.Event(), threading.Event()

    def listen() -> None:
        with server.client("ani") as client, client.stream("GET", "/v1/stream") as stream:
            for line in stream.iter_lines():
                events.append(line)
                listening.set()
                if any("alarm.raised" in e for e in events) and any("3.45" in e for e in events):
                    complete.set()
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert listening.wait(10)
    post(gateway, *(reading(v, m - 4) for m, v in enumerate((2.9, 3.3, 3.4, 3.45))))
    assert complete.wait(10), events
    thread.join(10)
    alarms = [state.value for state in server.journal.states_of_kind("alarm").values()]
    assert sorted(a.rule for a in alarms if isinstance(a, Alarm)) == ["tma-siaga-1", "tma-siaga-2"]


def test_metrics_include_readings(gateway: httpx2.Client):
    post(gateway, reading(1.0), reading(99.0))
    metrics = gateway.get("/metrics").text
    assert "tabuah_readings_stored_total 1\n" in metrics
    assert "tabuah_readings_set_aside_total 1\n" in metrics


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.sampled_from([STATION.code, "stage_m"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
times = st.text(max_size=30) | st.datetimes(timezones=st.none() | st.just(UTC)).map(datetime.isoformat)
rows = st.tuples(
    st.just(STATION.code) | st.text(), st.just("stage_m") | anything, times, st.floats() | anything, st.integers()
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(rows | anything, max_size=8))
def test_any_batch_gets_a_valid_response(gateway: httpx2.Client, batch: list):
    reply = gateway.post("/v1/readings", content=json.dumps({"readings": batch}).encode())
    assert reply.status_code == 200, reply.text
    told = msgspec.json.decode(reply.content, type=ReadingsReply)
    assert told.stored + told.unchanged + len(told.set_aside) == len(batch)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | anything.map(json.dumps).map(str.encode))
def test_any_readings_body_gets_a_valid_response(gateway: httpx2.Client, body: bytes):
    assert gateway.post("/v1/readings", content=body).status_code < 500


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=times, until=times, points=st.text(max_size=6) | st.integers().map(str))
def test_any_readings_query_gets_valid_response(gateway: httpx2.Client, since: str, until: str, points: str):
    asked = {"station": STATION.code, "parameter": "stage_m", "from": since, "to": until, "points": points}
    assert gateway.get("/v1/readings", params=asked).status_code < 500
