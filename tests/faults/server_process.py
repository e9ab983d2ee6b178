"""A real `tabuah server` process on a directory of its own: started, killed, started again on the same port."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from running_server import PASSWORD

from tabuah.operations.authority.roles import Role
from tabuah.server.administration import create_user
from tabuah.server.journal import ServerJournal

TABUAH = (sys.executable, "-c", "from tabuah.console.commands.main import main; main()")
ENVIRONMENT = {**os.environ, "TABUAH_KEYRING": "file", "PYTHONUTF8": "1"}


class ServerProcess:
    """`wrap` are words before the command, as of a program that limits what it may use."""

    def __init__(self, data: Path, *, wrap: Sequence[str] = ()) -> None:
        self.data = data
        self.url = ""
        self._wrap = tuple(wrap)
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it; seconds until it answers."""
        began_s = time.monotonic()
        command = [*self._wrap, *TABUAH, "server", "--port", str(self._port), "--data", str(self.data), "--json"]
        self._process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        assert told, f"the server ended with {self._process.wait()}"
        self.url = json.loads(told)["url"]
        with httpx2.Client(trust_env=False, timeout=30) as client:
            client.get(f"{self.url}/health").raise_for_status()
        self._port = int(self.url.rpartition(":")[2])
        return time.monotonic() - began_s

    def kill(self) -> None:
        """End it in the middle of whatever it does, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, if it runs."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(how)
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=20)


def prepare_server(data: Path, users: Sequence[str]) -> None:
    """Begin a journal with some operators."""
    with ServerJournal.open(data) as journal:
        for name in users:
            create_user(journal, name=name, role=Role.OPERATOR, opd="BPBD", password=PASSWORD)


@contextmanager
def server_process(
    data: Path, *, users: Sequence[str] = ("ani", "budi"), wrap: Sequence[str] = ()
) -> Iterator[ServerProcess]:
    """A server that runs until the block ends."""
    prepare_server(data, users)
    server = ServerProcess(data, wrap=wrap)
    server.start()
    try:
        yield server
    finally:
        server.stop()
