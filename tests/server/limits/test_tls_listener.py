"""TLS handshakes on a real server: unfinished ones end in time and count against the limit of their address."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from support.certificates import write_certificate

from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings

HEAD_S: Final = 0.3
CONNECTIONS: Final = 3
REQUEST: Final = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

Connect = Callable[..., socket.socket]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_certificate(tmp_path_factory.mktemp("tls"))


def serve(folder: Path, certificate: tuple[Path, Path], head_s: float) -> Iterator[Connect]:
    """Run a server with a deadline; yield a function that connects to it from a loopback address."""
    address = ListenAddress(port=0, certificate=certificate[0], key=certificate[1])
    limits = LoadLimits(head_s=head_s, connections=CONNECTIONS)
    service = ServerService(ServerSettings(directory=folder, address=address, limits=limits))
    thread = threading.Thread(target=service.run, name="tls-server")
    thread.start()

    def connect(source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", urlsplit(service.url).port or 0), 10, (source, 0))

    try:
        yield connect
    finally:
        service.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture
def hasty(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Connect]:
    """A server that ends a handshake soon."""
    yield from serve(tmp_path, certificate, HEAD_S)


@pytest.fixture
def patient(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Connect]:
    """A server whose deadline no test reaches."""
    yield from serve(tmp_path, certificate, 60.0)


def client_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def client_hello() -> bytes:
    """Return the first flight of a handshake."""
    outgoing = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


def received_until_end(connection: socket.socket) -> bytes:
    """Return everything until the server ends the connection; a timeout of the socket fails."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionError:
        pass
    return received


def ask_health(connection: socket.socket, certificate: tuple[Path, Path]) -> bytes:
    with client_context(certificate).wrap_socket(connection, server_hostname="localhost") as secured:
        secured.sendall(REQUEST)
        return received_until_end(secured)


@pytest.mark.parametrize("sent", ["nothing", "half a hello", "a whole hello", "plain HTTP"])
def test_unfinished_handshake_ends(hasty: Connect, sent: str):
    hello = client_hello()
    texts = {"nothing": b"", "half a hello": hello[:40], "a whole hello": hello, "plain HTTP": REQUEST}
    with hasty() as connection:
        connection.sendall(texts[sent])
        received = received_until_end(connection)
    assert b"HTTP" not in received


def test_dripping_handshake_ends(hasty: Connect):
    with hasty() as connection:
        connection.settimeout(HEAD_S / 20)
        for byte in client_hello()[:200]:
            try:
                connection.sendall(bytes([byte]))
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("the server waits for every byte")


def test_unfinished_handshakes_count_for_their_address(patient: Connect, certificate: tuple[Path, Path]):
    with ExitStack() as opened:
        for _each in range(CONNECTIONS):
            opened.enter_context(patient("127.0.0.9")).sendall(client_hello()[:40])
        with patient("127.0.0.9") as refused:
            assert received_until_end(refused) == b""
        assert ask_health(patient("127.0.0.8"), certificate).startswith(b"HTTP/1.1 200")


def test_ended_handshakes_make_room(hasty: Connect, certificate: tuple[Path, Path]):
    for sent in (b"", b"no TLS", client_hello()):
        with ExitStack() as opened:
            attackers = [opened.enter_context(hasty("127.0.0.7")) for _each in range(CONNECTIONS)]
            for attacker in attackers:
                attacker.sendall(sent)
            for attacker in attackers:
                received_until_end(attacker)
    ends_s = time.monotonic() + 10
    answers = 0
    while answers < 2 * CONNECTIONS and time.monotonic() < ends_s:
        with contextlib.suppress(OSError):  # the server counts the end of a connection a moment after its client
            answers += ask_health(hasty("127.0.0.7"), certificate).startswith(b"HTTP/1.1 200")
    assert answers == 2 * CONNECTIONS


def test_request_with_the_end_of_the_handshake(patient: Connect, certificate: tuple[Path, Path]):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context(certificate).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with patient() as connection:
        with pytest.raises(ssl.SSLWantReadError):
            tls.do_handshake()
        connection.sendall(outgoing.read())
        while True:
            incoming.write(connection.recv(65_536))
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                continue
        tls.write(REQUEST)
        connection.sendall(outgoing.read())  # "Finished" and the request in one segment
        answer = b""
        while len(answer) < len(b"HTTP/1.1 200"):
            incoming.write(connection.recv(65_536))
            with contextlib.suppress(ssl.SSLWantReadError):
                answer += tls.read()
        assert answer.startswith(b"HTTP/1.1 200")
