"""Processes killed while they work, and their remaining data: for tests and the benchmark."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from faults.offices import Office
from faults.server_process import ServerProcess

from tabuah.storage.cache.store import ConsoleStore

WRITER = Path(__file__).with_name("console_writer.py")


@dataclass
class ServerKills:
    """Results: seconds until the server answered again, and number of acknowledged entries."""

    ready_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)
    acknowledged: int = 0


def kill_server_under_load(
    server: ServerProcess, offices: Sequence[Office], *, times: int, draw: random.Random
) -> ServerKills:
    """Let all offices write and sync without pause, and kill the server repeatedly."""
    found, over = ServerKills(), threading.Event()
    working = [office.begin_work(over) for office in offices]
    try:
        for _time in range(times):
            _await_acknowledgement(offices)
            time.sleep(draw.uniform(0.0, 0.3))  # at a random point of its work
            server.kill()
            found.ready_s.append(server.start())
            found.processor_s.append(processor_s(server.pid))
        _await_acknowledgement(offices)
    finally:
        over.set()
    for one in working:
        one.result()
    found.acknowledged = sum(len(office.ledger.acknowledged) for office in offices)
    return found


def processor_s(pid: int) -> float:
    """Return the CPU seconds of a process, where the system reports them: the time on an idle machine."""
    file = Path(f"/proc/{pid}/stat")
    if not file.is_file():
        return 0.0
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _await_acknowledgement(offices: Sequence[Office], *, patience_s: float = 60.0) -> None:
    """Wait until the server has acknowledged something, so that no kill hits an idle server."""
    before = sum(len(office.ledger.acknowledged) for office in offices)
    until_s = time.monotonic() + patience_s
    while sum(len(office.ledger.acknowledged) for office in offices) == before:
        assert time.monotonic() < until_s, "the server takes nothing any more"
        time.sleep(0.01)


@dataclass
class ConsoleKills:
    """Results: saved entries, and seconds from the start of each process to its open store."""

    saved: list[str] = field(default_factory=list)
    open_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def kill_console_while_writing(directory: Path, *, times: int, draw: random.Random) -> ConsoleKills:
    """Start a console, kill it while it saves, check its data, and restart it on them."""
    found = ConsoleKills()
    for _time in range(times):
        began_s = time.monotonic()
        with subprocess.Popen(
            [sys.executable, str(WRITER), str(directory)],
            env={**os.environ, "TABUAH_KEYRING": "file"},
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline().startswith("open")
            found.open_s.append(time.monotonic() - began_s)
            found.processor_s.append(processor_s(writer.pid))
            told = [writer.stdout.readline()]
            time.sleep(draw.uniform(0.0, 0.15))
            writer.kill()
            told += writer.stdout.readlines()
        found.saved += [line.split()[1] for line in told if line.startswith("saved") and line.endswith("\n")]
        _look_at(directory, found)
    return found


def _look_at(directory: Path, found: ConsoleKills) -> None:
    """Check the data: undamaged, one chain without a gap, with everything reported as saved."""
    with closing(ConsoleStore(directory)) as store:
        if damage := store.find_damage():
            found.damage.append(damage)
        own = store.own_entries_from(1)
    assert [waiting.n for waiting in own] == list(range(1, len(own) + 1)), "the device's chain has a gap"
    there = {waiting.entry for waiting in own}
    found.lost = [entry for entry in found.saved if entry not in there]
