"""The process in which the server tries a rule: it may take a minute of a core, and ingest must not wait for that.

`python -m tabuah.server.trials.worker` reads a `TrialJob` from its standard input and says in messages, one JSON line
each, how far it is and what the trial came to. It only reads, beside the server, and ends when nobody listens.
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
from tabuah.storage.journal.trial_messages import TrialDone, TrialFailed, TrialMessage, TrialWorking, trial_line
from tabuah.storage.readings.errors import ReadingsError, TooMuchToTry
from tabuah.storage.readings.rule_trials import try_on_readings
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.worker_process import give_way, own_output

TELL_EVERY_S: Final = 0.1
_NICENESS: Final = 10

Tell = Callable[[TrialMessage], None]


class TrialJob(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the process needs to know."""

    readings: str  # path of `readings.db`
    rule: Rule
    stations: tuple[Station, ...]
    since: datetime
    until: datetime
    most_at_once: int


def main() -> int:
    """Do one job."""
    give_way(_NICENESS)
    tell = _teller(own_output())
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=TrialJob)
    with contextlib.suppress(BrokenPipeError):
        tell(answer(job, tell))
    return 0


def answer(job: TrialJob, tell: Tell) -> TrialDone | TrialFailed:
    """Try the rule; what was to be expected is an answer, a bug is raised."""
    try:
        with ReadingsStore(Path(job.readings)) as store:
            trial = try_on_readings(
                job.rule,
                job.stations,
                store,
                since=job.since,
                until=job.until,
                on_series=_coalesced(tell),
                most_at_once=job.most_at_once,
            )
    except TooMuchToTry as error:
        return TrialFailed(code="trial_too_large", detail=str(error))
    except ReadingsError as error:
        return TrialFailed(code="storage_failed", detail=str(error))
    return TrialDone(trial=trial)


def _coalesced(tell: Tell) -> Callable[[int, int], None]:
    told_at_s = -TELL_EVERY_S

    def on_series(done: int, of: int) -> None:
        nonlocal told_at_s
        if done in (0, of) or time.monotonic() - told_at_s >= TELL_EVERY_S:
            told_at_s = time.monotonic()
            tell(TrialWorking(done=done, of=of))

    return on_series


def _teller(pipe: BinaryIO) -> Tell:
    def tell(message: TrialMessage) -> None:
        pipe.write(trial_line(message))
        pipe.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main())
