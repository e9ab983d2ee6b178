"""The processes of the demonstration: begun, listened to, and always ended."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from tabuah.console.demo.errors import ChildFailed

END_WITHIN_S: Final = 10.0
_LINES_KEPT: Final = 40
_FIRST_LINES: Final = 8
_LISTEN_S: Final = 0.05
_CODE: Final = "tabuah.console.demo.child"


class Child:
    """One `tabuah` command in a process of its own that ends with this one.

    `name` is what messages call it.
    """

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own command
            [sys.executable, "-m", _CODE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            text=True,
            encoding="utf-8",
            errors="replace",
            # Ctrl+C is for the parent, who ends its children in order
            start_new_session=sys.platform != "win32",
            creationflags=_own_group(),
        )
        self._told: deque[str] = deque(maxlen=_LINES_KEPT)
        self._first: list[str] = []
        self._listener = threading.Thread(target=self._listen, name=f"demo-{name}", daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def told(self) -> str:
        """The last lines it printed."""
        return "\n".join(self._told)

    def line(self, number: int, *, within_s: float) -> str:
        """One of the first lines it prints, counted from 1.

        Raises:
            ChildFailed: it ended or did not say it in time.
        """
        deadline = time.monotonic() + within_s
        while len(self._first) < number and self.is_running and time.monotonic() < deadline:
            time.sleep(_LISTEN_S)
        if not self.is_running:
            self._listener.join(1.0)  # its last words may still be on their way
        if len(self._first) < number:
            raise self._failure()
        return self._first[number - 1]

    def check(self) -> None:
        """Be sure that it still runs.

        Raises:
            ChildFailed: it ended.
        """
        if not self.is_running:
            self._listener.join(1.0)
            raise self._failure()

    def end(self) -> None:
        """Ask it to end, and see to it that it does."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        for insist in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(END_WITHIN_S)
                break
            except subprocess.TimeoutExpired:
                insist()
        self._process.wait()
        self._listener.join()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._told.append(line.rstrip())
                if len(self._first) < _FIRST_LINES:
                    self._first.append(line.strip())

    def _failure(self) -> ChildFailed:
        return ChildFailed(self.name, self._process.poll(), self.told)


def _own_group() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


class Children:
    """All of them; the last begun ends first."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def begin(self, name: str, arguments: Sequence[str], *, password: str = "") -> Child:
        """Begin one; a password goes by the environment, which other users cannot read."""
        child = Child(name, arguments, {"TABUAH_PASSWORD": password} if password else {})
        self._children.append(child)
        return child

    def check(self) -> None:
        """Be sure that all still run.

        Raises:
            ChildFailed: one ended.
        """
        for child in self._children:
            child.check()

    def __enter__(self) -> Self:
        """Themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them all."""
        while self._children:
            self._children.pop().end()
