"""Audit of a server's journal: a running one, a stopped one, or a backup."""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tabuah.operations.subject_state import read_state
from tabuah.resources.localisation import _
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.server.database.engine import database_url
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import DamagedData, NotInitialised
from tabuah.server.handback.history_file import HistoryFile, open_history
from tabuah.storage.backup.database_copy import DatabaseSnapshot, check_integrity
from tabuah.storage.journal.audit import (
    AuditCheck,
    AuditFailure,
    AuditReport,
    JournalAudit,
    audit_journal,
    finding_of,
)
from tabuah.storage.journal.checkpoint import read_checkpoint
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, record_of_row
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME

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
    for row in connection.execute(_RECORDS):
        yield record_of_row(*row)


def audit_history(path: Path) -> AuditReport:
    """Audit the file of a history that was given up, after the records of the journal that it continues.

    Raises:
        ServerError: it is no such file, or the journal is not in the folder above it.
    """
    history, journal = open_history(path), path.absolute().parent.parent / JOURNAL_NAME
    if not journal.is_file():
        raise NotInitialised(
            _("There is no server data in {directory}. Run: tabuah server init").format(directory=journal.parent)
        )
    audit = JournalAudit()
    after, findings = history.header.after, []
    with DatabaseSnapshot(journal) as snapshot:
        try:
            for record in itertools.takewhile(lambda record: record.seq <= after.seq, _records(snapshot.connection)):
                audit.follow(record)
            audit.check_head(after.seq, after.hash)
            for record in history.records():
                audit.follow(record)
            _check_signed(audit, history)
        except AuditFailure as failure:
            findings = [finding_of(failure)]
    return AuditReport(first=1, head=audit.seq, hash=audit.hash, subjects=len(audit.states), findings=tuple(findings))


def _check_signed(audit: JournalAudit, history: HistoryFile) -> None:
    """Check that a server's key signed the newest record.

    Raises:
        AuditFailure: none did.
    """
    keys = [bytes.fromhex(device.public_key) for device in audit.authority.devices.values() if device.is_server]
    for key in keys:
        with contextlib.suppress(BadSignature):
            checkpoint = read_checkpoint(history.header.checkpoint, key)
            return audit.check_head(checkpoint.seq, checkpoint.hash)
    raise AuditFailure(audit.seq, AuditCheck.SIGNATURE, "no key of the server signed the newest record")


def check_server_databases(directory: Path, *, quick: bool = False) -> None:
    """Check the files of a server: integrity, decoding of every state, and the key.

    Raises:
        ServerError: the journal or the key is damaged.
        DamagedBackup: SQLite finds a file damaged.
    """
    key = ServerDirectory(directory).read_key()
    for path in (directory / JOURNAL_NAME, directory / READINGS_NAME):
        if path.is_file():
            check_integrity(path, quick=quick)
    try:
        with DatabaseSnapshot(directory / JOURNAL_NAME) as snapshot:
            _check_values(snapshot.connection)
            known = snapshot.connection.execute("SELECT 1 FROM chain_heads WHERE device = ?", (_id_of(key),))
            if known.fetchone() is None:
                text = _("{file} is not the key of this journal: restore it from a backup.")
                raise DamagedData(text.format(file=ServerDirectory(directory).key_path))
    except sqlite3.DatabaseError as error:
        raise DamagedData(_("The server's database is damaged: restore the newest backup.")) from error


def _check_values(connection: sqlite3.Connection) -> None:
    for subject, state in connection.execute("SELECT subject, state FROM subject_states"):
        try:
            read_state(state)
        except ValueError as error:
            raise DamagedData(_("The stored state of {subject} cannot be read.").format(subject=subject)) from error


def _id_of(key: DeviceKey | None) -> str:
    return key.device_id if key is not None else ""
