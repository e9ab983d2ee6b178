"""Trials of rules at the server: one at a time for a person, few at once, limited in time, ended with their line."""

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

from tabuah.operations.stations.station import Station
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.trials.worker import TrialJob
from tabuah.storage.journal.trial_messages import TrialFailed, TrialRequest, TrialWorking, trial_line, trial_message
from tabuah.storage.readings.rule_trials import MOST_AT_ONCE
from tabuah.storage.readings.store import FILE_NAME

log = logging.getLogger(__name__)

WORKER: Final = "tabuah.server.trials.worker"
LONGEST_S: Final = 120.0
MOST_RUNNING: Final = 2  # of all people: each takes a core while it runs
SAY_EVERY_S: Final = 1.0

_Process = subprocess.Popen[bytes]


class TrialService:
    """Runs each trial in a process. `stop` ends all of them; streams that tell of them end then, too."""

    def __init__(self, journal: ServerJournal, data_dir: Path) -> None:
        self._journal = journal
        self._path = data_dir / FILE_NAME
        self._lock = threading.Lock()
        self._running: dict[str, _Process] = {}
        self._stopped = False

    @property
    def running(self) -> int:
        """How many are under way."""
        with self._lock:
            return len(self._running)

    def begin(self, user: str, request: TrialRequest) -> AsyncIterator[bytes]:
        """The messages of a new trial; one of the same person that is under way is ended.

        Raises:
            Refusal: enough other people try rules now.
        """
        with self._lock:
            if len(self._running.keys() - {user}) >= MOST_RUNNING:
                raise Refusal(503, "trials_busy", f"{MOST_RUNNING} rules are tried now; try again in a minute")
        return self._messages(user, self._job(request))

    def stop(self) -> None:
        """End all of them, and begin no more."""
        with self._lock:
            self._stopped = True
            for process in self._running.values():
                process.kill()

    def _start(self, user: str) -> _Process | None:
        """A new process; None where others were faster, or the server is stopping."""
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
        job = TrialJob(
            readings=str(self._path),
            rule=request.rule,
            stations=tuple(state.value for state in states if isinstance(state.value, Station)),
            since=request.since,
            until=request.until,
            most_at_once=MOST_AT_ONCE,
        )
        return msgspec.json.encode(job)

    async def _messages(self, user: str, job: bytes) -> AsyncIterator[bytes]:
        process = await asyncio.to_thread(self._start, user)
        if process is None:
            yield trial_line(TrialFailed(code="trials_busy"))
            return
        try:
            await asyncio.to_thread(_give, process, job)
            async for line in _lines(process):
                yield line or trial_line(TrialFailed(code=self._why_it_ended(user, process)))
        finally:
            process.kill()
            with self._lock:
                if self._running.get(user) is process:
                    del self._running[user]
            await asyncio.shield(asyncio.to_thread(_bury, process))

    def _why_it_ended(self, user: str, process: _Process) -> str:
        """Why a process said nothing at last."""
        with self._lock:
            if self._stopped:
                return "stopping"
            if self._running.get(user) is not process:
                return "trial_replaced"
        log.error("the trial of a rule ended without an answer (code %s)", process.poll())
        return "trial_ended"


async def _lines(process: _Process) -> AsyncIterator[bytes]:
    """What the process says, the last of it again while it is silent; an empty line where it just ended."""
    ends_at_s = time.monotonic() + LONGEST_S
    said = trial_line(TrialWorking(done=0, of=0))
    while said and isinstance(trial_message(said), TrialWorking):
        yield said
        coming = asyncio.ensure_future(asyncio.to_thread(_read_line, process))
        while not (await asyncio.wait([coming], timeout=SAY_EVERY_S))[0]:
            if time.monotonic() > ends_at_s:
                yield trial_line(TrialFailed(code="trial_too_long", detail=f"it took more than {LONGEST_S:.0f} s"))
                return
            yield said
        said = coming.result()
    yield said


def _give(process: _Process, job: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), _pipe(process.stdin) as pipe:  # what it died of is told by its silence
        pipe.write(job)


def _read_line(process: _Process) -> bytes:
    try:
        return _pipe(process.stdout).readline()
    except ValueError:  # the line was closed and the process buried before this thread came to read
        return b""


def _bury(process: _Process) -> None:
    process.wait()
    _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
