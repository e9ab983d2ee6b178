"""Trial runs of rules on the server: one for each user, few at once, limited in time."""

import asyncio
import contextlib
import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.operations.bounds import clamp, clamp_moment
from tabuah.operations.stations.station import Station
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.rules.trial_worker import TrialJob
from tabuah.storage.journal.rule_trial_messages import (
    TrialFailed,
    TrialProgress,
    TrialRequest,
    decode_trial_message,
    encode_trial_message,
)
from tabuah.storage.readings.rule_trial import MAX_READINGS
from tabuah.storage.readings.store import FILE_NAME

log = logging.getLogger(__name__)

WORKER: Final = "tabuah.server.rules.trial_worker"
LONGEST_S: Final = 120.0
MOST_RUNNING: Final = 2  # of all users: each takes a core while it runs
SAY_EVERY_S: Final = 1.0

_Process = subprocess.Popen[bytes]


class TrialService:
    """Runs each trial in a process. `stop` ends all of them, and their streams."""

    def __init__(self, journal: ServerJournal, data_dir: Path) -> None:
        self._journal = journal
        self._path = data_dir / FILE_NAME
        self._lock = threading.Lock()
        self._running: dict[str, _Process] = {}
        self._stopped = False

    @property
    def running(self) -> int:
        """The number of running trials."""
        with self._lock:
            return len(self._running)

    def begin(self, user: str, request: TrialRequest) -> AsyncIterator[bytes]:
        """Start a trial and yield its messages; a running trial of the same user is ended.

        Raises:
            Refusal: too many other users run trials now.
        """
        with self._lock:
            if len(self._running.keys() - {user}) >= MOST_RUNNING:
                raise Refusal(503, "trials_busy", f"{MOST_RUNNING} trials are running; try again in a minute")
        return self._messages(user, self._job(request))

    def stop(self) -> None:
        """End all trials, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._running.values():
                process.kill()

    def _start(self, user: str) -> _Process | None:
        """Start a process; None when the limit is reached or the server is stopping."""
        with self._lock:
            before = self._running.pop(user, None)
            if before is not None:
                before.kill()
            if self._stopped or len(self._running) >= MOST_RUNNING:
                return None
            process = subprocess.Popen([sys.executable, "-m", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
            self._running[user] = process
            return process

    def _job(self, request: TrialRequest) -> bytes:
        states = self._journal.states_of_kind("station").values()
        stations = [state.value for state in states if isinstance(state.value, Station)]
        job = TrialJob(
            readings=str(self._path),
            rule=clamp(request.rule),
            stations=tuple(request.scope.select(stations)),
            since=clamp_moment(request.since),
            until=clamp_moment(request.until),
            most_at_once=MAX_READINGS,
        )
        return msgspec.json.encode(job)

    async def _messages(self, user: str, job: bytes) -> AsyncIterator[bytes]:
        process = await asyncio.to_thread(self._start, user)
        if process is None:
            yield encode_trial_message(TrialFailed(code="trials_busy"))
            return
        try:
            await asyncio.to_thread(_send_job, process, job)
            async for line in _lines(process):
                yield line or encode_trial_message(TrialFailed(code=self._end_code(user, process)))
        finally:
            process.kill()
            with self._lock:
                if self._running.get(user) is process:
                    del self._running[user]
            await asyncio.shield(asyncio.to_thread(_reap, process))

    def _end_code(self, user: str, process: _Process) -> str:
        """Return the code for a process that ended without a result."""
        with self._lock:
            if self._stopped:
                return "stopping"
            if self._running.get(user) is not process:
                return "trial_replaced"
        log.error("the trial of a rule ended without an answer (code %s)", process.poll())
        return "trial_ended"


async def _lines(process: _Process) -> AsyncIterator[bytes]:
    """Yield the process's lines, repeating the last one while it is silent; an empty line if it ends early."""
    ends_at_s = time.monotonic() + LONGEST_S
    last_line = encode_trial_message(TrialProgress(done=0, of=0))
    while last_line and isinstance(decode_trial_message(last_line), TrialProgress):
        yield last_line
        pending_line = asyncio.ensure_future(asyncio.to_thread(_read_line, process))
        while not (await asyncio.wait([pending_line], timeout=SAY_EVERY_S))[0]:
            if time.monotonic() > ends_at_s:
                yield encode_trial_message(
                    TrialFailed(code="trial_too_long", detail=f"it took more than {LONGEST_S:.0f} s")
                )
                return
            yield last_line
        last_line = pending_line.result()
    yield last_line


def _send_job(process: _Process, job: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), _pipe(process.stdin) as pipe:  # reading detects a dead process
        pipe.write(job)


def _read_line(process: _Process) -> bytes:
    try:
        return _pipe(process.stdout).readline()
    except ValueError:  # the pipe was closed before this thread came to read
        return b""


def _reap(process: _Process) -> None:
    process.wait()
    _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
