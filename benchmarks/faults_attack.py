"""Half-open connections and unread streams of attackers while 20 consoles work: delay of pushes, and memory."""

import contextlib
import socket
import tempfile
import threading
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from faults.server_process import server_process
from goals import ResultLine
from load_process import client_of_server, enrolled_device, load_process
from support.draft_samples import incident_report_draft
from support.running_server import WritingDevice, log_in

from tabuah.server.limits.connections import raise_open_files_limit

CONSOLES: Final = 20
HALF_OPEN: Final = 1_100
STREAMS: Final = 300
EVERY_S: Final = 0.5  # between two pushes of a console
ATTACKERS: Final = tuple(f"127.0.0.{number}" for number in range(2, 8))  # proxies at 127.0.0.1 are trusted
WATCHER: Final = "penonton"
_HALF_HEAD: Final = b"GET /health HTTP/1.1\r\nHost: x\r\n"


def attacked(seconds: float) -> list[ResultLine]:
    """Measure pushes of consoles and the server's memory, first without attackers, then with them."""
    raise_open_files_limit()
    users = [f"kantor{number:02}" for number in range(CONSOLES)]
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server", users=[*users, WATCHER]) as server,
        ExitStack() as opened,
    ):
        clients = [opened.enter_context(client_of_server(server.url, timeout_s=30)) for _user in users]
        devices = [enrolled_device(client, user) for client, user in zip(clients, users, strict=True)]
        with client_of_server(server.url, timeout_s=30) as client:
            token = log_in(client, WATCHER).access_token
        before_ms, memory_mb = _work(devices, seconds / 2, server.pid)
        with load_process(attack, server.url, token) as attackers:
            during_ms, peak_mb = _work(devices, seconds, server.pid)
            attackers.send("stop")
            held = attackers.recv()
    p99_ms, calm_ms = _p99(during_ms), _p99(before_ms)
    grown_mb = peak_mb - memory_mb
    what = f"{HALF_OPEN} half-open connections, {STREAMS} unread streams of one user, {CONSOLES} consoles"
    reached = f"p99 {p99_ms:.0f} ms (without attack {calm_ms:.0f} ms), worst {max(during_ms):.0f} ms, {held}"
    return [
        ResultLine(f"push during an attack: {what}", "p99 ≤ 250 ms", reached, p99_ms <= 250),
        ResultLine(
            "memory during the attack", "+ ≤ 60 MB", f"+ {grown_mb:.0f} MB of {memory_mb:.0f}", grown_mb <= 60
        ),
    ]


def _work(devices: list[WritingDevice], seconds: float, pid: int) -> tuple[list[float], float]:
    """Push at a steady rate; return the milliseconds of each push, and the largest resident memory in MB."""
    delays_ms: list[float] = []
    ends_s = time.monotonic() + seconds

    def push(device: WritingDevice, number: int) -> None:
        time.sleep(EVERY_S * number / len(devices))
        while time.monotonic() < ends_s:
            began_s = time.monotonic()
            device.push(device.write(incident_report_draft(device.key.tag, device.head.n)))
            delays_ms.append(1000 * (time.monotonic() - began_s))
            time.sleep(max(0.0, EVERY_S - (time.monotonic() - began_s)))

    threads = [threading.Thread(target=push, args=(device, number)) for number, device in enumerate(devices)]
    for thread in threads:
        thread.start()
    peak_mb = 0.0
    while any(thread.is_alive() for thread in threads):
        peak_mb = max(peak_mb, _resident_mb(pid))
        time.sleep(0.2)
    return delays_ms, peak_mb


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


def _p99(delays_ms: list[float]) -> float:
    return sorted(delays_ms)[int(len(delays_ms) * 0.99)]


def attack(url: str, token: str, line: Connection) -> None:
    """Hold the connections until the other end stops the attack, and open each again that the server closes."""
    raise_open_files_limit()
    target = urlsplit(url).hostname or "", urlsplit(url).port or 0
    stream = (
        f"GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nLast-Event-ID: 0\r\n\r\n".encode()
    )
    wanted = [_HALF_HEAD] * HALF_OPEN + [stream] * STREAMS
    held = [_open(target, sent, number) for number, sent in enumerate(wanted)]
    line.send("ready")
    again = 0
    while not line.poll(1.0):
        for number, sent in enumerate(wanted):
            if _is_closed(held[number]):
                held[number] = _open(target, sent, number)
                again += 1
    line.send(f"{again} attacking connections were ended by the server")


def _open(target: tuple[str, int], sent: bytes, number: int) -> socket.socket | None:
    with contextlib.suppress(OSError):
        source = ATTACKERS[number % len(ATTACKERS)]
        connection = socket.create_connection(target, timeout=5, source_address=(source, 0))
        connection.sendall(sent)
        connection.setblocking(False)
        return connection
    return None


def _is_closed(connection: socket.socket | None) -> bool:
    """Return whether the server has ended a connection; nothing is read, so that buffers fill."""
    if connection is None:
        return True
    try:
        start = connection.recv(12, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        start = b""
    if start and not start.startswith((b"HTTP/1.1 408", b"HTTP/1.1 429")):
        return False
    connection.close()
    return True
