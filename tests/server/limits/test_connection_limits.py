"""Limits of connections: half-open ones end, one address cannot take all, and proxies name their clients."""

import asyncio
import gc
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from support.running_server import RunningServer, start_server
from uvicorn.server import ServerState

from tabuah.server.errors import InsecureAddress
from tabuah.server.limits.connections import ConnectionTable, client_key, parse_proxies
from tabuah.server.limits.http_protocol import LimitedHttpProtocol
from tabuah.server.limits.load_limits import LoadLimits

LIMITS = LoadLimits(head_s=0.2, body_s=0.3, body_bytes_a_s=1_000_000, stalled_s=0.2, connections=3, streams=2)
PUSH_HEAD = b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"


@pytest.fixture
def limited_server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path, limits=LIMITS) as server:
        server.add_user("ani")
        yield server


def connect(server: RunningServer, *, source: str = "127.0.0.1") -> socket.socket:
    port = urlsplit(server.url).port
    return socket.create_connection(("127.0.0.1", port or 0), timeout=10, source_address=(source, 0))


def answer(connection: socket.socket) -> bytes:
    """Return everything that arrives until the server ends the connection."""
    with connection:
        received = b""
        try:
            while data := connection.recv(65_536):
                received += data
        except ConnectionError:
            return received
        return received


@pytest.mark.parametrize(
    "sent", [b"", b"GET /health HTT", b"GET /health HTTP/1.1\r\nHost: x\r\n", b"\r\n", PUSH_HEAD, PUSH_HEAD + b"{"]
)
def test_half_open_connection_ends(limited_server: RunningServer, sent: bytes):
    connection = connect(limited_server)
    connection.sendall(sent)
    reply = answer(connection)
    assert reply.startswith((b"HTTP/1.1 408", b"HTTP/1.1 401"))


def test_half_open_second_request_ends(limited_server: RunningServer):
    connection = connect(limited_server)
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /hea")
    reply = answer(connection)
    assert reply.count(b"HTTP/1.1 200") == 1
    assert reply.count(b"HTTP/1.1 408") == 1


def test_closed_connection_leaves_memory(limited_server: RunningServer):
    def protocols() -> int:
        gc.collect()
        return sum(isinstance(each, LimitedHttpProtocol) for each in gc.get_objects())

    for _each in range(2):
        with connect(limited_server) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(20).startswith(b"HTTP/1.1 200")
    ends_s = time.monotonic() + 5
    while protocols() and time.monotonic() < ends_s:
        time.sleep(0.02)
    assert protocols() == 0


def test_address_with_too_many_connections_is_refused(limited_server: RunningServer):
    with ExitStack() as opened:
        for _each in range(LIMITS.connections):
            attacker = opened.enter_context(connect(limited_server, source="127.0.0.9"))
            attacker.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert attacker.recv(20).startswith(b"HTTP/1.1 200")
        assert answer(connect(limited_server, source="127.0.0.9")) == b""
        with limited_server.client("ani") as client:
            assert client.get("/health").status_code == 200


def test_closed_connections_make_room(limited_server: RunningServer):
    for _each in range(2 * LIMITS.connections):
        connection = connect(limited_server, source="127.0.0.8")
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 200")


class FullTransport(asyncio.Transport):
    """A transport whose client reads nothing, or reads `pieces` bytes before each look."""

    def __init__(self, *pieces: int) -> None:
        super().__init__()
        self.unread = 1_000_000
        self.aborted = asyncio.Event()
        self._pieces = list(pieces)

    def get_write_buffer_size(self) -> int:
        self.unread -= self._pieces.pop(0) if self._pieces else 0
        return self.unread

    def is_closing(self) -> bool:
        return self.aborted.is_set()

    def abort(self) -> None:
        self.aborted.set()


@pytest.mark.parametrize("pieces", [(), (0, 100, 100)])
def test_client_that_reads_nothing_is_disconnected(pieces: tuple[int, ...]):
    async def scene() -> int:
        config = uvicorn.Config(app=no_app, http="httptools", log_config=None)
        table = ConnectionTable(limit=1, proxies=[])
        limits = LoadLimits(stalled_s=0.001)
        protocol = LimitedHttpProtocol(
            config=config, server_state=ServerState(), app_state={}, limits=limits, table=table
        )
        protocol.connection_made(transport := FullTransport(*pieces))
        protocol.belong_to("ani")
        protocol.pause_writing()
        await asyncio.wait_for(transport.aborted.wait(), timeout=5)
        protocol.connection_lost(ConnectionAbortedError())
        assert table.unread_bytes("ani") == 0
        return transport.unread

    assert asyncio.run(scene()) == 1_000_000 - sum(pieces)


async def no_app(_scope: Any, _receive: Any, _send: Any) -> None:
    raise AssertionError("no request is sent")


def test_user_has_a_limit_of_streams(limited_server: RunningServer):
    with limited_server.client("ani") as client, ExitStack() as opened:
        for _each in range(LIMITS.streams):
            assert opened.enter_context(client.stream("GET", "/v1/stream")).status_code == 200
        refused = client.get("/v1/stream")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
        assert client.get("/v1/journal").status_code == 200


def test_proxy_is_not_limited():
    table = ConnectionTable(limit=1, proxies=["10.0.0.0/24"])
    assert [table.open("10.0.0.5") for _each in range(3)] == [True, True, True]
    assert [table.open("10.0.1.5") for _each in range(3)] == [True, False, False]
    table.close("10.0.1.5")
    assert table.open("10.0.1.5")


def test_client_key_joins_an_ipv6_network():
    assert client_key("2001:db8::1") == client_key("2001:db8::ffff:2") != client_key("2001:db8:1::1")
    assert client_key("::ffff:10.0.0.1") == "10.0.0.1"


def test_proxy_address_must_be_valid():
    with pytest.raises(InsecureAddress):
        parse_proxies(["proxy.example"])
