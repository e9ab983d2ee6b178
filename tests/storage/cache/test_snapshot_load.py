"""Loading of snapshots: the same state as after all entries, own work on top, signed content only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from support.console_stores import add_users, enrol, open_store, pull, pull_page, push, report_incident_at, sync
from support.snapshot_transfer import apply_snapshot, build_snapshot, contents_of, fetch_history, missing_own_records

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.held_entries import refuse_held
from tabuah.operations.incidents.drafts import (
    attach_to_incident,
    delete_incident,
    edit_incident,
    move_incident,
    note_incident,
)
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.errors import AnotherServer, JournalMismatch
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import BadSignature, DamagedSnapshot
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.snapshots import read_snapshot, unpack_piece


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, sari=Role.SUPERVISOR)
        yield journal


def states(store: ConsoleStore, journal: ServerJournal) -> dict[str, bytes]:
    subjects = [s for kind in ("incident", "user", "device") for s in journal.states_of_kind(kind)]
    return {subject: state_text(store.confirmed(subject)) for subject in subjects}


def busy_room(journal: ServerJournal, *stores: ConsoleStore) -> None:
    """Write ten incidents: one with a conflict, one deleted, one of many closed."""
    first, *_others = stores
    for n in range(10):
        report_incident_at(first, f"insiden {n}", caller="Pak Budi 0812")
    for store in stores:
        sync(store, journal)
    for n, store in enumerate(stores):
        for incident in store.incidents()[:4]:
            store.save(edit_incident(incident, IncidentEdited(severity=list(Severity)[n])))
            store.save(note_incident(incident, f"catatan {n}"))
    for store in (*stores, *stores):
        sync(store, journal)


def test_snapshot_shows_same_state_as_pull(journal, ani, budi, sari, tmp_path):
    busy_room(journal, ani, budi)
    sync(sari, journal)
    sari.save(delete_incident(sari.incidents()[5], reason="latihan"))
    sync(sari, journal)
    sync(ani, journal)
    assert ani.conflicts(), "the room holds a conflict"
    with open_store(tmp_path / "new") as new:
        enrol(journal, new, "ani")
        made = build_snapshot(journal, tmp_path / "snapshots")
        changes = apply_snapshot(new, journal, made)
        pull(new, journal)
        sync(ani, journal)
        assert new.head == ani.head
        assert states(new, journal) == states(ani, journal)
        assert (new.incidents(), new.conflicts()) == (ani.incidents(), ani.conflicts())
        for table in ("incidents", "stations", "alarms"):
            query = f"SELECT * FROM {table} ORDER BY 2"
            rows = [sorted(row[1:] for row in store._session.connection.execute(query)) for store in (new, ani)]
            assert rows[0] == rows[1], table
        assert len(made.snapshot.pieces) > 3, "in several pieces"
        assert len(changes.subjects) >= 10


def test_pull_after_snapshot_must_continue_it(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    ani.save(note_incident(ani.incidents()[0], "sesudahnya"))
    sync(ani, journal)
    reply = pull_page(journal, budi.head.seq)
    forged = msgspec.structs.replace(reply.records[0], reason="forged")
    with pytest.raises(JournalMismatch):
        budi.apply_pull(msgspec.structs.replace(reply, records=(forged, *reply.records[1:])))
    sync(budi, journal)
    assert states(budi, journal) == states(ani, journal)


def test_pending_work_stays_on_top(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    sync(budi, journal)
    mine = budi.incidents()[0]
    budi.save(note_incident(mine, "belum terkirim"))
    offline = report_incident_at(budi, "dilaporkan saat luring")
    ani.save(edit_incident(ani.incident(mine.id), IncidentEdited(title="judul baru")))
    sync(ani, journal)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    shown = budi.incident(mine.id)
    assert (shown.title, shown.note_count) == ("judul baru", mine.note_count + 1)
    assert budi.incident(offline.id).title == "dilaporkan saat luring"
    assert budi.counts().pending == 2
    sync(budi, journal)
    sync(ani, journal)
    assert budi.counts().pending == 0
    assert states(budi, journal) == states(ani, journal)


def test_snapshot_settles_own_work_once(journal, ani, budi, sari, tmp_path):
    incident = report_incident_at(ani)
    for store in (ani, sari, budi):
        sync(store, journal)
    budi.save(note_incident(budi.incident(incident.id), "catatan"))
    budi.save(edit_incident(budi.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
    sari.save(edit_incident(sari.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
    sync(sari, journal)
    push(budi, journal)  # the answer arrived, but nothing was pulled
    budi.save(note_incident(budi.incident(incident.id), "sesudahnya"))
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert budi.counts().pending == 1
    verdicts = [
        verdict for entry, verdict in budi.entries_of(f"incident/{incident.id}") if entry.device == budi.device
    ]
    assert verdicts == [Verdict.ACCEPTED, Verdict.CONFLICT, None]
    assert budi.incident(incident.id).note_count == 2
    assert len(budi.conflicts()) == 1


def test_snapshot_brings_rejected_entry_into_tray(journal, ani, budi, tmp_path):
    incident = report_incident_at(ani)
    sync(ani, journal)
    sync(budi, journal)
    for status in (Status.VERIFIED, Status.CONTAINED):
        budi.save(move_incident(budi.incident(incident.id), status))
    sync(budi, journal)
    grant = msgspec.structs.replace(budi.identity.grant, role=Role.SUPERVISOR)
    budi.remember_identity(msgspec.structs.replace(budi.identity, role=Role.SUPERVISOR, grant=grant))  # it is wrong
    budi.save(move_incident(budi.incident(incident.id), Status.FALSE_REPORT))
    push(budi, journal)
    ani.save(note_incident(ani.incident(incident.id), "sesudahnya"))
    sync(ani, journal)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert (budi.counts().pending, budi.counts().rejected) == (0, 1)
    assert budi.incident(incident.id).status is Status.CONTAINED


def test_snapshot_brings_refused_entry_into_tray(journal, sari, budi, tmp_path):
    incident = report_incident_at(sari)
    sync(sari, journal)
    sync(budi, journal)
    enrol(journal, budi, "budi", expires_at=datetime(2026, 1, 2, tzinfo=UTC))
    held = budi.save(note_incident(budi.incident(incident.id), "ditulis terlambat")).entry
    push(budi, journal)
    sync(sari, journal)
    sari.save(refuse_held(held, reason="sudah dicatat"))
    for status in (Status.VERIFIED, Status.FALSE_REPORT):
        sari.save(move_incident(sari.incident(incident.id), status))  # closed: fetched only on request
    sync(sari, journal)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert incident.id in budi.histories.requested_and_due()[0]
    for subject in budi.histories.requested_and_due():
        fetch_history(budi, journal, subject)
    (refused,) = budi.rejections()
    assert (refused.root.entry.id, refused.root.refusal_reason, refused.root.by) == (held.id, "sudah dicatat", "sari")


def test_own_records_must_match_signed_chain(journal, ani, tmp_path):
    for n in range(3):
        report_incident_at(ani, f"insiden {n}")
    push(ani, journal)
    made = build_snapshot(journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    records = missing_own_records(ani, journal, snapshot.seq)
    for wrong in ([], records[1:], records[:-1], [*reversed(records)]):
        with pytest.raises(JournalMismatch):
            ani.histories.load_snapshot(
                snapshot, contents_of(made, snapshot), lambda _head, wrong=wrong: wrong, synced_at=ani.clock()
            )
        assert (ani.head.seq, ani.counts().pending) == (0, 3)
    apply_snapshot(ani, journal, made)
    assert ani.counts().pending == 0


def test_incident_number_is_not_reused_after_restore(journal, ani, tmp_path):
    numbers = {report_incident_at(ani, f"insiden {n}").number for n in range(3)}
    push(ani, journal)
    device, key = ani.device, (ani.directory / "device.key").read_bytes()
    made = build_snapshot(journal, tmp_path / "snapshots")
    with open_store(tmp_path / "restored") as restored:
        (restored.directory / "device.key").write_bytes(key)
        with restored._session.writing():
            restored._session.meta.write("device", device)
            restored._session.meta.write("public_key", ani._session.meta.read("public_key"))
        apply_snapshot(restored, journal, made)
        assert restored.chain_length == 3
        assert restored.next_incident_number() not in numbers


def test_foreign_or_old_snapshot_is_refused(journal, ani, tmp_path):
    report_incident_at(ani)
    sync(ani, journal)
    old = build_snapshot(journal, tmp_path / "old")
    report_incident_at(ani)
    sync(ani, journal)
    with pytest.raises(JournalMismatch):
        apply_snapshot(ani, journal, old)
    with ServerJournal.open(tmp_path / "other", serving=True) as other:
        add_users(other, **{f"user{n}": Role.FIELD for n in range(30)})
        with pytest.raises(AnotherServer):
            apply_snapshot(ani, other, build_snapshot(other, tmp_path / "others"))
    assert ani.head.seq == journal.head().seq


def test_altered_snapshot_is_detected(journal, ani, tmp_path):
    busy_room(journal, ani)
    made = build_snapshot(journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    data = made.path.read_bytes()
    with pytest.raises(DamagedSnapshot):
        unpack_piece(bytes([data[0] ^ 1]) + data[1 : snapshot.pieces[0].size], snapshot.pieces[0])
    with pytest.raises(BadSignature):
        read_snapshot(made.signed, DeviceKey.generate().public_key)
    text = made.signed.text.replace(f'"seq":{snapshot.seq}', f'"seq":{snapshot.seq + 1}')
    with pytest.raises(BadSignature):
        read_snapshot(msgspec.structs.replace(made.signed, text=text), journal.key.public_key)


def test_fetched_history_brings_personal_values(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    incident = budi.incidents()[0]
    subject = f"incident/{incident.id}"
    assert budi.histories.state_of(subject) is HistoryState.MISSING
    assert budi.entries_of(subject) == ()
    assert subject in budi.histories.requested_and_due(), "it is open, so it is fetched unasked"
    budi.histories.request(subject)
    assert budi.histories.state_of(subject) is HistoryState.ASKED_FOR
    assert budi.histories.requested_and_due()[0] == subject
    version = budi.version
    fetch_history(budi, journal, subject)
    assert budi.histories.state_of(subject) is HistoryState.WHOLE
    assert budi.entries_of(subject) == ani.entries_of(subject)
    assert budi.personal_of(budi.entries_of(subject)[0][0].id) == {"caller": "Pak Budi 0812"}
    assert subject in budi.changed_since(version).subjects, "views that show it read it again"
    assert subject not in budi.histories.requested_and_due()


def test_history_not_matching_snapshot_is_refused(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    subject = f"incident/{budi.incidents()[0].id}"
    reply = msgspec.structs.replace(pull_page(journal, budi.head.seq), records=journal.records_of(subject, 0, 1000))
    other = journal.records_of(f"incident/{budi.incidents()[1].id}", 0, 1000)
    bent = msgspec.structs.replace(reply.records[-1], verdict=Verdict.REJECTED)
    unsigned = msgspec.structs.replace(reply.records[-1], signature="00" * 64)
    for records in ((), reply.records[:-1], other, (*reply.records[:-1], bent), (*reply.records[:-1], unsigned)):
        with pytest.raises(JournalMismatch):
            budi.histories.take(subject, (msgspec.structs.replace(reply, records=records),))
    assert budi.histories.state_of(subject) is not HistoryState.WHOLE
    assert budi.entries_of(subject) == ()


def test_closed_incident_attachments_wait_for_request(journal, ani, sari, budi, tmp_path):
    photo = {n: IncidentAttached(sha256=f"{n:064x}", name="a.jpg", media_type="image/jpeg", size=10) for n in (1, 2)}
    still, over = report_incident_at(ani), report_incident_at(ani)
    ani.save(attach_to_incident(still, photo[1]))
    ani.save(attach_to_incident(over, photo[2]))
    ani.save(move_incident(ani.incident(over.id), Status.VERIFIED))
    ani.save(move_incident(ani.incident(over.id), Status.CONTAINED))
    sync(ani, journal)
    sync(sari, journal)
    sari.save(move_incident(sari.incident(over.id), Status.CLOSED))
    sync(sari, journal)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert [blob.sha256 for blob in budi.attachments.waiting()] == [photo[1].sha256]
    with pytest.raises(Exception, match=r"a\.jpg"):
        budi.attachments.file_of(photo[2])
    assert {blob.sha256 for blob in budi.attachments.waiting()} == {photo[1].sha256, photo[2].sha256}


def test_reopened_incident_attachments_are_downloaded(journal, sari, budi, tmp_path):
    photo = IncidentAttached(sha256=f"{1:064x}", name="a.jpg", media_type="image/jpeg", size=10)
    over = report_incident_at(sari)
    sari.save(attach_to_incident(over, photo))
    sari.save(move_incident(sari.incident(over.id), Status.FALSE_REPORT, reason="salah lihat"))
    sync(sari, journal)
    apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert budi.attachments.waiting() == ()
    sari.save(move_incident(sari.incident(over.id), Status.VERIFIED, reason="benar juga"))
    sync(sari, journal)
    sync(budi, journal)
    assert [blob.sha256 for blob in budi.attachments.waiting()] == [photo.sha256]
