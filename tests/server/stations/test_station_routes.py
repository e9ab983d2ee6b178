"""`/v1/stations`: list, registration by administrators with a result for each station, and unregistered senders."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.readings_fixture import gateway_account
from support.running_server import RunningServer, start_server

from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.people.user_changes import ADMINISTRATOR
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import decode_entry

GAUGE: dict[str, Any] = {
    "code": "SLK-AWLR-90",
    "name": "AWLR Batang Contoh",
    "kind": "river",
    "longitude": 100.72,
    "latitude": "-0,95",
    "parameters": "stage_m @600 -1..12 | battery_v",
    "river": "Batang Contoh",
    "siaga_1": 3.2,
    "thresholds_source": "BWS",
    "gateway": "bws",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        for name, role in (("admin", Role.ADMIN), ("ani", Role.SUPERVISOR), ("bws", Role.GATEWAY)):
            server.add_user(name, role)
        yield server


def post(
    server: RunningServer, *stations: dict[str, Any], user: str = "admin", status: int = 200, **more: Any
) -> Any:
    with server.approved_client(user) as client:
        reply = client.post("/v1/stations", json={"stations": list(stations), **more})
    assert reply.status_code == status, reply.text
    return reply.json()


def listed(server: RunningServer, **params: str) -> list[str]:
    with server.client("ani") as client:
        reply = client.get("/v1/stations", params=params)
    assert reply.status_code == 200, reply.text
    return [station["code"] for station in reply.json()["stations"]]


def test_post_registers_for_the_named_administrator(server: RunningServer):
    assert post(server, GAUGE) == {
        "written": True,
        "results": [{"code": "SLK-AWLR-90", "state": "new", "problems": []}],
    }
    assert listed(server) == ["SLK-AWLR-90"]
    (record,) = server.journal.records_of("station/SLK-AWLR-90")
    entry = decode_entry(record.text)
    body = decode_body(entry)
    assert isinstance(body, StationRegistered)
    assert (entry.actor, body.by, body.station.gateway) == (ADMINISTRATOR, "admin", "bws")
    assert post(server, GAUGE)["results"][0]["state"] == "unchanged"


def test_post_changes_with_a_reason(server: RunningServer):
    post(server, GAUGE)
    assert post(server, {"code": "SLK-AWLR-90", "siaga_1": 3.5}, reason="kajian baru")["written"]
    with server.client("ani") as client:
        (station,) = client.get("/v1/stations").json()["stations"]
    (change,) = station["changes"]["thresholds"]
    assert (change["by"], change["reason"], change["after"]) == ("admin", "kajian baru", {"siaga_1": 3.5})


def test_post_refuses_each_station_with_its_reasons_and_writes_none(server: RunningServer):
    swapped = {**GAUGE, "code": "A1", "longitude": -0.95, "latitude": 100.72}
    bad = {**GAUGE, "code": "a 2", "kind": 5, "siaga_2": "empat", "gateway": "ani"}
    told = post(server, GAUGE, swapped, bad, GAUGE)
    assert told["written"] is False
    found = [{(p["field"], p["code"]) for p in each["problems"]} for each in told["results"]]
    assert found == [
        set(),
        {("position", "coordinates_swapped")},
        {
            ("code", "code_malformed"),
            ("kind", "kind_unknown"),
            ("siaga_2", "number_unreadable"),
            ("gateway", "gateway_of_person"),
        },
        {("code", "code_repeated")},
    ]
    assert all(problem["text"] for each in told["results"] for problem in each["problems"])
    assert listed(server) == []
    assert post(server, GAUGE, swapped, valid_only=True)["written"]
    assert listed(server) == ["SLK-AWLR-90"]


def test_post_as_dry_run_writes_nothing(server: RunningServer):
    assert post(server, GAUGE, dry_run=True)["results"][0]["state"] == "new"
    assert listed(server) == []


@pytest.mark.parametrize("user", ["ani", "bws"])
def test_post_needs_an_administrator(server: RunningServer, user: str):
    assert post(server, GAUGE, user=user, status=403)["title"]
    assert listed(server) == []


def test_post_needs_an_approved_device(server: RunningServer):
    with server.client("admin") as program:
        replies = [program.post("/v1/stations", json={"stations": [GAUGE]})]
        server.authorise(program, "admin", DeviceKey.generate().device_id)
        replies.append(program.post("/v1/stations", json={"stations": [GAUGE]}))
    assert [(reply.status_code, reply.json()["code"]) for reply in replies] == [(403, "device_not_approved")] * 2
    assert listed(server) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"stations": []}', b'{"stations": [{"code": null}]}', b'{"stations": [7]}', b"\xff" * 10]
)
def test_malformed_post_is_refused(server: RunningServer, body: bytes):
    with server.approved_client("admin") as client:
        reply = client.post("/v1/stations", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 400


def test_too_many_stations_are_refused(server: RunningServer):
    post(server, *({**GAUGE, "code": f"A{n}"} for n in range(501)), status=400)


def test_list_goes_on_after_a_code(server: RunningServer):
    post(server, *({**GAUGE, "code": f"A{n}"} for n in range(3)))
    assert listed(server, after="A0") == ["A1", "A2"]


def send(server: RunningServer, account: str, *readings: Reading) -> list[str]:
    posted = [PostedReading(reading) for reading in readings]
    reply = server.service.readings.submit(gateway_account(account), posted).result()
    return [notice.reason for notice in reply.set_aside]


def test_unregistered_sender_is_listed_and_taken_in_after_registration(server: RunningServer):
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    times = [start + timedelta(minutes=10 * n) for n in range(6)]
    readings = [Reading("SLK-AWLR-90", "stage_m", at, 1.0 + n / 10) for n, at in enumerate(times)]
    assert send(server, "bws", *reversed(readings)) == ["unknown_station"] * 6
    send(server, "lain", Reading("SLK-AWLR-90", "stage_m", times[0], 9.0))
    with server.client("ani") as client:
        found = client.get("/v1/stations/unregistered").json()["stations"]
    assert [(each["code"], each["account"]) for each in found] == [("SLK-AWLR-90", "bws"), ("SLK-AWLR-90", "lain")]
    (series,) = found[0]["series"]
    assert (series["parameter"], series["count"], series["low"], series["high"]) == ("stage_m", 6, 1.0, 1.5)
    assert series["newest"] == [1.5, 1.4, 1.3, 1.2, 1.1]
    post(server, GAUGE)
    server.service.readings.check_silence()
    (newest,) = server.service.readings.latest()
    assert (newest.value, server.service.readings.quarantined()) == (1.5, {"unknown_station": 1})
    with server.client("ani") as client:
        assert client.get("/v1/stations/unregistered").json()["stations"] == []
