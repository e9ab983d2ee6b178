"""Audit of a server's journal: a running one, a stopped one, or a backup."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from tabuah.operations.entries import Verdict
from tabuah.resources.localisation import _
from tabuah.server.database.engine import database_url
from tabuah.server.errors import DamagedData, NotInitialised
from tabuah.storage.backup.database_copy import DatabaseSnapshot
from tabuah.storage.journal.audit import AuditReport, audit_journal
from tabuah.storage.journal.wire import Record

_RECORDS: Final = "SELECT seq, text, signature, received_at, verdict, reason, hash FROM entries ORDER BY seq"


def audit_server(directory: Path, *, database: str = "") -> AuditReport:
    """Recompute every hash, signature, verdict and state of a server's journal; nothing is written.

    Raises:
        ServerError: there is no journal, or it cannot be read.
    """
    path = Path(database_url(directory, database).database or "")
    if not path.is_file():
        raise NotInitialised(
            _("There is no server data in {directory}. Run: tabuah server init").format(directory=directory)
        )
    try:
        with DatabaseSnapshot(path) as snapshot:
            head = snapshot.connection.execute("SELECT seq, hash FROM head").fetchone()
            states = dict(snapshot.connection.execute("SELECT subject, state FROM subject_states"))
            return audit_journal(_records(snapshot.connection), head=head, states=states)
    except (sqlite3.DatabaseError, ValueError) as error:
        raise DamagedData(_("The server's database is damaged: restore the newest backup.")) from error


def _records(connection: sqlite3.Connection) -> Iterator[Record]:
    for seq, text, signature, received_at, verdict, reason, hash_ in connection.execute(_RECORDS):
        yield Record(
            seq=seq,
            text=text,
            signature=signature,
            received_at=datetime.fromisoformat(received_at),
            verdict=Verdict(verdict),
            reason=reason,
            hash=hash_,
        )
