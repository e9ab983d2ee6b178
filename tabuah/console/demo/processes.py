"""Child processes of the demonstration: start them, read their output, always end them."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from tabuah.console.demo.errors import ProcessFailed

END_WITHIN_S: Final = 10.0
_LINES_KEPT: Final = 40
_FIRST_LINES: Final = 8
_POLL_S: Final = 0.05
_MAIN_MODULE: Final = "tabuah.console.demo.process_main"


class DemoProcess:
    """One `tabuah` command in a process that ends with this one.

    `name` identifies the process in messages.
    """

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own command
            [sys.executable, "-m", _MAIN_MODULE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            text=True,
            encoding="utf-8",
            errors="replace",
            # Ctrl+C goes to the parent, which ends its child processes in order.
            start_new_session=sys.platform != "win32",
            creationflags=_own_group(),
        )
        self._last_lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._first: list[str] = []
        self._listener = threading.Thread(target=self._listen, name=f"demo-{name}", daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def printed(self) -> str:
        """The last lines of output."""
        return "\n".join(self._last_lines)

    def line(self, number: int, *, within_s: float) -> str:
        """Return one of the first lines of output, counted from 1.

        Raises:
            ProcessFailed: the process ended, or did not print the line in time.
        """
        deadline = time.monotonic() + within_s
        while len(self._first) < number and self.is_running and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        if not self.is_running:
            self._listener.join(1.0)  # the last output may still be in the pipe
        if len(self._first) < number:
            raise self._failure()
        return self._first[number - 1]

    def check(self) -> None:
        """Check that the process still runs.

        Raises:
            ProcessFailed: it has ended.
        """
        if not self.is_running:
            self._listener.join(1.0)
            raise self._failure()

    def end(self) -> None:
        """Close its input, wait, then terminate and kill it if necessary."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        for stop in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(END_WITHIN_S)
                break
            except subprocess.TimeoutExpired:
                stop()
        self._process.wait()
        self._listener.join()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._last_lines.append(line.rstrip())
                if len(self._first) < _FIRST_LINES:
                    self._first.append(line.strip())

    def _failure(self) -> ProcessFailed:
        return ProcessFailed(self.name, self._process.poll(), self.printed)


def _own_group() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


class DemoProcesses:
    """All child processes; the last one started ends first."""

    def __init__(self) -> None:
        self._children: list[DemoProcess] = []

    def begin(self, name: str, arguments: Sequence[str], *, password: str = "") -> DemoProcess:
        """Start a process. A password is passed in the environment, which other users cannot read."""
        child = DemoProcess(name, arguments, {"TABUAH_PASSWORD": password} if password else {})
        self._children.append(child)
        return child

    def check(self) -> None:
        """Check that all processes still run.

        Raises:
            ProcessFailed: one has ended.
        """
        for child in self._children:
            child.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        while self._children:
            self._children.pop().end()
