"""Fuzzing: any request gets a valid response or a problem document, never an internal error."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.draft_samples import incident_report_draft, note_draft
from support.running_server import RunningServer, WritingDevice, start_server

from tabuah.operations.entry_kinds import known_kinds
from tabuah.storage.journal.wire import SignedEntry

QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
POSTS = ["/v1/session", "/v1/session/refresh", "/v1/devices", "/v1/journal", "/v1/readings"]
TIMES = st.sampled_from(
    ["2026-11-24T07:30:00", "2026-11-24T07:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "x", ""]
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_server(tmp_path_factory.mktemp("server")) as server:
        server.add_user("ani")
        yield server


@pytest.fixture(scope="module")
def writer(server: RunningServer) -> Iterator[WritingDevice]:
    with server.client("ani") as client:
        device = WritingDevice(client, "ani")
        device.enrol()
        server.authorise(client, "ani", device.key.device_id)
        yield device


def is_answered(reply: httpx2.Response) -> None:
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.headers["content-type"] == "application/problem+json"
        problem = reply.json()
        assert problem["status"] == reply.status_code
        assert problem["code"]


@QUICK
@given(path=st.sampled_from(POSTS), body=st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode()))
def test_any_body_gets_a_valid_response(writer: WritingDevice, path: str, body: bytes):
    is_answered(writer.client.post(path, content=body))


@pytest.mark.parametrize("path", POSTS)
def test_invalid_utf8_is_a_client_error(writer: WritingDevice, path: str):
    reply = writer.client.post(path, content=b'{"device": "\xff\xfe", "readings": [["\xff", "p", "t", 1]]}')
    is_answered(reply)
    assert reply.status_code == 400


def test_malformed_request_error_repeats_no_values(writer: WritingDevice):
    reply = writer.client.post("/v1/session", json={"user": "ani", "password": "", "protocol": 1})
    assert reply.status_code == 400
    assert "password" in reply.json()["detail"]
    reply = writer.client.post("/v1/session", json={"user": "ani", "password": ["rahasia"], "protocol": 1})
    assert "rahasia" not in reply.text


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("bomb", [b"[" * 100_000, b'{"a":' * 100_000, b'{"device":"x","zzz":' + b"[" * 100_000])
def test_deeply_nested_body_gets_valid_response(writer: WritingDevice, path: str, bomb: bytes):
    is_answered(writer.client.post(path, content=bomb))


@QUICK
@given(
    path=st.sampled_from(["/v1/journal", "/v1/stream", "/v1/checkpoint", "/v1/blobs/x", "/v1/x", "/metrics"]),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    query=st.dictionaries(
        st.sampled_from(["after", "limit", "subject", "x"]), st.text(max_size=30) | st.integers().map(str), max_size=3
    ),
)
def test_any_query_gets_a_valid_response(writer: WritingDevice, path: str, method: str, query: dict[str, str]):
    with writer.client.stream(method, path, params=query) as reply:
        if not (path == "/v1/stream" and reply.status_code == 200):
            reply.read()
        assert reply.status_code < 500


def push_texts(writer: WritingDevice, *texts: bytes) -> httpx2.Response:
    pairs = tuple(SignedEntry(text.decode(), writer.key.sign(text).hex()) for text in texts)
    body = {"device": writer.key.device_id, "entries": pairs}
    return writer.client.post("/v1/journal", content=msgspec.json.encode(body))


def mutations() -> st.SearchStrategy[dict[str, Any]]:
    fields = ["id", "n", "prev", "actor", "grant", "subject", "kind", "body", "base", "occurred_at", "schema", "x"]
    return st.dictionaries(st.sampled_from(fields), JSON, min_size=1, max_size=3)


@QUICK
@given(changes=mutations())
def test_any_signed_text_gets_valid_response(writer: WritingDevice, changes: dict[str, Any]):
    head = writer.head
    text = writer.write(note_draft("incident/1")).text
    changed = json.dumps({**json.loads(text), **changes}).encode()
    reply = push_texts(writer, changed)
    is_answered(reply)
    if reply.status_code == 200:
        writer.head = type(head)(head.n + 1, _hash(changed))
    else:
        writer.head = head


@QUICK
@given(
    kind=st.sampled_from([*known_kinds(), "unknown.kind"]),
    body=JSON,
    subject=st.sampled_from(
        ["incident/1", "alarm/1", "station/S-1", "user/ani", "device/x", "rule/r", "x", "incident/"]
    ),
    at=TIMES,
    occurred_at=TIMES,
    exercise=st.booleans(),
)
def test_any_entry_kind_gets_a_verdict(writer: WritingDevice, kind, body, subject, at, occurred_at, exercise):
    head = writer.head
    fields = json.loads(writer.write(note_draft(subject)).text)
    fields |= {"kind": kind, "body": body, "at": at, "occurred_at": occurred_at or None, "exercise": exercise}
    text = json.dumps(fields).encode()
    reply = push_texts(writer, text)
    is_answered(reply)
    if reply.status_code == 200:
        assert reply.json()["results"][0]["reason"] != "not_judgeable"
        writer.head = type(head)(head.n + 1, _hash(text))
    else:
        writer.head = head


@pytest.mark.parametrize("field", ["at", "occurred_at"])
def test_time_without_zone_is_refused(writer: WritingDevice, field: str):
    head = writer.head
    fields = json.loads(writer.write(incident_report_draft(writer.key.tag)).text) | {field: "2026-11-24T07:30:00"}
    reply = push_texts(writer, json.dumps(fields).encode())
    writer.head = head
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed_entry")


def _hash(text: bytes) -> str:
    from tabuah.storage.journal.wire import text_hash

    return text_hash(text)
