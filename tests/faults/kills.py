"""Processes killed in the middle of their work, and what is left of it: for tests and for the benchmark."""

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

WRITER = Path(__file__).with_name("writing_console.py")


@dataclass
class KillsOfTheServer:
    """What came of them: seconds until it answered again, and how many entries were acknowledged meanwhile."""

    ready_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)
    acknowledged: int = 0


def kill_server_under_load(
    server: ServerProcess, offices: Sequence[Office], *, times: int, draw: random.Random
) -> KillsOfTheServer:
    """Let all offices write and sync without a pause, and cut the server's power again and again."""
    found, over = KillsOfTheServer(), threading.Event()
    working = [office.begin_work(over) for office in offices]
    try:
        for _time in range(times):
            _await_acknowledgement(offices)
            time.sleep(draw.uniform(0.0, 0.3))  # somewhere in the middle of whatever it does now
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
    """Seconds of processor time that a process has had, where the system tells: what a quiet machine would need."""
    file = Path(f"/proc/{pid}/stat")
    if not file.is_file():
        return 0.0
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _await_acknowledgement(offices: Sequence[Office], *, patience_s: float = 60.0) -> None:
    """Until the server has taken something, so that no kill meets an idle server."""
    before = sum(len(office.ledger.acknowledged) for office in offices)
    until_s = time.monotonic() + patience_s
    while sum(len(office.ledger.acknowledged) for office in offices) == before:
        assert time.monotonic() < until_s, "the server takes nothing any more"
        time.sleep(0.01)


@dataclass
class KillsOfAConsole:
    """What came of them: what was told as saved, and seconds from the start of each process to its open store."""

    saved: list[str] = field(default_factory=list)
    open_s: list[float] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def kill_console_while_writing(directory: Path, *, times: int, draw: random.Random) -> KillsOfAConsole:
    """Start a console, kill it while it saves, look at what it left, and start it again on the same data."""
    found = KillsOfAConsole()
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


def _look_at(directory: Path, found: KillsOfAConsole) -> None:
    """Open what was left: whole, one chain without a gap, and with everything in it that was told as saved."""
    with closing(ConsoleStore(directory)) as store:
        if damage := store.find_damage():
            found.damage.append(damage)
        own = store.own_entries_from(1)
    assert [waiting.n for waiting in own] == list(range(1, len(own) + 1)), "the device's chain has a gap"
    there = {waiting.entry for waiting in own}
    found.lost = [entry for entry in found.saved if entry not in there]
