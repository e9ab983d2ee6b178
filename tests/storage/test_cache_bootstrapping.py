"""Taking over a snapshot: the same room as after all entries, own work on top, and nothing that was not signed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from consoles import add_users, enrol, open_store, page, pull, push, report, sync
from snapshot_room import contents_of, fetch_history, load, make, own_records

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.holding import refuse_held
from tabuah.operations.incidents.bodies import IncidentAttached, IncidentEdited
from tabuah.operations.incidents.gestures import (
    attach_to_incident,
    delete_incident,
    edit_incident,
    move_incident,
    note_incident,
)
from tabuah.operations.subjects import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.errors import AnotherServer, JournalDoesNotFollow
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import BadSignature, DamagedSnapshot
from tabuah.storage.journal.signing import DeviceKey
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
    """Ten incidents, one with a conflict, one deleted, one closed by hand of many."""
    first, *_others = stores
    for n in range(10):
        report(first, f"insiden {n}", caller="Pak Budi 0812")
    for store in stores:
        sync(store, journal)
    for n, store in enumerate(stores):
        for incident in store.incidents()[:4]:
            store.save(edit_incident(incident, IncidentEdited(severity=list(Severity)[n])))
            store.save(note_incident(incident, f"catatan {n}"))
    for store in (*stores, *stores):
        sync(store, journal)


def test_a_new_console_shows_the_same_as_one_that_pulled_everything(journal, ani, budi, sari, tmp_path):
    busy_room(journal, ani, budi)
    sync(sari, journal)
    sari.save(delete_incident(sari.incidents()[5], reason="latihan"))
    sync(sari, journal)
    sync(ani, journal)
    assert ani.conflicts(), "the room holds a conflict"
    with open_store(tmp_path / "new") as new:
        enrol(journal, new, "ani")
        made = make(journal, tmp_path / "snapshots")
        changes = load(new, journal, made)
        pull(new, journal)
        sync(ani, journal)
        assert new.head == ani.head
        assert states(new, journal) == states(ani, journal)
        assert (new.incidents(), new.conflicts()) == (ani.incidents(), ani.conflicts())
        for table in ("incidents", "stations", "alarms"):
            query = f"SELECT * FROM {table} ORDER BY 2"
            rows = [sorted(row[1:] for row in store._desk.connection.execute(query)) for store in (new, ani)]
            assert rows[0] == rows[1], table
        assert len(made.snapshot.pieces) > 3, "in several pieces"
        assert len(changes.subjects) >= 10


def test_the_tail_follows_by_pull_and_must_continue_what_was_signed(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    ani.save(note_incident(ani.incidents()[0], "sesudahnya"))
    sync(ani, journal)
    reply = page(journal, budi.head.seq)
    forged = msgspec.structs.replace(reply.records[0], reason="forged")
    with pytest.raises(JournalDoesNotFollow):
        budi.apply_pull(msgspec.structs.replace(reply, records=(forged, *reply.records[1:])))
    sync(budi, journal)
    assert states(budi, journal) == states(ani, journal)


def test_work_that_waits_stays_on_top(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    sync(budi, journal)
    mine = budi.incidents()[0]
    budi.save(note_incident(mine, "belum terkirim"))
    offline = report(budi, "dilaporkan saat luring")
    ani.save(edit_incident(ani.incident(mine.id), IncidentEdited(title="judul baru")))
    sync(ani, journal)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    shown = budi.incident(mine.id)
    assert (shown.title, shown.note_count) == ("judul baru", mine.note_count + 1)
    assert budi.incident(offline.id).title == "dilaporkan saat luring"
    assert budi.counts().pending == 2
    sync(budi, journal)
    sync(ani, journal)
    assert budi.counts().pending == 0
    assert states(budi, journal) == states(ani, journal)


def test_own_work_that_the_server_had_is_settled_with_its_verdict_and_not_shown_twice(
    journal, ani, budi, sari, tmp_path
):
    incident = report(ani)
    for store in (ani, sari, budi):
        sync(store, journal)
    budi.save(note_incident(budi.incident(incident.id), "catatan"))
    budi.save(edit_incident(budi.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
    sari.save(edit_incident(sari.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
    sync(sari, journal)
    push(budi, journal)  # the answer came, the pull did not
    budi.save(note_incident(budi.incident(incident.id), "sesudahnya"))
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    assert budi.counts().pending == 1
    verdicts = [
        verdict for entry, verdict in budi.entries_of(f"incident/{incident.id}") if entry.device == budi.device
    ]
    assert verdicts == [Verdict.ACCEPTED, Verdict.CONFLICT, None]
    assert budi.incident(incident.id).note_count == 2
    assert len(budi.conflicts()) == 1


def test_a_rejected_entry_comes_into_the_tray_also_by_a_snapshot(journal, ani, budi, tmp_path):
    incident = report(ani)
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
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    assert (budi.counts().pending, budi.counts().rejected) == (0, 1)
    assert budi.incident(incident.id).status is Status.CONTAINED


def test_a_held_entry_that_was_refused_comes_into_the_tray_also_by_a_snapshot(journal, sari, budi, tmp_path):
    incident = report(sari)
    sync(sari, journal)
    sync(budi, journal)
    enrol(journal, budi, "budi", expires_at=datetime(2026, 1, 2, tzinfo=UTC))
    held = budi.save(note_incident(budi.incident(incident.id), "ditulis terlambat")).entry
    push(budi, journal)
    sync(sari, journal)
    sari.save(refuse_held(held, reason="sudah dicatat"))
    for status in (Status.VERIFIED, Status.FALSE_REPORT):
        sari.save(move_incident(sari.incident(incident.id), status))  # it is over: nobody fetches its history unasked
    sync(sari, journal)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    assert incident.id in budi.histories.wanted()[0]
    for subject in budi.histories.wanted():
        fetch_history(budi, journal, subject)
    (refused,) = budi.rejections()
    assert (refused.root.entry.id, refused.root.told, refused.root.by) == (held.id, "sudah dicatat", "sari")


def test_own_records_must_lead_to_the_chain_that_was_signed(journal, ani, tmp_path):
    for n in range(3):
        report(ani, f"insiden {n}")
    push(ani, journal)
    made = make(journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    records = own_records(ani, journal, snapshot.seq)
    for wrong in ([], records[1:], records[:-1], [*reversed(records)]):
        with pytest.raises(JournalDoesNotFollow):
            ani.histories.load_snapshot(
                snapshot, contents_of(made, snapshot), lambda _head, wrong=wrong: wrong, synced_at=ani.clock()
            )
        assert (ani.head.seq, ani.counts().pending) == (0, 3)
    load(ani, journal, made)
    assert ani.counts().pending == 0


def test_a_number_that_was_given_before_a_restore_is_not_given_again(journal, ani, tmp_path):
    numbers = {report(ani, f"insiden {n}").number for n in range(3)}
    push(ani, journal)
    device, key = ani.device, (ani.directory / "device.key").read_bytes()
    made = make(journal, tmp_path / "snapshots")
    with open_store(tmp_path / "restored") as restored:
        (restored.directory / "device.key").write_bytes(key)
        with restored._desk.writing():
            restored._desk.meta.write("device", device)
            restored._desk.meta.write("public_key", ani._desk.meta.read("public_key"))
        load(restored, journal, made)
        assert restored.chain_length == 3
        assert restored.next_incident_number() not in numbers


def test_a_snapshot_of_another_server_or_from_the_past_is_not_taken(journal, ani, tmp_path):
    report(ani)
    sync(ani, journal)
    old = make(journal, tmp_path / "old")
    report(ani)
    sync(ani, journal)
    with pytest.raises(JournalDoesNotFollow):
        load(ani, journal, old)
    with ServerJournal.open(tmp_path / "other", serving=True) as other:
        add_users(other, **{f"user{n}": Role.FIELD for n in range(30)})
        with pytest.raises(AnotherServer):
            load(ani, other, make(other, tmp_path / "others"))
    assert ani.head.seq == journal.head().seq


def test_what_was_altered_is_found(journal, ani, tmp_path):
    busy_room(journal, ani)
    made = make(journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    data = made.path.read_bytes()
    with pytest.raises(DamagedSnapshot):
        unpack_piece(bytes([data[0] ^ 1]) + data[1 : snapshot.pieces[0].size], snapshot.pieces[0])
    with pytest.raises(BadSignature):
        read_snapshot(made.signed, DeviceKey.generate().public_key)
    text = made.signed.text.replace(f'"seq":{snapshot.seq}', f'"seq":{snapshot.seq + 1}')
    with pytest.raises(BadSignature):
        read_snapshot(msgspec.structs.replace(made.signed, text=text), journal.key.public_key)


def test_histories_are_missing_until_they_are_fetched_and_bring_personal_values(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    incident = budi.incidents()[0]
    subject = f"incident/{incident.id}"
    assert budi.histories.state_of(subject) is HistoryState.MISSING
    assert budi.entries_of(subject) == ()
    assert subject in budi.histories.wanted(), "it is open, so it is fetched unasked"
    budi.histories.want(subject)
    assert budi.histories.state_of(subject) is HistoryState.ASKED_FOR
    assert budi.histories.wanted()[0] == subject
    version = budi.version
    fetch_history(budi, journal, subject)
    assert budi.histories.state_of(subject) is HistoryState.WHOLE
    assert budi.entries_of(subject) == ani.entries_of(subject)
    assert budi.personal_of(budi.entries_of(subject)[0][0].id) == {"caller": "Pak Budi 0812"}
    assert subject in budi.changed_since(version).subjects, "views that show it read it again"
    assert subject not in budi.histories.wanted()


def test_a_history_that_does_not_fold_to_what_was_signed_is_not_taken(journal, ani, budi, tmp_path):
    busy_room(journal, ani)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    subject = f"incident/{budi.incidents()[0].id}"
    reply = msgspec.structs.replace(page(journal, budi.head.seq), records=journal.records_of(subject, 0, 1000))
    other = journal.records_of(f"incident/{budi.incidents()[1].id}", 0, 1000)
    bent = msgspec.structs.replace(reply.records[-1], verdict=Verdict.REJECTED)
    unsigned = msgspec.structs.replace(reply.records[-1], signature="00" * 64)
    for records in ((), reply.records[:-1], other, (*reply.records[:-1], bent), (*reply.records[:-1], unsigned)):
        with pytest.raises(JournalDoesNotFollow):
            budi.histories.take(subject, (msgspec.structs.replace(reply, records=records),))
    assert budi.histories.state_of(subject) is not HistoryState.WHOLE
    assert budi.entries_of(subject) == ()


def test_attachments_of_what_is_over_are_not_fetched_before_somebody_asks(journal, ani, sari, budi, tmp_path):
    photo = {n: IncidentAttached(sha256=f"{n:064x}", name="a.jpg", media_type="image/jpeg", size=10) for n in (1, 2)}
    still, over = report(ani), report(ani)
    ani.save(attach_to_incident(still, photo[1]))
    ani.save(attach_to_incident(over, photo[2]))
    ani.save(move_incident(ani.incident(over.id), Status.VERIFIED))
    ani.save(move_incident(ani.incident(over.id), Status.CONTAINED))
    sync(ani, journal)
    sync(sari, journal)
    sari.save(move_incident(sari.incident(over.id), Status.CLOSED))
    sync(sari, journal)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    assert [blob.sha256 for blob in budi.attachments.waiting()] == [photo[1].sha256]
    with pytest.raises(Exception, match=r"a\.jpg"):
        budi.attachments.file_of(photo[2])
    assert {blob.sha256 for blob in budi.attachments.waiting()} == {photo[1].sha256, photo[2].sha256}


def test_attachments_of_what_goes_on_again_come_after_all(journal, sari, budi, tmp_path):
    photo = IncidentAttached(sha256=f"{1:064x}", name="a.jpg", media_type="image/jpeg", size=10)
    over = report(sari)
    sari.save(attach_to_incident(over, photo))
    sari.save(move_incident(sari.incident(over.id), Status.FALSE_REPORT, reason="salah lihat"))
    sync(sari, journal)
    load(budi, journal, make(journal, tmp_path / "snapshots"))
    assert budi.attachments.waiting() == ()
    sari.save(move_incident(sari.incident(over.id), Status.VERIFIED, reason="benar juga"))
    sync(sari, journal)
    sync(budi, journal)
    assert [blob.sha256 for blob in budi.attachments.waiting()] == [photo.sha256]
