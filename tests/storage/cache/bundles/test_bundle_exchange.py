"""Bundles between consoles: relayed work is shown and pushed, whatever the order."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bundle_exchange import BundleExchange, DirectClient
from support.bundle_parts import bundle_bytes
from support.console_stores import enrol, push, sync

from tabuah.operations.codes import Severity
from tabuah.operations.entries import PersonalValue
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.contents import EntryRun
from tabuah.storage.journal.bundles.errors import DamagedBundle, ForeignBundle, NoRoomForBundle
from tabuah.storage.journal.bundles.reader import open_bundle
from tabuah.storage.journal.sealed_box import published_sealing_key, recipient_of
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.relay import push_relayed

PHOTO = b"\xff\xd8\xff\xe0 sebuah foto " + os.urandom(100_000)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[BundleExchange]:
    """Three consoles, enrolled, approved and up to date."""
    with BundleExchange(tmp_path) as room:
        room.let_in("ani", "budi", "citra")
        yield room


def check_all_show_the_same(room: BundleExchange, *names: str) -> None:
    shown = [room.shown(name) for name in names]
    assert all(state == shown[0] for state in shown)
    confirmed = [room[name].confirmed(f"incident/{key}") for name in names for key in shown[0]]
    assert confirmed == [room[name].state(f"incident/{key}") for name in names for key in shown[0]]


def numbers_of(journal: ServerJournal, device: str) -> list[int]:
    query = "SELECT n FROM entries WHERE device = ? ORDER BY seq"
    return [row.n for row in journal.read(lambda c: c.exec_driver_sql(query, (device,)).all())]


def test_relayed_work_is_shown_and_pushed(room: BundleExchange):
    flood = room.report("budi", "Banjir di Koto Baru")
    room["budi"].save(note_incident(flood, "Air naik"))
    taken = room["ani"].relay.import_bundle(room.export("budi"))
    assert (taken.new, taken.known, taken.forked, taken.actor) == (2, 0, 0, "budi")
    assert room["ani"].incident(flood.number).title == "Banjir di Koto Baru"
    assert room["ani"].is_pending(f"incident/{flood.id}")
    assert [entry.kind for entry, _verdict in room["ani"].entries_of(f"incident/{flood.id}")] == [
        "incident.reported",
        "incident.noted",
    ]
    assert room["ani"].counts().pending == 0  # nothing of ani's own entries
    assert room.sync_carried("ani") == 2
    assert room["ani"].relay.counts().entries == 0
    sync(room["budi"], room.journal)
    assert room["budi"].counts().pending == 0
    check_all_show_the_same(room, "ani", "budi")
    assert numbers_of(room.journal, room["budi"].device) == [1, 2]


def test_author_may_push_before_relay(room: BundleExchange):
    room.report("budi")
    file = room.export("budi")
    sync(room["budi"], room.journal)
    room["ani"].relay.import_bundle(file)
    assert room.sync_carried("ani") == 0
    assert room["ani"].relay.counts().entries == 0
    assert numbers_of(room.journal, room["budi"].device) == [1]
    assert room["ani"].relay.import_bundle(file).known == 1


def test_bundle_passes_through_several_consoles(room: BundleExchange):
    flood = room.report("budi")
    photo = room.attach("budi", flood, PHOTO)
    room["citra"].relay.import_bundle(room.export("budi"))
    room["citra"].save(note_incident(room["citra"].incident(flood.id), "Dilihat dari jauh"))
    taken = room["ani"].relay.import_bundle(room.export("citra"))
    assert (taken.new, taken.photos) == (3, 1)
    assert len(room["ani"].entries_of(f"incident/{flood.id}")) == 3
    assert room.sync_carried("ani") == 3
    assert BlobStore(room.journal.directory.blobs_path).read(photo) == PHOTO
    for name in ("budi", "citra"):
        sync(room[name], room.journal)
    check_all_show_the_same(room, "ani", "budi", "citra")


def test_own_work_is_pushed_after_relayed_dependency(room: BundleExchange):
    flood = room.report("budi")
    room["ani"].relay.import_bundle(room.export("budi"))
    severe = IncidentEdited(severity=Severity.SEVERE)
    room["ani"].save(edit_incident(room["ani"].incident(flood.id), severe))
    assert [turn.device for turn in room["ani"].relay.turns()] == [room["budi"].device, room["ani"].device]
    assert room["ani"].incident(flood.id).severity is Severity.SEVERE


@pytest.fixture
def stranger(room: BundleExchange) -> ConsoleStore:
    """A laptop on which no user has ever logged in."""
    store = room.consoles["dedi"] = room.open("dedi")
    return store


def test_unenrolled_device_work_is_only_stored(room: BundleExchange, stranger: ConsoleStore):
    flood = room.report("dedi")
    room["ani"].relay.import_bundle(room.export("dedi"))
    assert room["ani"].incidents() == []
    assert room.sync_carried("ani") == 0
    (waiting,) = room["ani"].relay.devices()
    assert (waiting.device, waiting.entries, waiting.ready) == (stranger.device, 1, 0)
    enrol(room.journal, stranger, "budi")
    sync(room["ani"], room.journal)
    assert [incident.id for incident in room["ani"].incidents()] == [flood.id]
    assert room.sync_carried("ani") == 1
    assert numbers_of(room.journal, stranger.device) == [1]


def test_export_without_key_omits_personal_values(room: BundleExchange, stranger: ConsoleStore):
    room.attach("dedi", room.report("dedi"), PHOTO)
    written = stranger.relay.export_bundle(room.folder / "dedi.tabuah")
    assert (written.entries, written.photos, written.left_out, written.sealed_for) == (2, 0, 1, ())


def test_exported_entries_are_not_signed_again(room: BundleExchange, stranger: ConsoleStore):
    enrol(room.journal, stranger, "budi")
    identity = stranger.identity
    assert identity is not None
    stranger.remember_identity(msgspec.structs.replace(identity, grant=None, approved=False))
    room.report("dedi")
    room["ani"].relay.import_bundle(room.export("dedi"))
    room.report("dedi", "Longsor")
    before = [waiting.entry for waiting in stranger.outbox_after(0, 10)]
    stranger.remember_identity(identity)
    after = [waiting.entry for waiting in stranger.outbox_after(0, 10)]
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
    room.sync_carried("ani")
    sync(stranger, room.journal)
    assert numbers_of(room.journal, stranger.device) == [1, 2]


# twice, in any order


@pytest.fixture(scope="module")
def let_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three enrolled consoles; copying it is faster than creating it."""
    folder = tmp_path_factory.mktemp("let-in")
    with BundleExchange(folder) as room:
        room.let_in("ani", "budi", "citra")
    return folder


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bundle_order_and_repetition_do_not_matter(
    let_in: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("room")
    shutil.copytree(let_in, folder, dirs_exist_ok=True)
    with BundleExchange(folder) as room:
        files = []
        for _round in range(3):
            for name in ("budi", "citra"):
                flood = room.report(name)
                room[name].save(note_incident(flood, "Catatan"))
                files.append(room.export(name))
            if data.draw(st.booleans()):
                sync(room["budi"], room.journal)
        order = data.draw(st.permutations(files))
        for file in [*order, *data.draw(st.lists(st.sampled_from(files), max_size=4))]:
            if data.draw(st.integers(0, 3)) == 0:
                room.sync_carried("ani")
            taken = room["ani"].relay.import_bundle(file)
            assert taken.forked == 0
        room.sync_carried("ani")
        for name in ("budi", "citra", "ani"):
            sync(room[name], room.journal)
        assert room["ani"].relay.counts().entries == 0
        assert len(room["ani"].incidents()) == 6
        check_all_show_the_same(room, "ani", "budi", "citra")
        for name in ("budi", "citra"):
            assert numbers_of(room.journal, room[name].device) == list(range(1, 7))


def test_entry_before_its_predecessor_waits(room: BundleExchange):
    room.report("budi")
    first = room.export("budi")
    sync(room["budi"], room.journal)
    room.report("budi", "Kedua")
    second = room.export("budi")  # lacks what the server has
    room["citra"].relay.import_bundle(second)
    assert room["citra"].incidents() == []
    room["citra"].relay.import_bundle(first)
    assert len(room["citra"].incidents()) == 2


def test_own_work_in_bundle_is_known(room: BundleExchange):
    room.report("budi")
    taken = room["budi"].relay.import_bundle(room.export("budi"))
    assert (taken.known, taken.new, taken.recovered) == (1, 0, 0)
    assert room["budi"].relay.counts().entries == 0


def test_lost_own_work_is_recovered(room: BundleExchange, tmp_path: Path):
    backup = tmp_path / "cadangan.gpkg"
    room["budi"].back_up(backup)
    flood = room.report("budi")
    photo = room.attach("budi", flood, PHOTO)
    file = room.export("budi")
    room["budi"].close()
    shutil.rmtree(room.folder / "budi" / "blobs")
    for name in ("cache.gpkg-wal", "cache.gpkg-shm"):
        (room.folder / "budi" / name).unlink(missing_ok=True)
    shutil.copy(backup, room.folder / "budi" / "cache.gpkg")
    store = room.consoles["budi"] = room.open("budi")
    taken = store.relay.import_bundle(file)
    assert (taken.recovered, taken.photos) == (2, 1)
    assert store.incident(flood.id).number == flood.number
    assert store.attachments.files.read(photo) == PHOTO
    assert room.report("budi").number != flood.number
    sync(store, room.journal)
    assert numbers_of(room.journal, store.device) == [1, 2, 3]


# copies, strangers, damage


def test_fork_is_reported_and_first_kept(room: BundleExchange, tmp_path: Path):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room.report("salinan", "Longsor")
    room["ani"].relay.import_bundle(room.export("budi"))
    taken = room["ani"].relay.import_bundle(room.export("salinan"))
    assert (taken.new, taken.forked) == (0, 1)
    assert [incident.title for incident in room["ani"].incidents()] == ["Banjir"]
    assert copy.incidents()[0].title == "Longsor"
    copy.save(note_incident(copy.incidents()[0], "Jalan tertutup"))  # depends on an entry that was left out
    assert room["ani"].relay.import_bundle(room.export("salinan")).forked == 2
    assert room["ani"].relay.counts().entries == 1


def test_forked_relayed_work_is_kept_hidden(room: BundleExchange):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room["ani"].relay.import_bundle(room.export("budi"))
    room.report("salinan", "Longsor")
    sync(copy, room.journal)  # the copy is faster
    assert room.sync_carried("ani") == 0
    assert [incident.title for incident in room["ani"].incidents()] == ["Longsor"]
    (kept,) = room["ani"].relay.devices()
    assert (kept.entries, kept.ready, kept.refused) == (1, 0, "fork")


def test_refusal_blocks_no_other_device(room: BundleExchange):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room.report("citra", "Pohon tumbang")
    for name in ("budi", "citra"):
        room["ani"].relay.import_bundle(room.export(name))
    room.report("salinan", "Longsor")
    room["ani"].close()
    room.consoles["ani"] = room.open("ani")
    push(copy, room.journal)
    assert push_relayed(room["ani"], DirectClient(room.journal)) == 1  # type: ignore[arg-type]
    assert [d.refused for d in room["ani"].relay.devices() if d.device == room["budi"].device] == ["fork"]
    assert [incident.title for incident in room["ani"].incidents()] == ["Pohon tumbang"]


def test_bundle_of_another_server_is_refused(room: BundleExchange, tmp_path: Path):
    with BundleExchange(tmp_path / "lain") as other:
        other.let_in("budi")
        other.report("budi")
        file = other.export("budi")
        with pytest.raises(ForeignBundle):
            room["ani"].relay.import_bundle(file)


def test_uncommitted_sealed_value_is_ignored(room: BundleExchange, tmp_path: Path):
    flood = room.report("budi")
    file = room.export("budi")
    key = room["ani"].own_key()
    recipient = recipient_of(key.device_id, key.public_key.hex(), published_sealing_key(key))
    with open_bundle(file) as bundle:
        about = bundle.manifest
        (run,) = [part for part in bundle.parts() if isinstance(part, EntryRun)]
    entry = decode_entry(run.entries[0].text).id
    forged = PersonalValue(field="caller", salt="ab" * 16, value="orang lain", entry=entry)
    run = msgspec.structs.replace(run, sealed=seal_values([forged], [recipient]))
    file.write_bytes(bundle_bytes(about, runs=[run]))
    room["ani"].relay.import_bundle(file)
    assert room["ani"].incident(flood.id).number == flood.number
    assert room["ani"].personal_of(entry) == {}


def test_damaged_bundle_imports_nothing(room: BundleExchange):
    room.report("budi")
    room.report("budi")
    file = room.export("budi")
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(DamagedBundle):
        room["ani"].relay.import_bundle(file)
    assert room["ani"].relay.counts().entries == 0


def test_bundle_export_works_on_full_disk(room: BundleExchange):
    incident = room.report("budi")
    room.attach("budi", incident, PHOTO)
    session = room["budi"]._session
    session.connection.execute("PRAGMA query_only = ON")
    session.is_read_only = True
    file = room.export("budi")
    session.connection.execute("PRAGMA query_only = OFF")
    session.is_read_only = False
    room["ani"].relay.import_bundle(file)
    assert incident.id in {found.id for found in room["ani"].incidents()}


def test_full_disk_imports_nothing(room: BundleExchange, monkeypatch: pytest.MonkeyPatch):
    room.attach("budi", room.report("budi"), PHOTO)
    file = room.export("budi")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=50_000_000))
    with pytest.raises(NoRoomForBundle, match="50 MB"):
        room["ani"].relay.import_bundle(file)
    assert room["ani"].relay.counts().entries == 0
