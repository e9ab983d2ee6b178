"""A real `tabuah server` process on a separate directory: started, killed, restarted on the same port."""

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
from support.running_server import PASSWORD

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user

TABUAH = (sys.executable, "-c", "from tabuah.console.commands.main import main; main()")
ENVIRONMENT = {**os.environ, "TABUAH_KEYRING": "file", "PYTHONUTF8": "1"}


class ServerProcess:
    """`wrap` are words before the command, such as a program that limits resources."""

    def __init__(self, data: Path, *, wrap: Sequence[str] = ()) -> None:
        self.data = data
        self.url = ""
        self._wrap = tuple(wrap)
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Return the running process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it; return the seconds until it answers."""
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
        """Kill it at any point, like a power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it, if it runs."""
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
    """Create a journal with some operators."""
    with ServerJournal.open(data) as journal:
        for name in users:
            create_user(journal, name=name, role=Role.OPERATOR, opd="BPBD", password=PASSWORD)


@contextmanager
def server_process(
    data: Path, *, users: Sequence[str] = ("ani", "budi"), wrap: Sequence[str] = ()
) -> Iterator[ServerProcess]:
    """Run a server until the block ends."""
    prepare_server(data, users)
    server = ServerProcess(data, wrap=wrap)
    server.start()
    try:
        yield server
    finally:
        server.stop()
