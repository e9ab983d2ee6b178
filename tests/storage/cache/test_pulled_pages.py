"""Pulled pages: valid ones are folded at once with own work on top, invalid ones are not applied."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.console_stores import add_users, enrol, open_store, pull, pull_page, push, report_incident_at, sync

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import edit_incident, move_incident, note_incident, settle_conflict
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.errors import AnotherServer, JournalMismatch
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, sari=Role.SUPERVISOR)
        yield journal


def test_entry_of_one_console_appears_on_other(journal, ani, budi):
    incident = report_incident_at(ani, caller="Pak Budi 0812")
    assert push(ani, journal) == 1
    assert ani.counts().pending == 1, "it is confirmed only once it comes back"
    changes = pull(ani, journal)
    assert f"incident/{incident.id}" in changes.subjects
    assert ani.counts().pending == 0
    sync(budi, journal)
    assert budi.incident(incident.number) == ani.incident(incident.number)
    ((entry, verdict),) = budi.entries_of(f"incident/{incident.id}")
    assert verdict is Verdict.ACCEPTED
    assert budi.personal_of(entry.id) == {"caller": "Pak Budi 0812"}


def test_several_pages_are_applied_atomically(journal, ani, budi):
    incident = report_incident_at(ani)
    for n in range(8):
        ani.save(note_incident(ani.incident(incident.id), f"catatan {n}"))
    sync(ani, journal)
    first, second, third = (pull_page(journal, after, 6) for after in (0, 6, 12))
    bad = msgspec.structs.replace(third, records=third.records[1:])
    with pytest.raises(JournalMismatch):
        budi.apply_pull(first, second, bad)
    assert budi.head.seq == 0
    assert budi.incidents() == []
    version = budi.version
    changes = budi.apply_pull(first, second, first, third)
    assert (budi.head.seq, budi.version) == (journal.head().seq, version + 1), "shown once, and a page may come twice"
    assert f"incident/{incident.id}" in changes.subjects
    assert budi.incident(incident.id) == ani.incident(incident.id)


def test_unsent_work_stays_above_pulled_state(journal, ani, budi):
    incident = report_incident_at(ani)
    sync(ani, journal)
    sync(budi, journal)
    budi.save(note_incident(budi.incident(incident.id), "belum terkirim"))
    ani.save(edit_incident(ani.incident(incident.id), IncidentEdited(title="Banjir bandang")))
    sync(ani, journal)
    pull(budi, journal)
    shown = budi.incident(incident.id)
    assert (shown.title, shown.note_count) == ("Banjir bandang", 1)
    assert budi.confirmed(f"incident/{incident.id}").value.note_count == 0
    assert budi.rows()[0].pending


def test_concurrent_guarded_writes_become_one_conflict(journal, ani, budi):
    incident = report_incident_at(ani)
    sync(ani, journal)
    sync(budi, journal)
    ani.save(edit_incident(ani.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
    budi.save(edit_incident(budi.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
    assert budi.incident(incident.id).severity is Severity.MINOR
    sync(ani, journal)
    sync(budi, journal)
    sync(ani, journal)
    for store in (ani, budi):
        (found,) = store.conflicts()
        assert (found.conflict.current.value, found.conflict.proposed.value) == ('"severe"', '"minor"')
        assert store.incident(incident.id).severity is Severity.SEVERE
        assert store.counts().conflicts == 1
    budi.save(settle_conflict(budi.incident(incident.id), budi.conflicts()[0].conflict.id, "proposed"))
    sync(budi, journal)
    sync(ani, journal)
    assert ani.incident(incident.id).severity is Severity.MINOR
    assert ani.counts().conflicts == budi.counts().conflicts == 0
    assert ani.incident(incident.id) == budi.incident(incident.id)


def test_repeated_page_changes_nothing(journal, ani):
    report_incident_at(ani)
    push(ani, journal)
    reply = pull_page(journal, 0)
    ani.apply_pull(reply)
    before = (ani.head, ani.rows(), ani.version)
    assert ani.apply_pull(reply).subjects == frozenset()
    assert (ani.head, ani.rows(), ani.version) == before


def test_page_size_does_not_change_result(journal, ani, budi, tmp_path):
    for title in ("satu", "dua", "tiga"):
        report_incident_at(ani, title)
    sync(ani, journal)
    while budi.head.seq < journal.head().seq:
        pull(budi, journal, limit=1)
    assert budi.rows() == ani.rows()
    assert budi.head == ani.head


def test_page_with_gap_is_refused(journal, ani):
    reply = pull_page(journal, 0)
    with pytest.raises(JournalMismatch, match="Tidak ada yang diterapkan"):
        ani.apply_pull(msgspec.structs.replace(reply, records=(reply.records[0], *reply.records[2:])))
    assert ani.head.seq == 0


@pytest.mark.parametrize(
    "forgery",
    [
        {"verdict": Verdict.REJECTED},
        {"reason": "role_forbids"},
        {"received_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"hash": "0" * 64},
        {"text": '{"id":"x"}'},
    ],
)
def test_altered_record_is_refused(journal, ani, forgery):
    reply = pull_page(journal, 0)
    last = msgspec.structs.replace(reply.records[-1], **forgery)
    with pytest.raises(JournalMismatch):
        ani.apply_pull(msgspec.structs.replace(reply, records=(*reply.records[:-1], last)))
    assert ani.head.seq == 0
    pull(ani, journal)
    assert ani.head.seq == journal.head().seq


def test_invalid_signature_is_refused(journal, ani):
    report_incident_at(ani)
    push(ani, journal)
    reply = pull_page(journal, 0)
    last = msgspec.structs.replace(reply.records[-1], signature="0" * 128)
    with pytest.raises(JournalMismatch, match="tidak asli"):
        ani.apply_pull(msgspec.structs.replace(reply, records=(*reply.records[:-1], last)))
    assert ani.head.seq == 0
    pull(ani, journal)
    assert ani.counts().pending == 0


def test_journal_of_another_server_is_refused(journal, ani, tmp_path):
    with ServerJournal.open(tmp_path / "other", serving=True) as other, pytest.raises(AnotherServer):
        pull(ani, other)
    assert ani.head.seq == 0
    pull(ani, journal)
    with ServerJournal.open(tmp_path / "other", serving=True) as other:
        add_users(other, **{f"u{n}": Role.FIELD for n in range(ani.head.seq + 5)})
        with pytest.raises(JournalMismatch):
            pull(ani, other)


def test_empty_page_only_sets_sync_time(journal, ani):
    sync(ani, journal)
    version = ani.version
    reply = PullReply(records=(), head=journal.head().seq, now=datetime.now(UTC))
    assert ani.apply_pull(reply).subjects == frozenset()
    assert ani.version == version
    assert ani.last_sync_at is not None


def test_expired_grant_entry_is_shown_then_held(journal, budi, tmp_path):
    with open_store(tmp_path / "sari") as sari:
        enrol(journal, sari, "sari")
        enrol(journal, budi, "budi", expires_at=datetime.now(UTC) - timedelta(days=1))
        incident = report_incident_at(budi, "Laporan tanpa sesi")
        budi.save(note_incident(incident, "catatan"))
        assert [row.title for row in budi.rows()] == ["Laporan tanpa sesi"]
        sync(budi, journal)
        assert budi.counts().held == 2
        assert [(held.entry.kind, held.reason) for held in budi.held()] == [
            ("incident.reported", "grant_expired"),
            ("incident.noted", "grant_expired"),
        ]
        assert budi.rows() == []
        sync(sari, journal)
        release(sari, journal)
        sync(budi, journal)
    assert budi.incident(incident.number).note_count == 1
    assert budi.counts().held == 0


def test_rejected_entry_can_be_reissued(journal, ani, budi):
    incident = report_incident_at(ani)
    sync(ani, journal)
    sync(budi, journal)
    for status in (Status.VERIFIED, Status.CONTAINED):
        budi.save(move_incident(budi.incident(incident.id), status))
    sync(budi, journal)
    known = budi.identity
    grant = msgspec.structs.replace(known.grant, role=Role.SUPERVISOR)
    believed = msgspec.structs.replace(known, role=Role.SUPERVISOR, grant=grant)  # a role it does not have
    budi.remember_identity(believed)
    budi.save(move_incident(budi.incident(incident.id), Status.FALSE_REPORT))
    assert budi.incident(incident.id).status is Status.FALSE_REPORT
    sync(budi, journal)
    (rejected,) = budi.rejected()
    assert (rejected.entry.kind, rejected.reason) == ("incident.moved", "role_forbids")
    assert budi.incident(incident.id).status is Status.CONTAINED
    budi.remember_identity(known)
    with pytest.raises(NotPossible):
        budi.reissue(rejected.entry.id)  # by now this console knows its role
    budi.remember_identity(believed)
    again = budi.reissue(rejected.entry.id)
    assert again.entry.replaces == rejected.entry.id
    assert budi.rejected() == []


def release(store: ConsoleStore, journal: ServerJournal) -> None:
    from tabuah.operations.entries import Draft
    from tabuah.operations.entry_kinds import encode_body
    from tabuah.operations.held_entry_kinds import EntryReleased

    for held in store.held():
        body = encode_body(EntryReleased(entry=held.entry.id))
        store.save(Draft(subject=held.entry.subject, kind="entry.released", body=body))
    sync(store, journal)
