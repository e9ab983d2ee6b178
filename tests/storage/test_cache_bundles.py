"""Bundles between consoles: carried work is shown and brought to the server, in any order."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from bundle_parts import bundle_bytes
from carrying_room import CarryingRoom, DirectLine
from consoles import enrol, push, sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabuah.operations.codes import Severity
from tabuah.operations.entries import PersonalValue
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, note_incident
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.contents import CarriedRun
from tabuah.storage.journal.bundles.errors import DamagedBundle, ForeignBundle, NoRoomForBundle
from tabuah.storage.journal.bundles.reading import open_bundle
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.sealing import published_sealing_key, recipient_of
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.carrying import push_carried

PHOTO = b"\xff\xd8\xff\xe0 sebuah foto " + os.urandom(100_000)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[CarryingRoom]:
    """Three consoles that are let in and up to date."""
    with CarryingRoom(tmp_path) as room:
        room.let_in("ani", "budi", "citra")
        yield room


def check_all_show_the_same(room: CarryingRoom, *names: str) -> None:
    shown = [room.shown(name) for name in names]
    assert all(state == shown[0] for state in shown)
    confirmed = [room[name].confirmed(f"incident/{key}") for name in names for key in shown[0]]
    assert confirmed == [room[name].state(f"incident/{key}") for name in names for key in shown[0]]


def numbers_of(journal: ServerJournal, device: str) -> list[int]:
    query = "SELECT n FROM entries WHERE device = ? ORDER BY seq"
    return [row.n for row in journal.read(lambda c: c.exec_driver_sql(query, (device,)).all())]


def test_what_a_neighbour_brings_is_shown_at_once_and_reaches_the_server(room: CarryingRoom):
    flood = room.report("budi", "Banjir di Koto Baru")
    room["budi"].save(note_incident(flood, "Air naik"))
    taken = room["ani"].carrier.take(room.export("budi"))
    assert (taken.new, taken.known, taken.forked, taken.actor) == (2, 0, 0, "budi")
    assert room["ani"].incident(flood.number).title == "Banjir di Koto Baru"
    assert room["ani"].is_pending(f"incident/{flood.id}")
    assert [entry.kind for entry, _verdict in room["ani"].entries_of(f"incident/{flood.id}")] == [
        "incident.reported",
        "incident.noted",
    ]
    assert room["ani"].counts().pending == 0  # nothing of ani's own
    assert room.bring("ani") == 2
    assert room["ani"].carrier.counts().entries == 0
    sync(room["budi"], room.journal)
    assert room["budi"].counts().pending == 0
    check_all_show_the_same(room, "ani", "budi")
    assert numbers_of(room.journal, room["budi"].device) == [1, 2]


def test_the_author_may_be_faster_than_the_one_who_carries(room: CarryingRoom):
    room.report("budi")
    file = room.export("budi")
    sync(room["budi"], room.journal)
    room["ani"].carrier.take(file)
    assert room.bring("ani") == 0
    assert room["ani"].carrier.counts().entries == 0
    assert numbers_of(room.journal, room["budi"].device) == [1]
    assert room["ani"].carrier.take(file).known == 1


def test_a_bundle_passes_from_hand_to_hand(room: CarryingRoom):
    flood = room.report("budi")
    photo = room.attach("budi", flood, PHOTO)
    room["citra"].carrier.take(room.export("budi"))
    room["citra"].save(note_incident(room["citra"].incident(flood.id), "Dilihat dari jauh"))
    taken = room["ani"].carrier.take(room.export("citra"))
    assert (taken.new, taken.photos) == (3, 1)
    assert len(room["ani"].entries_of(f"incident/{flood.id}")) == 3
    assert room.bring("ani") == 3
    assert BlobStore(room.journal.directory.blobs_path).read(photo) == PHOTO
    for name in ("budi", "citra"):
        sync(room[name], room.journal)
    check_all_show_the_same(room, "ani", "budi", "citra")


def test_own_work_on_carried_work_is_sent_after_it(room: CarryingRoom):
    flood = room.report("budi")
    room["ani"].carrier.take(room.export("budi"))
    severe = IncidentEdited(severity=Severity.SEVERE)
    room["ani"].save(edit_incident(room["ani"].incident(flood.id), severe))
    assert [turn.device for turn in room["ani"].carrier.turns()] == [room["budi"].device, room["ani"].device]
    assert room["ani"].incident(flood.id).severity is Severity.SEVERE


@pytest.fixture
def stranger(room: CarryingRoom) -> ConsoleStore:
    """A laptop that nobody has ever logged in on."""
    store = room.consoles["dedi"] = room.open("dedi")
    return store


def test_work_of_a_device_that_is_not_enrolled_is_carried_and_neither_shown_nor_sent(
    room: CarryingRoom, stranger: ConsoleStore
):
    flood = room.report("dedi")
    room["ani"].carrier.take(room.export("dedi"))
    assert room["ani"].incidents() == []
    assert room.bring("ani") == 0
    (waiting,) = room["ani"].carrier.devices()
    assert (waiting.device, waiting.entries, waiting.ready) == (stranger.device, 1, 0)
    enrol(room.journal, stranger, "budi")
    sync(room["ani"], room.journal)
    assert [incident.id for incident in room["ani"].incidents()] == [flood.id]
    assert room.bring("ani") == 1
    assert numbers_of(room.journal, stranger.device) == [1]


def test_photos_and_callers_stay_where_no_key_is_known(room: CarryingRoom, stranger: ConsoleStore):
    room.attach("dedi", room.report("dedi"), PHOTO)
    written = stranger.carrier.export(room.folder / "dedi.tabuah")
    assert (written.entries, written.photos, written.left_out, written.sealed_for) == (2, 0, 1, ())


def test_entries_that_left_in_a_bundle_are_not_written_anew_when_the_grant_comes(
    room: CarryingRoom, stranger: ConsoleStore
):
    enrol(room.journal, stranger, "budi")
    identity = stranger.identity
    assert identity is not None
    stranger.remember_identity(msgspec.structs.replace(identity, grant=None, approved=False))
    room.report("dedi")
    room["ani"].carrier.take(room.export("dedi"))
    room.report("dedi", "Longsor")
    before = [waiting.entry for waiting in stranger.outbox_after(0, 10)]
    stranger.remember_identity(identity)
    after = [waiting.entry for waiting in stranger.outbox_after(0, 10)]
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
    room.bring("ani")
    sync(stranger, room.journal)
    assert numbers_of(room.journal, stranger.device) == [1, 2]


# twice, in any order


@pytest.fixture(scope="module")
def let_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a room whose consoles are let in; making it takes longer than copying it."""
    folder = tmp_path_factory.mktemp("let-in")
    with CarryingRoom(folder) as room:
        room.let_in("ani", "budi", "citra")
    return folder


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_any_doubling_of_bundles_comes_to_the_same(
    let_in: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("room")
    shutil.copytree(let_in, folder, dirs_exist_ok=True)
    with CarryingRoom(folder) as room:
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
                room.bring("ani")
            taken = room["ani"].carrier.take(file)
            assert taken.forked == 0
        room.bring("ani")
        for name in ("budi", "citra", "ani"):
            sync(room[name], room.journal)
        assert room["ani"].carrier.counts().entries == 0
        assert len(room["ani"].incidents()) == 6
        check_all_show_the_same(room, "ani", "budi", "citra")
        for name in ("budi", "citra"):
            assert numbers_of(room.journal, room[name].device) == list(range(1, 7))


def test_what_comes_before_its_beginning_waits_for_it(room: CarryingRoom):
    room.report("budi")
    first = room.export("budi")
    sync(room["budi"], room.journal)
    room.report("budi", "Kedua")
    second = room.export("budi")  # does not hold what the server has
    room["citra"].carrier.take(second)
    assert room["citra"].incidents() == []
    room["citra"].carrier.take(first)
    assert len(room["citra"].incidents()) == 2


def test_own_work_that_comes_back_is_known(room: CarryingRoom):
    room.report("budi")
    taken = room["budi"].carrier.take(room.export("budi"))
    assert (taken.known, taken.new, taken.recovered) == (1, 0, 0)
    assert room["budi"].carrier.counts().entries == 0


def test_own_work_that_was_lost_comes_back(room: CarryingRoom, tmp_path: Path):
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
    taken = store.carrier.take(file)
    assert (taken.recovered, taken.photos) == (2, 1)
    assert store.incident(flood.id).number == flood.number
    assert store.attachments.files.read(photo) == PHOTO
    assert room.report("budi").number != flood.number
    sync(store, room.journal)
    assert numbers_of(room.journal, store.device) == [1, 2, 3]


# copies, strangers, damage


def test_a_copied_laptop_is_told_and_the_first_copy_is_kept(room: CarryingRoom, tmp_path: Path):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room.report("salinan", "Longsor")
    room["ani"].carrier.take(room.export("budi"))
    taken = room["ani"].carrier.take(room.export("salinan"))
    assert (taken.new, taken.forked) == (0, 1)
    assert [incident.title for incident in room["ani"].incidents()] == ["Banjir"]
    assert copy.incidents()[0].title == "Longsor"
    copy.save(note_incident(copy.incidents()[0], "Jalan tertutup"))  # rests on what was left out
    assert room["ani"].carrier.take(room.export("salinan")).forked == 2
    assert room["ani"].carrier.counts().entries == 1


def test_work_that_the_server_has_otherwise_is_kept_and_no_longer_shown(room: CarryingRoom):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room["ani"].carrier.take(room.export("budi"))
    room.report("salinan", "Longsor")
    sync(copy, room.journal)  # the copy is faster
    assert room.bring("ani") == 0
    assert [incident.title for incident in room["ani"].incidents()] == ["Longsor"]
    (kept,) = room["ani"].carrier.devices()
    assert (kept.entries, kept.ready, kept.refused) == (1, 0, "fork")


def test_a_refusal_by_the_server_holds_up_no_other_device(room: CarryingRoom):
    shutil.copytree(room.folder / "budi", room.folder / "salinan")
    copy = room.consoles["salinan"] = room.open("salinan")
    room.report("budi", "Banjir")
    room.report("citra", "Pohon tumbang")
    for name in ("budi", "citra"):
        room["ani"].carrier.take(room.export(name))
    room.report("salinan", "Longsor")
    room["ani"].close()
    room.consoles["ani"] = room.open("ani")
    push(copy, room.journal)
    assert push_carried(room["ani"], DirectLine(room.journal)) == 1  # type: ignore[arg-type]
    assert [d.refused for d in room["ani"].carrier.devices() if d.device == room["budi"].device] == ["fork"]
    assert [incident.title for incident in room["ani"].incidents()] == ["Pohon tumbang"]


def test_a_bundle_of_another_regency_is_refused(room: CarryingRoom, tmp_path: Path):
    with CarryingRoom(tmp_path / "lain") as other:
        other.let_in("budi")
        other.report("budi")
        file = other.export("budi")
        with pytest.raises(ForeignBundle):
            room["ani"].carrier.take(file)


def test_a_sealed_value_that_nobody_committed_to_is_not_believed(room: CarryingRoom, tmp_path: Path):
    flood = room.report("budi")
    file = room.export("budi")
    key = room["ani"].own_key()
    recipient = recipient_of(key.device_id, key.public_key.hex(), published_sealing_key(key))
    with open_bundle(file) as bundle:
        about = bundle.manifest
        (run,) = [part for part in bundle.parts() if isinstance(part, CarriedRun)]
    entry = decode_entry(run.entries[0].text).id
    forged = PersonalValue(field="caller", salt="ab" * 16, value="orang lain", entry=entry)
    run = msgspec.structs.replace(run, sealed=seal_values([forged], [recipient]))
    file.write_bytes(bundle_bytes(about, runs=[run]))
    room["ani"].carrier.take(file)
    assert room["ani"].incident(flood.id).number == flood.number
    assert room["ani"].personal_of(entry) == {}


def test_nothing_of_a_damaged_bundle_is_taken(room: CarryingRoom):
    room.report("budi")
    room.report("budi")
    file = room.export("budi")
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(DamagedBundle):
        room["ani"].carrier.take(file)
    assert room["ani"].carrier.counts().entries == 0


def test_a_disk_without_room_takes_nothing(room: CarryingRoom, monkeypatch: pytest.MonkeyPatch):
    room.attach("budi", room.report("budi"), PHOTO)
    file = room.export("budi")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=50_000_000))
    with pytest.raises(NoRoomForBundle, match="50 MB"):
        room["ani"].carrier.take(file)
    assert room["ani"].carrier.counts().entries == 0
