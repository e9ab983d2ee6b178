"""Every route refuses a caller before it reads body or query: their faults say what the route expects."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from support.running_server import RunningServer, WritingDevice, log_in, start_server

from tabuah.operations.people.roles import Role

# Routes whose bodies prove themselves: a password, a refresh token, a one-time code, or a signature.
OPEN = {
    "/v1/session",
    "/v1/session/challenge",
    "/v1/session/refresh",
    "/v1/password/reset",
    "/v1/devices/wipe-order",
    "/v1/checkpoint",
    "/v1/handback",
    "/n/{token}",  # the token is the proof
}
# Routes for everybody who has logged in; what they do concerns the caller alone, or is judged by its signature.
OF_EVERYBODY = {
    *("/v1/session/end", "/v1/password", "/v1/devices", "/v1/devices/challenge", "/v1/devices/retire", "/v1/journal"),
    *("/v1/second-factor/remove", "/v1/second-factor/recovery-codes"),
}
ID = "0" * 64
BODIES = (b"", b"{", b"[]", b'{"x": 1}', b'"\xff"', b"null")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        for name, role in (("layar", Role.VIEWER), ("kotak", Role.GATEWAY), ("rina", Role.ADMIN)):
            running.add_user(name, role)
        yield running


# Routes that answer everybody: states of the server, and what the console checks before it logs in.
READ_BY_EVERYBODY = {"/health", "/metrics", "/v1/pairing", "/n/{token}"}
QUERIES = (
    "",
    "?after=x&from=x&to=x&points=x&limit=x&station=&parameter=&span=x&days=x&at=x&brief=x",
    "?after=-1&from=%FF",
)


@pytest.fixture
def read_paths(server: RunningServer) -> list[str]:
    """Return the path of each route that reads, with values for its parts."""
    with server.client() as client:
        paths = client.get("/schema/openapi.json").json()["paths"]
    found = [path for path, item in paths.items() if "get" in item and path not in READ_BY_EVERYBODY]
    assert len(found) > 25
    return [path.replace("{sha256}", ID).replace("{station}", "SLK-1") for path in found]


def statuses_of_reads(client: httpx2.Client, paths: list[str]) -> dict[str, set[int]]:
    headers = {"Last-Event-ID": "x" * 30, "Range": "x"}
    return {path: {client.get(path + query, headers=headers).status_code for query in QUERIES} for path in paths}


@pytest.fixture
def routes(server: RunningServer) -> list[tuple[str, str]]:
    """Return method and path of each route that may have a body."""
    with server.client() as client:
        paths = client.get("/schema/openapi.json").json()["paths"]
    found = [(method, path) for path, item in paths.items() for method in item if method in ("post", "put", "patch")]
    assert len(found) > 30
    return [(method, path) for method, path in found if path not in OPEN]


def answers(client: httpx2.Client, routes: list[tuple[str, str]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for method, path in routes:
        for body in BODIES:
            address = path.replace("{sha256}", ID)
            reply = client.request(method, address, content=body, headers={"Content-Type": "application/json"})
            found.setdefault(f"{method} {path}", set()).add(reply.status_code)
    return found


def test_routes_without_a_session_answer_401(server: RunningServer, routes: list[tuple[str, str]]):
    with server.client() as client:
        found = answers(client, routes)
    assert {route: statuses for route, statuses in found.items() if statuses != {401}} == {}


def test_reads_without_a_session_answer_401_whatever_the_query(server: RunningServer, read_paths: list[str]):
    with server.client() as client:
        found = statuses_of_reads(client, read_paths)
        assert {path: statuses for path, statuses in found.items() if statuses != {401}} == {}
        client.headers["Authorization"] = "Bearer invalid"
        found = statuses_of_reads(client, read_paths)
    assert {path: statuses for path, statuses in found.items() if statuses != {401}} == {}


@pytest.mark.parametrize("user", ["layar", "kotak", "rina"])
def test_routes_of_others_answer_403(server: RunningServer, routes: list[tuple[str, str]], user: str):
    """A viewer on an approved device, a gateway, and an administrator without a device."""
    with server.client() as client:
        key = None
        if user == "layar":
            device = WritingDevice(client, user)
            key = device.key
        client.headers["Authorization"] = f"Bearer {log_in(client, user, key=key).access_token}"
        if key is not None:
            device.enrol()
        found = answers(client, [each for each in routes if each[1] not in OF_EVERYBODY | ALLOWED[user]])
    assert {route: statuses for route, statuses in found.items() if statuses != {403}} == {}


ALLOWED = {
    "layar": {"/v1/missing-blobs", "/v1/rules/try"},
    "kotak": {"/v1/readings"},
    "rina": {"/v1/notices", "/v1/rules/try"},
}
