"""Audit of a server's journal: every kind of manipulation is found at its first record."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.entries import GENESIS, Ruling, Verdict
from tabuah.operations.people.roles import Role
from tabuah.server.audit import audit_server
from tabuah.server.backup import back_up_server
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.audit import AuditCheck
from tabuah.storage.journal.wire import ruling_hash

Change = Callable[[sqlite3.Connection], object]


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A server's directory with the work of two consoles, one of them without permission."""
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.VIEWER)
        for name in ("ani", "budi"):
            with open_store(tmp_path / name) as store:
                report_incident_at(store, f"oleh {name}")
                enrol(journal, store, name)
                sync(store, journal)
    return tmp_path / "server"


def change(server: Path, alter: Change) -> None:
    with closing(sqlite3.connect(server / "journal.db")) as connection:
        alter(connection)
        connection.commit()


def rehash(connection: sqlite3.Connection) -> None:
    """Recompute the server's chain, as a forger with the database would."""
    previous = GENESIS
    rows = connection.execute("SELECT seq, text, received_at, verdict, reason FROM entries ORDER BY seq").fetchall()
    for seq, text, received, verdict, reason in rows:
        ruling = Ruling(
            seq=seq, received_at=datetime.fromisoformat(received), verdict=Verdict(verdict), reason=reason
        )
        previous = ruling_hash(previous, text.encode(), ruling)
        connection.execute("UPDATE entries SET hash = ? WHERE seq = ?", (previous, seq))
    connection.execute("UPDATE head SET hash = ?", (previous,))


def seq_of(server: Path, kind: str) -> int:
    with closing(sqlite3.connect(server / "journal.db")) as connection:
        query = "SELECT min(seq) FROM entries WHERE text LIKE ?"
        return int(connection.execute(query, (f'%"kind":"{kind}"%',)).fetchone()[0])


def test_audit_accepts_sound_journal(server: Path):
    report = audit_server(server)
    assert report.findings == ()
    with ServerJournal.open(server) as journal:
        assert (report.head, report.hash) == (journal.head().seq, journal.head().hash)
        assert audit_server(server).findings == ()
    assert report.is_complete


def test_audit_accepts_backup(server: Path, tmp_path: Path):
    back_up_server(server, tmp_path / "copy")
    assert audit_server(tmp_path / "copy") == audit_server(server)


def test_audit_finds_changed_text(server: Path):
    seq = seq_of(server, "incident.reported")
    change(
        server, lambda db: db.execute("UPDATE entries SET text = replace(text, 'oleh', 'olen') WHERE seq = ?", (seq,))
    )
    (finding,) = audit_server(server).findings
    assert (finding.seq, finding.check) == (seq, AuditCheck.HASH)


def test_audit_finds_forged_text_by_signature(server: Path):
    seq = seq_of(server, "incident.reported")

    def forge(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE entries SET text = replace(text, 'oleh', 'olen') WHERE seq = ?", (seq,))
        rehash(connection)

    change(server, forge)
    (finding,) = audit_server(server).findings
    assert (finding.seq, finding.check) == (seq, AuditCheck.SIGNATURE)


def test_audit_finds_changed_verdict(server: Path):
    seq = seq_of(server, "incident.reported")

    def forge(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE entries SET verdict = 'rejected', reason = 'role_forbids' WHERE seq = ?", (seq,))
        rehash(connection)

    change(server, forge)
    (finding,) = audit_server(server).findings
    assert (finding.seq, finding.check) == (seq, AuditCheck.VERDICT)


def test_audit_finds_missing_record(server: Path):
    change(server, lambda db: db.execute("DELETE FROM entries WHERE seq = 4"))
    (finding,) = audit_server(server).findings
    assert (finding.seq, finding.check) == (4, AuditCheck.GAP)


def test_audit_finds_cut_off_journal(server: Path):
    change(server, lambda db: db.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)"))
    assert [finding.check for finding in audit_server(server).findings] == [AuditCheck.HEAD]


def test_audit_finds_changed_state(server: Path):
    seq = seq_of(server, "incident.reported")
    change(
        server,
        lambda db: db.execute(
            "UPDATE subject_states SET state = replace(state, 'oleh ani', 'oleh ana') WHERE kind = 'incident'"
        ),
    )
    (finding,) = audit_server(server).findings
    assert (finding.seq, finding.check) == (seq, AuditCheck.STATE)
    assert finding.detail.startswith("incident/")


def test_audit_finds_invented_state(server: Path):
    change(server, lambda db: db.execute("INSERT INTO subject_states VALUES ('unit/X', 'unit', '{\"heard\":{}}')"))
    assert [finding.detail for finding in audit_server(server).findings] == ["unit/X"]
