"""The last failure of a sync, kept for `doctor`: a file that the next successful sync deletes."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.sync.connection_state import HistoryProblem
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import history_problem_of

FAILURE_FILE: Final = "sync-failure.json"


class SyncFailure(msgspec.Struct, frozen=True, kw_only=True):
    """When syncs began to fail for this reason (by this computer's clock), and the reason as shown."""

    since: datetime
    reason: str
    history: HistoryProblem | None = None  # the journals of console and server differ


def read_sync_failure(directory: Path) -> SyncFailure | None:
    """Return the failure of the last sync; None if it succeeded, or never ran."""
    try:
        return read_private(directory / FAILURE_FILE, SyncFailure)
    except (OSError, msgspec.DecodeError):
        return None


@contextlib.contextmanager
def recorded_failure(store: ConsoleStore) -> Iterator[None]:
    """Record why the block fails, or that it succeeded; a full disk changes nothing."""
    try:
        yield
    except Exception as error:
        known = read_sync_failure(store.directory)
        if known is None or known.reason != str(error):
            failure = SyncFailure(since=store.clock(), reason=str(error), history=history_problem_of(error))
            with contextlib.suppress(CacheError):
                write_private(store.directory / FAILURE_FILE, msgspec.json.encode(failure))
        raise
    with contextlib.suppress(OSError):
        (store.directory / FAILURE_FILE).unlink(missing_ok=True)
