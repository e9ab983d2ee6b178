"""The wait for a hand-back, stored in the journal: meanwhile no new entry may begin a second history."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

# After a hand-back, consoles that know still more have this time before new entries take their place.
SETTLING: Final = timedelta(minutes=2)
# A console that knows more, but began with a snapshot, may not be able to hand back: the server goes on without it.
LONGEST_FOUND: Final = timedelta(minutes=30)
_MAX_CHECKPOINTS: Final = 50
_KEY: Final = "handback_wait"
_RETURNED: Final = "handback_returned"
_READ: Final = "SELECT value FROM meta WHERE key = ?"
_WRITE: Final = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class WaitCause(StrEnum):
    """Why a server waits: it was restored by command, or a console knows more than it."""

    RESTORED = "restored"
    FOUND = "found"


class HandbackWait(msgspec.Struct, frozen=True, kw_only=True):
    """A wait since `since`; it ends at `until`, or by a hand-back or an administrator.

    `checkpoints` are the hashes of those that began a wait: none begins another.
    """

    cause: WaitCause
    since: datetime
    until: datetime | None = None
    checkpoints: tuple[str, ...] = ()

    def is_open(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class ReturnedRecords(msgspec.Struct, frozen=True, kw_only=True):
    """The records after one seq up to another were handed back."""

    after: int = 0
    until: int = 0


def read_returned(connection: Connection) -> ReturnedRecords:
    """Return which records consoles have handed back; an empty range without any."""
    text = connection.exec_driver_sql(_READ, (_RETURNED,)).scalar_one_or_none()
    return msgspec.json.decode(text, type=ReturnedRecords) if text else ReturnedRecords()


def note_returned(connection: Connection, after: int, until: int) -> None:
    """Record that records were handed back, after or before others."""
    known = read_returned(connection)
    returned = ReturnedRecords(after=min(after, known.after) if known.until else after, until=until)
    connection.exec_driver_sql(_WRITE, (_RETURNED, msgspec.json.encode(returned).decode()))


def read_wait(connection: Connection) -> HandbackWait | None:
    """Return the wait, also one that is over; None if there was none."""
    text = connection.exec_driver_sql(_READ, (_KEY,)).scalar_one_or_none()
    return msgspec.json.decode(text, type=HandbackWait) if text else None


def read_wait_of(journal_path: Path) -> HandbackWait | None:
    """Return the wait in a journal file, which a server may use; None if there was none."""
    with closing(sqlite3.connect(f"{journal_path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute(_READ, (_KEY,)).fetchone()
    return msgspec.json.decode(row[0], type=HandbackWait) if row else None


def write_wait(connection: Connection, wait: HandbackWait) -> None:
    connection.exec_driver_sql(_WRITE, (_KEY, msgspec.json.encode(wait).decode()))


def begin_wait_in_copy(connection: sqlite3.Connection, restored_at: datetime) -> None:
    """Let a restored journal wait, before any server opens it."""
    wait = HandbackWait(cause=WaitCause.RESTORED, since=restored_at)
    connection.execute(_WRITE, (_KEY, msgspec.json.encode(wait).decode()))


def begin_found_wait(connection: Connection, now: datetime, checkpoint: str) -> bool:
    """Wait for the records up to a checkpoint, given its hash, unless it was waited for before; return whether."""
    wait = read_wait(connection)
    known = wait.checkpoints if wait is not None else ()
    if (wait is not None and wait.is_open(now)) or checkpoint in known:
        return False
    begun = HandbackWait(
        cause=WaitCause.FOUND,
        since=now,
        until=now + LONGEST_FOUND,
        checkpoints=(*known, checkpoint)[-_MAX_CHECKPOINTS:],
    )
    write_wait(connection, begun)
    return True


def end_wait(connection: Connection, now: datetime) -> bool:
    """End the wait; return whether there was one."""
    wait = read_wait(connection)
    if wait is None or not wait.is_open(now):
        return False
    write_wait(connection, msgspec.structs.replace(wait, until=now))
    return True
