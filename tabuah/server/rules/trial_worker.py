"""The process that runs a rule trial for the server.

A trial may take a minute of a core, so ingest must not wait for it.

`python -m tabuah.server.rules.trial_worker`
reads a `TrialJob` from its standard input and writes progress and result as messages, one JSON line each. It only
reads the stores, and ends when its reader is gone.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.storage.journal.rule_trial_messages import (
    TrialDone,
    TrialFailed,
    TrialMessage,
    TrialProgress,
    encode_trial_message,
)
from tabuah.storage.readings.errors import ReadingsError, TrialTooLarge
from tabuah.storage.readings.rule_trial import try_rule_on_readings
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.worker_process import lower_priority, reserve_stdout

PROGRESS_EVERY_S: Final = 0.1
_NICENESS: Final = 10

MessageSender = Callable[[TrialMessage], None]


class TrialJob(msgspec.Struct, frozen=True, kw_only=True):
    """The job of a trial process."""

    readings: str  # path of `readings.db`
    rule: Rule
    stations: tuple[Station, ...]
    since: datetime
    until: datetime
    most_at_once: int


def main() -> int:
    """Read and run one job."""
    lower_priority(_NICENESS)
    send = _message_writer(reserve_stdout())
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=TrialJob)
    with contextlib.suppress(BrokenPipeError):
        send(run_trial(job, send))
    return 0


def run_trial(job: TrialJob, send: MessageSender) -> TrialDone | TrialFailed:
    """Run the trial; expected errors become a result, a bug is raised."""
    try:
        with ReadingsStore(Path(job.readings)) as store:
            trial = try_rule_on_readings(
                job.rule,
                job.stations,
                store,
                since=job.since,
                until=job.until,
                on_series=_progress_reporter(send),
                most_at_once=job.most_at_once,
            )
    except TrialTooLarge as error:
        return TrialFailed(code="trial_too_large", detail=str(error))
    except ReadingsError as error:
        return TrialFailed(code="storage_failed", detail=str(error))
    return TrialDone(trial=trial)


def _progress_reporter(send: MessageSender) -> Callable[[int, int], None]:
    sent_at_s = -PROGRESS_EVERY_S

    def on_series(done: int, of: int) -> None:
        nonlocal sent_at_s
        if done in (0, of) or time.monotonic() - sent_at_s >= PROGRESS_EVERY_S:
            sent_at_s = time.monotonic()
            send(TrialProgress(done=done, of=of))

    return on_series


def _message_writer(pipe: BinaryIO) -> MessageSender:
    def send(message: TrialMessage) -> None:
        pipe.write(encode_trial_message(message))
        pipe.flush()

    return send


if __name__ == "__main__":
    sys.exit(main())
