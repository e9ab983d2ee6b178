"""Bundles with a real server: relayed work over HTTP, and records only with the server's signature."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from support.console_stores import report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import attach_to_incident, caller_value, edit_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.people.user_changes import change_user
from tabuah.storage.blobs.errors import BlobMissing
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.contents import Manifest, RecordPage
from tabuah.storage.journal.bundles.errors import DamagedBundle, RecordsUnavailable, UnknownRecipient
from tabuah.storage.journal.bundles.reader import open_bundle
from tabuah.storage.journal.bundles.writer import BundleWriter
from tabuah.storage.journal.checkpoint import Checkpoint, sign_checkpoint
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import ruling_hash
from tabuah.storage.sync import sync_pass
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass

PHOTO = b"\xff\xd8\xff\xe0 sebuah foto " + os.urandom(150_000)
CALLER = "Pak Rusdi 0812-6600-1234"


@dataclass
class Room:
    """A server and its logged-in consoles."""

    server: RunningServer
    folder: Path
    stack: ExitStack

    def console(self, user: str, role: Role, *, name: str = "") -> ConsoleStore:
        if user not in self.server.journal.authority.users:
            self.server.add_user(user, role)
        store = ConsoleStore(self.folder / (name or user))
        self.stack.callback(store.close)
        log_in(store, url=self.server.url, user=user, password=PASSWORD)
        self.sync(store)
        return store

    def sync(self, store: ConsoleStore) -> SyncResult:
        session = ConsoleSession(store)
        with session.client:
            return run_sync_pass(store, session)

    def bundle(self, store: ConsoleStore, **options: object) -> Path:
        file = self.folder / f"{len(list(self.folder.glob('*.tabuah')))}.tabuah"
        store.relay.export_bundle(file, **options)  # type: ignore[arg-type]
        return file


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with start_server(tmp_path / "server") as server, ExitStack() as stack:
        yield Room(server, tmp_path, stack)


@pytest.fixture
def ani(room: Room) -> ConsoleStore:
    return room.console("ani", Role.OPERATOR)


@pytest.fixture
def budi(room: Room) -> ConsoleStore:
    return room.console("budi", Role.FIELD)


def report_by_phone(store: ConsoleStore) -> Incident:
    """Report an incident with a caller, whose number is personal data."""
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=Hazard.LANDSLIDE,
        title="Longsor menutup jalan",
        severity=Severity.SEVERE,
        place=IncidentPlace(lon_deg=100.65, lat_deg=-0.93),
    )
    incident_id = new_uuid(store.now())
    store.save(report_incident(body, incident_id=incident_id, caller=caller_value(CALLER, salt=new_salt())))
    return store.incident(incident_id)


def attach(store: ConsoleStore, incident: Incident) -> IncidentAttached:
    blob = store.attachments.files.add(PHOTO)
    attached = IncidentAttached(
        sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size, caption=""
    )
    store.save(attach_to_incident(store.incident(incident.id), attached))
    return attached


def callers(store: ConsoleStore, incident: Incident) -> list[str]:
    entries = [entry.id for entry, _verdict in store.entries_of(f"incident/{incident.id}")]
    return [value for entry in entries for value in store.personal_of(entry).values()]


def test_relayed_report_hides_caller_from_carrier(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    citra = room.console("citra", Role.FIELD)
    landslide = report_by_phone(budi)
    attached = attach(budi, landslide)
    citra.relay.import_bundle(room.bundle(budi))
    assert citra.incident(landslide.id).title == "Longsor menutup jalan"
    assert callers(citra, landslide) == []
    with pytest.raises(BlobMissing):
        citra.attachments.file_of(attached)
    assert room.sync(citra).pushed == 2
    assert citra.relay.counts().photos == 0
    assert not any((citra.directory / "carried").iterdir())
    room.sync(ani)
    assert callers(ani, landslide) == [CALLER]
    assert ani.attachments.files.read(attached.sha256) == PHOTO
    done = room.sync(budi)
    assert (done.pending, done.rejected, done.held) == (0, 0, 0)
    device = room.server.journal.authority.devices[budi.device]
    record = next(r for r in room.server.journal.records_of(f"incident/{landslide.id}"))
    assert msgspec.json.decode(record.text)["device"] == device.id


def test_own_work_is_pushed_after_relayed_report(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    room.sync(ani)  # now ani's console knows budi's device
    flood = report_incident_at(budi)
    ani.relay.import_bundle(room.bundle(budi))
    ani.save(edit_incident(ani.incident(flood.id), IncidentEdited(severity=Severity.SEVERE)))
    done = room.sync(ani)
    assert (done.pushed, done.pending, done.rejected, done.conflicts) == (2, 0, 0, 0)
    assert ani.confirmed(f"incident/{flood.id}").value == ani.incident(flood.id)


def test_push_order_follows_relayed_answers(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    for store in (ani, budi):
        room.sync(store)  # now each knows the other's device
    flood = report_incident_at(ani)
    budi.relay.import_bundle(room.bundle(ani))
    budi.save(edit_incident(budi.incident(flood.id), IncidentEdited(severity=Severity.MINOR)))
    ani.relay.import_bundle(room.bundle(budi))
    ani.save(edit_incident(ani.incident(flood.id), IncidentEdited(severity=Severity.SEVERE)))
    done = room.sync(ani)
    assert (done.pushed, done.pending, done.rejected, done.conflicts) == (3, 0, 0, 0)
    writers = [(entry.actor, verdict) for entry, verdict in ani.entries_of(f"incident/{flood.id}")]
    assert writers == [(name, Verdict.ACCEPTED) for name in ("ani", "budi", "ani")]


def test_named_recipient_reads_sealed_values(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    room.sync(ani)  # now each knows the other's device
    landslide = report_by_phone(budi)
    attached = attach(budi, landslide)
    written = budi.relay.export_bundle(room.folder / "untuk-ani.tabuah", named=("ani",))
    assert ani.device in written.sealed_for
    ani.relay.import_bundle(room.folder / "untuk-ani.tabuah")
    assert callers(ani, landslide) == [CALLER]
    assert ani.attachments.files.read(attached.sha256) == PHOTO
    assert ani.relay.counts().photos == 1  # the server needs it, too


@pytest.fixture
def dedi(room: Room) -> ConsoleStore:
    """Return a console that has never met the server, with a report by phone."""
    room.server.add_user("dedi", Role.FIELD)
    store = ConsoleStore(room.folder / "dedi")
    room.stack.callback(store.close)
    report_by_phone(store)
    return store


def relay_without_box(room: Room, dedi: ConsoleStore, ani: ConsoleStore) -> Path:
    """Let ani push dedi's report, which has no sealed caller; return a bundle with the journal's records."""
    file = room.bundle(dedi)  # the server's key is not known yet
    log_in(dedi, url=room.server.url, user="dedi", password=PASSWORD)
    room.sync(ani)
    ani.relay.import_bundle(file)
    assert room.sync(ani).pushed == 1
    return room.bundle(ani, after=0)


def test_caller_of_relayed_report_is_sent_by_its_author_after_the_pull(
    room: Room, ani: ConsoleStore, dedi: ConsoleStore
):
    [landslide] = dedi.incidents()
    records = relay_without_box(room, dedi, ani)
    assert callers(ani, landslide) == []
    dedi.relay.import_bundle(records)
    assert dedi.counts().pending == 0  # confirmed by the records, and nothing was pushed from here
    room.sync(dedi)
    report_incident_at(ani)
    room.sync(ani)
    assert callers(ani, landslide) == [CALLER]


def test_own_bundle_does_not_tick_off_values_that_the_server_lacks(room: Room, ani: ConsoleStore, dedi: ConsoleStore):
    [landslide] = dedi.incidents()
    records = relay_without_box(room, dedi, ani)
    own = room.bundle(dedi)  # with a box for the server and for this console
    dedi.relay.import_bundle(records)
    dedi.relay.import_bundle(own)
    room.sync(dedi)
    report_incident_at(ani)
    room.sync(ani)
    assert callers(ani, landslide) == [CALLER]


def test_values_of_relayed_report_are_sent_once(room: Room, ani: ConsoleStore, dedi: ConsoleStore):
    dedi.relay.import_bundle(relay_without_box(room, dedi, ani))
    assert len(dedi.unsent_personal()) == 1
    room.sync(dedi)
    assert dedi.unsent_personal() == ()


def test_values_of_relayed_report_leave_their_author_who_may_not_read_them_now(
    room: Room, ani: ConsoleStore, budi: ConsoleStore, monkeypatch: pytest.MonkeyPatch
):
    landslide = report_by_phone(budi)
    ani.relay.import_bundle(room.bundle(budi))
    with monkeypatch.context() as patch:  # the carrier loses its connection before it has sent the sealed values
        patch.setattr(sync_pass, "push_boxes", lambda *_: None)
        assert room.sync(ani).pushed == 1
    budi.relay.import_bundle(room.bundle(ani, after=0))
    assert len(budi.unsent_personal()) == 1
    change_user(room.server.journal, "budi", UserChanged(role=Role.VIEWER))
    room.sync(budi)
    assert (budi.unsent_personal(), callers(budi, landslide)) == ((), [])
    report_incident_at(ani)
    room.sync(ani)
    assert callers(ani, landslide) == [CALLER]


def test_values_of_released_report_leave_their_author_who_may_not_read_them_now(
    room: Room, ani: ConsoleStore, dedi: ConsoleStore
):
    dedi.relay.import_bundle(relay_without_box(room, dedi, ani))
    change_user(room.server.journal, "dedi", UserChanged(role=Role.VIEWER))
    room.sync(dedi)
    kalaksa = room.console("kalaksa", Role.SUPERVISOR)
    (held,) = kalaksa.held()
    assert dedi.personal_of(held.entry.id)  # needed until a supervisor has decided
    kalaksa.save(release_held(held.entry))
    room.sync(kalaksa)
    room.sync(dedi)
    assert not dedi.personal_of(held.entry.id)
    assert kalaksa.personal_of(held.entry.id)


def test_values_that_arrived_sealed_are_not_sent_again(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    room.sync(ani)
    report_by_phone(budi)
    ani.relay.import_bundle(room.bundle(budi))
    room.sync(ani)
    session = ConsoleSession(budi)
    with session.client:
        budi.apply_pull(session.client.pull(after=budi.head.seq, limit=500))
    assert (budi.counts().pending, budi.unsent_personal()) == (0, ())


@pytest.mark.parametrize("name", ["tidak-ada", "tamu"])
def test_unknown_or_forbidden_recipient_is_refused(room: Room, budi: ConsoleStore, name: str):
    room.console("tamu", Role.VIEWER)
    room.sync(budi)
    with pytest.raises(UnknownRecipient):
        budi.relay.export_bundle(room.folder / "x.tabuah", named=(name,))
    assert not (room.folder / "x.tabuah").exists()


# journal records


def test_bundle_records_confirm_own_work(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    flood = report_incident_at(ani)
    room.sync(ani)
    here = budi.head.seq
    own = report_by_phone(budi)
    synced_at = budi.last_sync_at
    ani.relay.import_bundle(room.bundle(budi))
    room.sync(ani)
    taken = budi.relay.import_bundle(room.bundle(ani, after=here))
    assert (taken.records, taken.head) == (ani.head.seq - here, ani.head.seq)
    assert budi.incident(flood.id).title == flood.title
    assert (budi.counts().pending, budi.is_pending(f"incident/{own.id}")) == (0, False)
    assert budi.last_sync_at == synced_at  # no server was asked
    assert budi.head.hash == ani.head.hash
    assert room.sync(budi).pulled == 0


def test_missing_personal_values_arrive_with_sync(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    here = budi.head.seq
    landslide = report_by_phone(ani)
    room.sync(ani)
    budi.relay.import_bundle(room.bundle(ani, after=here))
    assert callers(budi, landslide) == []
    room.sync(budi)
    assert callers(budi, landslide) == [CALLER]
    assert budi.relay.personal_missing_after is None


def test_bundle_records_pass_through_consoles(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    citra = room.console("citra", Role.FIELD)
    here = min(budi.head.seq, citra.head.seq)
    flood = report_incident_at(ani)
    room.sync(ani)
    citra.relay.import_bundle(room.bundle(ani, after=here))
    budi.relay.import_bundle(room.bundle(citra, after=here))
    assert budi.incident(flood.id).number == flood.number


def test_bundle_records_with_gap_are_skipped(room: Room, ani: ConsoleStore, budi: ConsoleStore):
    report_incident_at(ani)
    room.sync(ani)
    report_incident_at(ani)
    room.sync(ani)
    report_incident_at(ani, "Belum terkirim")
    taken = budi.relay.import_bundle(room.bundle(ani, after=ani.head.seq - 1))
    assert (taken.records, taken.new) == (0, 1)
    assert str(budi.head.seq) in taken.remarks[0]


def test_records_without_checkpoint_are_not_exported(room: Room, ani: ConsoleStore):
    with pytest.raises(RecordsUnavailable):
        ani.relay.export_bundle(room.folder / "x.tabuah", after=ani.head.seq)
    with pytest.raises(RecordsUnavailable):
        ani.relay.export_bundle(room.folder / "x.tabuah", after=ani.head.seq + 5)


@pytest.mark.parametrize(
    "forgery", ["another key", "no checkpoint", "a later record", "another verdict", "a verdict before"]
)
def test_records_without_signature_are_refused(room: Room, ani: ConsoleStore, budi: ConsoleStore, forgery: str):
    here = budi.head.seq
    flood = report_incident_at(ani)
    for severity in (Severity.SEVERE, Severity.MINOR):
        ani.save(edit_incident(ani.incident(flood.id), IncidentEdited(severity=severity)))
    room.sync(ani)
    file = room.bundle(ani, after=here)
    forge(file, forgery)
    before = budi.head
    with pytest.raises(DamagedBundle):
        budi.relay.import_bundle(file)
    assert (budi.head, budi.incidents()) == (before, [])


def forge(file: Path, forgery: str) -> None:
    """Rewrite a bundle with a forgery."""
    with open_bundle(file) as bundle:
        about: Manifest = bundle.manifest
        records = [record for part in bundle.parts() if isinstance(part, RecordPage) for record in part.records]
    signed = about.checkpoint
    assert signed is not None
    match forgery:
        case "another key":
            said = msgspec.json.decode(signed.text, type=Checkpoint)
            about = msgspec.structs.replace(about, checkpoint=sign_checkpoint(said, DeviceKey.generate()))
        case "no checkpoint":
            about = msgspec.structs.replace(about, checkpoint=None)
        case "a later record":
            records = records[:-1]
        case "another verdict":
            forged = msgspec.structs.replace(records[-1], verdict=Verdict.REJECTED, reason="role_forbids")
            hash_ = ruling_hash(records[-2].hash, forged.text.encode(), forged.ruling)
            records[-1] = msgspec.structs.replace(forged, hash=hash_)
        case "a verdict before":
            records[-2] = msgspec.structs.replace(records[-2], verdict=Verdict.REJECTED, reason="role_forbids")
    with file.open("wb") as out:
        writer = BundleWriter(out, about)
        writer.add_record_page(RecordPage(records=tuple(records)))
        writer.end()


def test_sync_fetches_checkpoint(room: Room, ani: ConsoleStore):
    report_incident_at(ani)
    room.sync(ani)
    assert ani.history.pinned_seq == ani.head.seq
