"""One entry to two hundred consoles: how long from the server's commit until each has folded it."""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from asked import Line
from faults.offices import Office
from faults.server_process import server_process
from listeners import Told, listen

from tabuah.operations.incidents.gestures import note_incident
from tabuah.storage.sync.tokens import TokenFile

PROCESSES: Final = 2
ENTRIES_A_SECOND: Final = 20


def fan_out(consoles: int, seconds: float) -> list[Line]:
    """An office saves and pushes 20 entries a second, one a request; all others follow as consoles do."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server") as server,
    ):
        office = Office(Path(folder) / "ani")
        try:
            office.log_in(server.url, "ani")
            office.work(1)
            tokens = TokenFile(office.directory).read()
            assert tokens is not None
            with listening(server.url, tokens.access_token, consoles) as lines:
                began_s = time.monotonic()
                written = write_evenly(office, seconds)
                took_s = time.monotonic() - began_s
                time.sleep(2.0)
                told = [stop(line) for line in lines]
        finally:
            office.close()
    delays_ms = sorted(delay for one in told for delay in one.delays_ms)
    assert len(delays_ms) == written * consoles, f"{len(delays_ms)} of {written * consoles} entries were folded"
    p50, p99 = (delays_ms[int(len(delays_ms) * part)] for part in (0.5, 0.99))
    reached = f"p99 {p99:.0f} ms, median {p50:.0f} ms, worst {delays_ms[-1]:.0f} ms"
    what = f"fan-out to {consoles} consoles at {written / took_s:.1f} entries/s"
    return [Line(what, "p99 ≤ 500 ms from commit to fold", reached, p99 <= 500)]


def write_evenly(office: Office, seconds: float) -> int:
    """Save and push one entry after the other, each in its time; how many."""
    count, began_s = int(seconds * ENTRIES_A_SECOND), time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began_s + number / ENTRIES_A_SECOND - time.monotonic()))
        office.ask(lambda store, n=number: store.save(note_incident(store.incidents()[0], f"catatan {n}")))
        office.push()
    return count


@contextmanager
def listening(url: str, token: str, consoles: int) -> Iterator[list[Connection]]:
    """Consoles in a few processes, all of them connected and up to date."""
    with ExitStack() as started:
        lines = []
        for _process in range(PROCESSES):
            here, there = multiprocessing.Pipe()
            process = multiprocessing.get_context("spawn").Process(
                target=listen, args=(url, token, consoles // PROCESSES, there)
            )
            process.start()
            started.callback(process.join)
            lines.append(here)
        for line in lines:
            assert line.recv() == "ready"
        yield lines


def stop(line: Connection) -> Told:
    """End a process of consoles; what it measured."""
    line.send("stop")
    told: Any = line.recv()
    assert isinstance(told, Told), told
    return told
