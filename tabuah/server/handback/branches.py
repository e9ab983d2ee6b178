"""Second histories: valid records of consoles that differ from the journal, and the decision of an administrator."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, NullPool, create_engine

from tabuah.server.database.queries import hash_at
from tabuah.server.handback.staged_records import oldest_of
from tabuah.storage.journal.handback import JournalPosition
from tabuah.storage.journal.wire import decode_entry

_ABANDONED: Final = "handback_abandoned"
_READ: Final = "SELECT value FROM meta WHERE key = ?"
_WRITE: Final = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_NEWEST: Final = """SELECT seq, hash FROM handback_records r
    WHERE NOT EXISTS (SELECT 1 FROM handback_records later WHERE later.previous = r.hash) ORDER BY seq, hash"""
_STAGED: Final = "SELECT text, received_at FROM handback_records WHERE seq > ? AND seq <= ? ORDER BY seq"
_HERE: Final = "SELECT text, received_at FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq"
_HEAD: Final = "SELECT seq, hash FROM head"
_END_SESSIONS: Final = "DELETE FROM refresh_tokens"


class HistorySide(msgspec.Struct, frozen=True, kw_only=True):
    """One of two histories after their last common record: its head, and the authors and times of its records."""

    head: JournalPosition
    records: int
    devices: tuple[str, ...]
    first_at: datetime | None = None
    last_at: datetime | None = None


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A history of consoles that differs from the server's; `differs_at` is the first seq with two records."""

    differs_at: int
    server: HistorySide
    consoles: HistorySide
    decided: bool = False


def find_branches(connection: Connection, head: JournalPosition) -> list[Branch]:
    """Return the second histories that consoles have proved, the shortest first."""
    found = []
    for newest in connection.exec_driver_sql(_NEWEST).all():
        oldest = oldest_of(connection, newest.hash)
        if oldest is not None and oldest.seq <= head.seq and hash_at(connection, oldest.seq - 1) == oldest.previous:
            top = JournalPosition(seq=newest.seq, hash=newest.hash)
            branch = Branch(
                differs_at=oldest.seq,
                server=_side(connection, _HERE, oldest.seq - 1, head),
                consoles=_side(connection, _STAGED, oldest.seq - 1, top),
                decided=oldest.hash in abandoned(connection),
            )
            found.append(branch)
    return found


def read_branches_of(journal_path: Path) -> list[Branch]:
    """Return the second histories in a journal file, which a server may use.

    Raises:
        SQLAlchemyError: it cannot be read, or is of an older version.
    """
    uri = f"{journal_path.absolute().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool)
    with engine.connect() as connection:
        head = connection.exec_driver_sql(_HEAD).one()
        return find_branches(connection, JournalPosition(seq=head.seq, hash=head.hash))


def _side(connection: Connection, query: str, after: int, head: JournalPosition) -> HistorySide:
    rows = connection.exec_driver_sql(query, (after, head.seq)).all()
    times = [datetime.fromisoformat(row.received_at) for row in rows]
    devices = sorted({decode_entry(row.text).device for row in rows})
    ends = (times[0], times[-1]) if times else (None, None)
    return HistorySide(head=head, records=len(rows), devices=tuple(devices), first_at=ends[0], last_at=ends[1])


def abandoned(connection: Connection) -> frozenset[str]:
    """Return the hashes of the first records of histories that an administrator has given up."""
    text = connection.exec_driver_sql(_READ, (_ABANDONED,)).scalar_one_or_none()
    return msgspec.json.decode(text, type=frozenset[str]) if text else frozenset()


def give_up(connection: Connection, firsts: Iterable[str], *, kept: str = "") -> None:
    """Give histories up, named by the hashes of their first records, and end all sessions.

    `kept` is the first record of the kept history, which may have been given up before.
    """
    given_up = (abandoned(connection) | frozenset(firsts)) - {kept}
    connection.exec_driver_sql(_WRITE, (_ABANDONED, msgspec.json.encode(sorted(given_up)).decode()))
    connection.exec_driver_sql(_END_SESSIONS)
