"""Fan-out of one entry to two hundred consoles: time from the server's commit until each has folded it."""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import httpx2
from faults.offices import Office, open_offices
from faults.server_process import server_process
from goals import ResultLine
from light_consoles import Delays, listen
from support.running_server import log_in

from tabuah.operations.incidents.drafts import note_incident

PROCESSES: Final = 2
ENTRIES_A_SECOND: Final = 20
AUTHORS: Final = ("ani", "budi", "citra", "dedi")
READERS: Final = tuple(f"pembaca{number:02}" for number in range(10))  # a user may have 24 streams


def fan_out(consoles: int, seconds: float) -> list[ResultLine]:
    """Measure offices that push 20 entries a second together, one a request, and consoles that follow."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server", users=[*AUTHORS, *READERS]) as server,
        open_offices(Path(folder), *AUTHORS, url=server.url) as offices,
    ):
        for office in offices:
            office.work(1)
        with httpx2.Client(base_url=server.url, timeout=30, trust_env=False) as client:
            tokens = [log_in(client, reader).access_token for reader in READERS]
        with listening(server.url, tokens, consoles) as lines:
            began_s = time.monotonic()
            with ThreadPoolExecutor(len(offices)) as together:
                written = sum(together.map(lambda office: write_evenly(office, seconds), offices))
            took_s = time.monotonic() - began_s
            time.sleep(2.0)
            reports = [stop(line) for line in lines]
    delays_ms = sorted(delay for one in reports for delay in one.delays_ms)
    assert len(delays_ms) == written * consoles, f"{len(delays_ms)} of {written * consoles} entries were folded"
    p50, p99 = (delays_ms[int(len(delays_ms) * part)] for part in (0.5, 0.99))
    reached = f"p99 {p99:.0f} ms, median {p50:.0f} ms, worst {delays_ms[-1]:.0f} ms"
    what = f"fan-out to {consoles} consoles at {written / took_s:.0f} entries/s"
    return [ResultLine(what, "p99 ≤ 500 ms from commit to fold", reached, p99 <= 500)]


def write_evenly(office: Office, seconds: float) -> int:
    """Save and push entries at a steady rate; return their number."""
    every_s = len(AUTHORS) / ENTRIES_A_SECOND
    count, began_s = int(seconds / every_s), time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began_s + number * every_s - time.monotonic()))
        office.ask(lambda store, n=number: store.save(note_incident(store.incidents()[0], f"catatan {n}")))
        office.push()
    return count


@contextmanager
def listening(url: str, tokens: Sequence[str], consoles: int) -> Iterator[list[Connection]]:
    """Run connected and up-to-date consoles in a few processes."""
    with ExitStack() as started:
        lines = []
        for _process in range(PROCESSES):
            here, there = multiprocessing.Pipe()
            process = multiprocessing.get_context("spawn").Process(
                target=listen, args=(url, tokens, consoles // PROCESSES, there)
            )
            process.start()
            started.callback(process.join)
            lines.append(here)
        for line in lines:
            assert line.recv() == "ready"
        yield lines


def stop(line: Connection) -> Delays:
    """End a process of consoles and return its measurements."""
    line.send("stop")
    delays: Any = line.recv()
    assert isinstance(delays, Delays), delays
    return delays
