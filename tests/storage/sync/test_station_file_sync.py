"""Files of stations between consoles: offline changes converge; roles and transfer order."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.bundle_exchange import DirectClient
from support.console_stores import add_users, enrol, open_store, pull, push, report_incident_at, sync
from support.running_server import PASSWORD, start_server
from support.snapshot_transfer import apply_snapshot, build_snapshot
from support.station_file_samples import SUBJECT, attach_document, registration_draft, sample_document, station_of

from tabuah.operations.attachments.transfer import AttachmentStatus
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import remove_from_station
from tabuah.operations.subject_state import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.errors import BlobMissing
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.relay import push_relayed
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, admin=Role.ADMIN, citra=Role.VIEWER)
        journal.append_drafts([registration_draft()])
        yield journal


def console(journal: ServerJournal, tmp_path: Path, user: str) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
        yield store


@pytest.fixture
def ani(journal: ServerJournal, tmp_path: Path) -> Iterator[ConsoleStore]:
    yield from console(journal, tmp_path, "ani")


@pytest.fixture
def budi(journal: ServerJournal, tmp_path: Path) -> Iterator[ConsoleStore]:
    yield from console(journal, tmp_path, "budi")


@pytest.fixture
def admin(journal: ServerJournal, tmp_path: Path) -> Iterator[ConsoleStore]:
    yield from console(journal, tmp_path, "admin")


@pytest.fixture
def citra(journal: ServerJournal, tmp_path: Path) -> Iterator[ConsoleStore]:
    yield from console(journal, tmp_path, "citra")


def awaited(store: ConsoleStore) -> list[str]:
    return [blob.sha256 for blob in store.attachments.waiting()]


def remove(store: ConsoleStore, reason: str) -> None:
    station = station_of(store)
    store.save(remove_from_station(station, station.files.kept[0], reason=reason))


def test_station_files_converge_after_offline_work(journal, ani, budi, admin):
    first = attach_document(ani, b"rute")
    sync(ani, journal)
    sync(budi, journal)
    attach_document(budi, b"kunci")
    remove(ani, "jalan putus")
    attach_document(ani, b"kalibrasi")
    attach_document(admin, b"pemasangan")
    for _ in range(2):
        for store in (budi, ani, admin):
            sync(store, journal)
    states = {state_text(store.state(SUBJECT)) for store in (ani, budi, admin)}
    assert states == {state_text(journal.state_of(SUBJECT))}
    files = station_of(ani).files
    assert [file.by for file in files.kept] == ["budi", "ani", "admin"]
    assert [file.attachment for file in files.removed] == [first]
    assert not ani.rejected()


def test_removing_file_twice_is_no_conflict(journal, ani, admin):
    attach_document(ani)
    for store in (ani, admin):
        sync(store, journal)
    remove(ani, "usang")
    remove(admin, "ganda")
    for store in (admin, ani, admin):
        sync(store, journal)
    (removal,) = station_of(ani).files.removals.values()
    assert (removal.by, removal.reason) == ("admin", "ganda")
    assert station_of(admin) == station_of(ani)
    assert not ani.rejected()


def test_station_file_is_queued_like_photo(journal, ani, budi):
    attached = attach_document(ani)
    assert awaited(ani) == [attached.sha256]
    assert ani.attachments.states([attached])[attached.sha256].state is AttachmentStatus.WAITS_UPLOAD
    sync(ani, journal)
    sync(budi, journal)
    assert awaited(budi) == [attached.sha256]
    with pytest.raises(BlobMissing, match="belum diunduh"):
        budi.attachments.file_of(attached)


def test_incident_photos_go_before_station_files(journal, ani, budi):
    small, large = attach_document(ani, b"a"), sample_document(b"b" * 900, name="foto.jpg")
    ani.attachments.files.add(b"b" * 900)
    ani.save(attach_to_incident(report_incident_at(ani), large))
    sync(ani, journal)
    sync(budi, journal)
    for store in (ani, budi):
        assert awaited(store) == [large.sha256, small.sha256]


def test_administrator_downloads_only_station_files(journal, ani, admin, citra):
    photo, both = sample_document(b"foto"), attach_document(ani, b"keduanya")
    of_station = attach_document(ani, b"kalibrasi")
    incident = report_incident_at(ani)
    ani.save_all([attach_to_incident(incident, photo), attach_to_incident(incident, both)])
    for store in (ani, admin, citra):
        sync(store, journal)
    assert awaited(admin) == [of_station.sha256]
    assert awaited(citra) == []
    states = admin.attachments.states([photo, both, of_station])
    assert [state.state for state in states.values()] == [
        *(AttachmentStatus.WITHHELD, AttachmentStatus.WITHHELD, AttachmentStatus.WAITS_DOWNLOAD)
    ]
    with pytest.raises(BlobMissing, match="admin"):
        admin.attachments.file_of(photo)


def test_removed_file_is_downloaded_on_request(journal, ani, budi, tmp_path):
    gone = attach_document(ani, b"lama")
    kept = attach_document(ani, b"baru")
    sync(ani, journal)
    pull(budi, journal)
    remove(ani, "usang")
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == [kept.sha256]
    with open_store(tmp_path / "late") as late:
        enrol(journal, late, "budi")
        apply_snapshot(late, journal, build_snapshot(journal, tmp_path / "snapshots"))
        assert awaited(late) == [kept.sha256]
        assert station_of(late) == station_of(ani)
        with pytest.raises(BlobMissing):
            late.attachments.file_of(gone)
        assert set(awaited(late)) == {kept.sha256, gone.sha256}


def test_readded_station_file_is_downloaded(journal, ani, budi):
    attached = attach_document(ani)
    remove(ani, "salah pos")
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == []
    attach_document(ani)
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == [attached.sha256]


def test_station_files_are_carried_in_bundle(journal, ani, budi, tmp_path):
    attached = attach_document(ani)
    ani.relay.export_bundle(tmp_path / "ani.tabuah")
    budi.relay.import_bundle(tmp_path / "ani.tabuah")
    (shown,) = station_of(budi).files.kept
    assert (shown.by, shown.attachment) == ("ani", attached)
    assert [box.content for box in budi.relay.boxes()] == [attached.sha256]
    push_relayed(budi, DirectClient(journal))
    for store in (budi, ani):
        sync(store, journal)
    assert station_of(ani) == station_of(budi)
    assert journal.subjects_with_attachment(attached.sha256) == (SUBJECT,)


def test_viewer_cannot_add_station_file(journal, citra, ani):
    with pytest.raises(NotPossible, match="role_forbids"):
        attach_document(citra)
    assert awaited(citra) == []
    with pytest.raises(StopIteration):
        station_of(ani, "SLK-TIDAK-ADA")


def test_server_records_subjects_of_file(journal, ani):
    attached = attach_document(ani, b"keduanya")
    incident = report_incident_at(ani)
    ani.save(attach_to_incident(incident, attached))
    push(ani, journal)
    assert set(journal.subjects_with_attachment(attached.sha256)) == {SUBJECT, f"incident/{incident.id}"}
    assert journal.subjects_with_attachment("0" * 64) == ()


def test_older_journal_learns_subjects_of_photos(tmp_path: Path, journal, ani):
    attached = sample_document(b"foto")
    incident = report_incident_at(ani)
    ani.save(attach_to_incident(incident, attached))
    push(ani, journal)
    journal.close()
    with closing(sqlite3.connect(journal.directory.path / "journal.db")) as file:
        for table in ("blob_subjects", "handback_records", "reset_codes", "second_factors", "recovery_codes"):
            file.execute(f"DROP TABLE {table}")
        for column in ("device", "opened_at", "issued_at", "epoch"):
            file.execute(f"ALTER TABLE refresh_tokens DROP COLUMN {column}")
        file.execute("PRAGMA user_version = 3")
        file.commit()
    with ServerJournal.open(tmp_path / "server") as again:
        assert again.subjects_with_attachment(attached.sha256) == (f"incident/{incident.id}",)


def test_older_cache_attachments_belong_to_incidents(tmp_path: Path, journal, ani):
    attached = sample_document(b"foto")
    ani.save(attach_to_incident(report_incident_at(ani), attached))
    path = ani.path
    ani.close()
    with closing(sqlite3.connect(path)) as file:
        file.create_function("tabuah_writer", 0, lambda: 1)
        file.execute("ALTER TABLE blobs DROP COLUMN about")
        file.execute("DELETE FROM _sqlite_migrations WHERE name = '0008_files_of_stations'")
        file.commit()
    with open_store(path.parent) as again:
        (waiting,) = again.attachments.waiting()
        assert (waiting.sha256, waiting.about) == (attached.sha256, "incident")


def test_administrator_syncs_only_station_files(tmp_path: Path):
    photo, sent = b"foto", b"pemasangan"
    with start_server(tmp_path / "server") as server:
        for user, role in (("ani", Role.OPERATOR), ("admin", Role.ADMIN)):
            server.add_user(user, role)
        server.journal.append_drafts([registration_draft()])
        with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "admin") as admin:
            for store, user in ((ani, "ani"), (admin, "admin")):
                log_in(store, url=server.url, user=user, password=PASSWORD)
                exchange(store)
            of_station = attach_document(ani, b"kalibrasi")
            ani.attachments.files.add(photo)
            ani.save(attach_to_incident(report_incident_at(ani), sample_document(photo)))
            own = attach_document(admin, sent)
            for store in (ani, admin, ani):
                exchange(store)
            assert admin.attachments.file_of(of_station).read_bytes() == b"kalibrasi"
            assert ani.attachments.file_of(own).read_bytes() == sent
            assert admin.attachments.files.size_of(sample_document(photo).sha256) is None
            assert awaited(admin) == awaited(ani) == []


def exchange(store: ConsoleStore) -> None:
    session = ConsoleSession(store)
    with session.client:
        run_sync_pass(store, session)
