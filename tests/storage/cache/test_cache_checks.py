"""Audit of a console's cache, whole or after a snapshot."""

import sqlite3
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.audit import AuditCheck


@pytest.fixture
def console(tmp_path: Path) -> Path:
    """A console's directory with a synced and an unsent report."""
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR)
        with open_store(tmp_path / "ani") as store:
            enrol(journal, store, "ani")
            report_incident_at(store, "terkirim")
            sync(store, journal)
            report_incident_at(store, "belum terkirim")
    return tmp_path / "ani"


def change(console: Path, statement: str) -> None:
    connection = sqlite3.connect(console / "cache.gpkg")
    connection.create_function("tabuah_writer", 0, lambda: 1)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_cache_audit_accepts_sound_cache(console: Path):
    with open_store(console) as store:
        report = store.checks.audit()
        assert (report.findings, report.head, report.hash) == ((), store.head.seq, store.head.hash)
        assert report.is_complete


def test_cache_audit_names_first_changed_record(console: Path):
    change(console, "UPDATE journal SET reason = 'x' WHERE seq IN (3, 5)")
    with open_store(console) as store:
        assert [(f.seq, f.check) for f in store.checks.audit().findings] == [(3, AuditCheck.HASH)]


def test_cache_audit_finds_changed_state(console: Path):
    change(console, "UPDATE subjects SET confirmed = replace(confirmed, 'terkirim', 'terkirin')")
    with open_store(console) as store:
        assert [f.check for f in store.checks.audit().findings] == [AuditCheck.STATE]


def test_cache_audit_after_snapshot_verifies_what_is_here(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "budi") as store:
        add_users(journal, ani=Role.OPERATOR, budi=Role.OPERATOR)
        with open_store(tmp_path / "ani") as ani:
            enrol(journal, ani, "ani")
            report_incident_at(ani, "sebelum")
            sync(ani, journal)
            made = build_snapshot(journal, tmp_path / "snapshots")
            apply_snapshot(store, journal, made)
            report_incident_at(ani, "sesudah")
            sync(ani, journal)
        first = store.head.seq + 1
        pull(store, journal)
        report = store.checks.audit()
        assert (report.first, report.is_complete, report.findings, report.subjects) == (first, False, (), 1)
    change(tmp_path / "budi", f"UPDATE journal SET text = replace(text, 'sesudah', 'sesudoh') WHERE seq >= {first}")
    with open_store(tmp_path / "budi") as store:
        assert {f.check for f in store.checks.audit().findings} >= {AuditCheck.SIGNATURE, AuditCheck.STATE}
