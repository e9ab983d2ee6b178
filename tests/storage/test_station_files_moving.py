"""Files of stations between consoles: offline at both, then the same everywhere; who gets them, in which order."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from carrying_room import DirectLine
from consoles import add_users, enrol, open_store, pull, push, report, sync
from running_server import PASSWORD, start_server
from snapshot_room import load, make
from station_files_samples import SUBJECT, attach, registration, sheet, station_of

from tabuah.operations.authority.roles import Role
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.gestures import attach_to_incident
from tabuah.operations.stations.gestures import remove_from_station
from tabuah.operations.subjects import state_text
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.errors import BlobMissing
from tabuah.storage.cache.attachments import Standing
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.carrying import push_carried
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD, admin=Role.ADMIN, citra=Role.VIEWER)
        journal.append_own([registration()])
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


def test_two_offices_work_offline_on_one_station_and_see_the_same_in_the_end(journal, ani, budi, admin):
    first = attach(ani, b"rute")
    sync(ani, journal)
    sync(budi, journal)
    attach(budi, b"kunci")
    remove(ani, "jalan putus")
    attach(ani, b"kalibrasi")
    attach(admin, b"pemasangan")
    for _ in range(2):
        for store in (budi, ani, admin):
            sync(store, journal)
    states = {state_text(store.state(SUBJECT)) for store in (ani, budi, admin)}
    assert states == {state_text(journal.state_of(SUBJECT))}
    files = station_of(ani).files
    assert [file.by for file in files.kept] == ["budi", "ani", "admin"]
    assert [file.attachment for file in files.removed] == [first]
    assert not ani.rejected()


def test_two_who_remove_the_same_file_quarrel_about_nothing(journal, ani, admin):
    attach(ani)
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


def test_a_file_waits_for_its_way_as_a_photo_of_an_incident_does(journal, ani, budi):
    attached = attach(ani)
    assert awaited(ani) == [attached.sha256]
    assert ani.attachments.states([attached])[attached.sha256].state is Standing.WAITS_UPLOAD
    sync(ani, journal)
    sync(budi, journal)
    assert awaited(budi) == [attached.sha256]
    with pytest.raises(BlobMissing, match="belum sampai"):
        budi.attachments.file_of(attached)


def test_photos_of_incidents_go_before_files_of_stations(journal, ani, budi):
    small, large = attach(ani, b"a"), sheet(b"b" * 900, name="foto.jpg")
    ani.attachments.files.add(b"b" * 900)
    ani.save(attach_to_incident(report(ani), large))
    sync(ani, journal)
    sync(budi, journal)
    for store in (ani, budi):
        assert awaited(store) == [large.sha256, small.sha256]


def test_an_administrator_awaits_files_of_stations_and_no_photos(journal, ani, admin, citra):
    photo, both = sheet(b"foto"), attach(ani, b"keduanya")
    of_station = attach(ani, b"kalibrasi")
    incident = report(ani)
    ani.save_all([attach_to_incident(incident, photo), attach_to_incident(incident, both)])
    for store in (ani, admin, citra):
        sync(store, journal)
    assert awaited(admin) == [of_station.sha256]
    assert awaited(citra) == []
    states = admin.attachments.states([photo, both, of_station])
    assert [state.state for state in states.values()] == [
        *(Standing.WITHHELD, Standing.WITHHELD, Standing.WAITS_DOWNLOAD)
    ]
    with pytest.raises(BlobMissing, match="admin"):
        admin.attachments.file_of(photo)


def test_what_was_removed_is_fetched_only_when_somebody_asks(journal, ani, budi, tmp_path):
    gone = attach(ani, b"lama")
    kept = attach(ani, b"baru")
    sync(ani, journal)
    pull(budi, journal)
    remove(ani, "usang")
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == [kept.sha256]
    with open_store(tmp_path / "late") as late:
        enrol(journal, late, "budi")
        load(late, journal, make(journal, tmp_path / "snapshots"))
        assert awaited(late) == [kept.sha256]
        assert station_of(late) == station_of(ani)
        with pytest.raises(BlobMissing):
            late.attachments.file_of(gone)
        assert set(awaited(late)) == {kept.sha256, gone.sha256}


def test_a_file_that_is_added_again_after_its_removal_comes_after_all(journal, ani, budi):
    attached = attach(ani)
    remove(ani, "salah pos")
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == []
    attach(ani)
    sync(ani, journal)
    pull(budi, journal)
    assert awaited(budi) == [attached.sha256]


def test_files_of_a_station_ride_in_a_bundle(journal, ani, budi, tmp_path):
    attached = attach(ani)
    ani.carrier.export(tmp_path / "ani.tabuah")
    budi.carrier.take(tmp_path / "ani.tabuah")
    (shown,) = station_of(budi).files.kept
    assert (shown.by, shown.attachment) == ("ani", attached)
    assert [box.content for box in budi.carrier.boxes()] == [attached.sha256]
    push_carried(budi, DirectLine(journal))
    for store in (budi, ani):
        sync(store, journal)
    assert station_of(ani) == station_of(budi)
    assert journal.subjects_naming(attached.sha256) == (SUBJECT,)


def test_a_viewer_adds_nothing_and_nothing_hangs_on_an_unknown_station(journal, citra, ani):
    with pytest.raises(NotPossible, match="Peran"):
        attach(citra)
    assert awaited(citra) == []
    with pytest.raises(StopIteration):
        station_of(ani, "SLK-TIDAK-ADA")


def test_the_server_remembers_which_subjects_name_a_file(journal, ani):
    attached = attach(ani, b"keduanya")
    incident = report(ani)
    ani.save(attach_to_incident(incident, attached))
    push(ani, journal)
    assert set(journal.subjects_naming(attached.sha256)) == {SUBJECT, f"incident/{incident.id}"}
    assert journal.subjects_naming("0" * 64) == ()


def test_a_journal_of_before_learns_which_incidents_name_its_photos(tmp_path: Path, journal, ani):
    attached = sheet(b"foto")
    incident = report(ani)
    ani.save(attach_to_incident(incident, attached))
    push(ani, journal)
    journal.close()
    with closing(sqlite3.connect(journal.directory.path / "journal.db")) as file:
        file.execute("DROP TABLE blob_subjects")
        file.execute("PRAGMA user_version = 3")
        file.commit()
    with ServerJournal.open(tmp_path / "server") as again:
        assert again.subjects_naming(attached.sha256) == (f"incident/{incident.id}",)


def test_a_cache_of_before_takes_its_attachments_for_those_of_incidents(tmp_path: Path, journal, ani):
    attached = sheet(b"foto")
    ani.save(attach_to_incident(report(ani), attached))
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


def test_over_a_real_line_an_administrator_sends_and_gets_files_of_stations_only(tmp_path: Path):
    photo, sent = b"foto", b"pemasangan"
    with start_server(tmp_path / "server") as server:
        for user, role in (("ani", Role.OPERATOR), ("admin", Role.ADMIN)):
            server.add_user(user, role)
        server.journal.append_own([registration()])
        with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "admin") as admin:
            for store, user in ((ani, "ani"), (admin, "admin")):
                log_in(store, url=server.url, user=user, password=PASSWORD)
                exchange(store)
            of_station = attach(ani, b"kalibrasi")
            ani.attachments.files.add(photo)
            ani.save(attach_to_incident(report(ani), sheet(photo)))
            own = attach(admin, sent)
            for store in (ani, admin, ani):
                exchange(store)
            assert admin.attachments.file_of(of_station).read_bytes() == b"kalibrasi"
            assert ani.attachments.file_of(own).read_bytes() == sent
            assert admin.attachments.files.size_of(sheet(photo).sha256) is None
            assert awaited(admin) == awaited(ani) == []


def exchange(store: ConsoleStore) -> None:
    session = ConsoleSession(store)
    with session.client:
        sync_once(store, session)
