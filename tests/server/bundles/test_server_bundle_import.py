"""Bundles on the server: imported twice, in any order, before enrolment, and pushed by carriers over HTTP."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bundle_parts import NOON, bundle_bytes, chain_of, manifest, run_of
from support.console_stores import add_users
from support.draft_samples import note_draft
from support.running_server import RunningServer, WritingDevice, start_server

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, PersonalValue
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.server.administration import approve_device
from tabuah.server.bundles.bundle_import import BundleImportResult, import_bundle
from tabuah.server.journal import ServerJournal
from tabuah.server.people.challenges import Challenges
from tabuah.server.people.enrolment import EnrolmentPolicy, enrol
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.bundles.contents import FileHead
from tabuah.storage.journal.bundles.errors import DamagedBundle, ForeignBundle
from tabuah.storage.journal.chain import ChainedEntry, ChainHead, append_draft
from tabuah.storage.journal.identifiers import new_subject
from tabuah.storage.journal.protocol import EnrolRequest, sign_enrolment
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.sealed_box import Recipient, attachment_context, published_sealing_key, recipient_of, seal
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply, SealedValues

PHOTO = b"\xff\xd8\xff\xe0 sebuah foto " + os.urandom(90_000)


def recipient(key: DeviceKey) -> Recipient:
    return recipient_of(key.device_id, key.public_key.hex(), published_sealing_key(key))


def let_in(journal: ServerJournal, key: DeviceKey, *, policy: EnrolmentPolicy = EnrolmentPolicy.OPEN) -> None:
    """Enrol budi's device and vouch for ten earlier entries."""
    challenges = Challenges(b"secret")
    request = EnrolRequest(
        public_key=key.public_key.hex(),
        proof="",
        written_before=10,
        written_head="a" * 64,
        nonce=challenges.issue("budi", journal.clock())[0],
        sealing_key=published_sealing_key(key),
    )
    request = sign_enrolment(request, key, user="budi", server=journal.server_id)
    enrol(journal, policy, challenges, journal.authority.users["budi"], request)


def written(journal: ServerJournal, key: DeviceKey) -> list[int]:
    """The numbers of a device's entries in the journal."""
    query = "SELECT n FROM entries WHERE device = ? ORDER BY seq"
    return [row.n for row in journal.read(lambda c: c.exec_driver_sql(query, (key.device_id,)).all())]


@pytest.fixture
def key(journal: ServerJournal) -> DeviceKey:
    """The key of budi's laptop, which is not enrolled yet."""
    add_users(journal, budi=Role.FIELD)
    return DeviceKey.generate()


def take(journal: ServerJournal, folder: Path, data: bytes) -> BundleImportResult:
    file = folder / "kiriman.tabuah"
    file.write_bytes(data)
    return import_bundle(journal, file)


def test_bundle_entries_of_known_device_are_admitted(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    let_in(journal, key)
    done = take(journal, tmp_path, bundle_bytes(manifest(), runs=[run_of(key, chain_of(key, 3))]))
    assert (done.new, done.admitted, done.waiting) == (3, 3, ())
    assert written(journal, key) == [1, 2, 3]


def test_bundle_entries_wait_for_enrolment(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    done = take(journal, tmp_path, bundle_bytes(manifest(), runs=[run_of(key, chain_of(key, 3))]))
    assert [(waits.device, waits.entries, waits.reason) for waits in done.waiting] == [
        (key.device_id, 3, "unknown_device")
    ]
    let_in(journal, key, policy=EnrolmentPolicy.APPROVE)
    assert written(journal, key) == []
    approve_device(journal, key.device_id)
    assert written(journal, key) == [1, 2, 3]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), twice=st.lists(st.integers(0, 3), max_size=3), enrolled_at=st.integers(0, 4))
def test_bundle_order_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], twice: list[int], enrolled_at: int
):
    folder = tmp_path_factory.mktemp("server")
    key = DeviceKey.generate()
    chain = chain_of(key, 8)
    overlapping = [chain[0:3], chain[2:5], chain[4:6], chain[5:8]]
    bundles = [bundle_bytes(manifest(), runs=[run_of(key, part)]) for part in overlapping]
    with ServerJournal.open(folder / "data") as journal:
        add_users(journal, budi=Role.FIELD)
        for step, which in enumerate([*order, *twice]):
            if step == enrolled_at:
                let_in(journal, key)
            take(journal, folder, bundles[which])
        if key.device_id not in journal.authority.devices:
            let_in(journal, key)
        assert written(journal, key) == list(range(1, 9))
        verdicts = {record.verdict.value for record in journal.records_after(0, 100)}
        assert verdicts == {"accepted"}


def test_bundle_reports_copied_device(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    let_in(journal, key)
    other = DeviceKey.generate()
    let_in(journal, other)
    first, second = chain_of(key, 2), chain_of(key, 2)
    take(journal, tmp_path, bundle_bytes(manifest(), runs=[run_of(key, first)]))
    runs = [run_of(key, second), run_of(other, chain_of(other, 1))]
    done = take(journal, tmp_path, bundle_bytes(manifest(), runs=runs))
    assert (done.forked, done.admitted) == (2, 1)
    assert (written(journal, key), written(journal, other)) == ([1, 2], [1])


def test_altered_bundle_is_refused_completely(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    let_in(journal, key)
    data = bytearray(bundle_bytes(manifest(), runs=[run_of(key, chain_of(key, 3))]))
    data[-60] ^= 1
    with pytest.raises(DamagedBundle):
        take(journal, tmp_path, bytes(data))
    assert written(journal, key) == []


def test_bundle_of_another_regency_is_refused(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    data = bundle_bytes(manifest(server="ab" * 16), runs=[run_of(key, chain_of(key, 3))])
    with pytest.raises(ForeignBundle, match="server lain"):
        take(journal, tmp_path, data)


def test_bundle_photo_is_opened_or_reported(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    content = hashlib.sha256(PHOTO).hexdigest()
    ours = seal(PHOTO, [recipient(journal.key)], attachment_context(content))
    others = seal(PHOTO, [recipient(key)], attachment_context("ab" * 32))
    files = [
        (FileHead(content=content, size=len(ours)), ours),
        (FileHead(content="ab" * 32, size=len(others)), others),
    ]
    done = take(journal, tmp_path, bundle_bytes(manifest(), files=files))
    assert (done.photos, done.unreadable) == (1, 1)
    assert BlobStore(journal.directory.blobs_path).read(content) == PHOTO
    again = take(journal, tmp_path, bundle_bytes(manifest(), files=files[:1]))
    assert (again.photos, again.unreadable) == (0, 0)
    assert [path.name for path in journal.directory.path.glob("box-*")] == []


def with_caller(key: DeviceKey, head: ChainHead | None = None) -> tuple[ChainedEntry, PersonalValue]:
    """A report with the caller's number as a personal value."""
    value = PersonalValue(field="caller", salt="ab" * 16, value="Pak Rusdi 0812")
    body = IncidentReported(
        number=f"SLK-{key.tag}-0001",
        hazard=Hazard.FLOOD,
        title="Banjir",
        caller=commitment_to(value.value, value.salt),
    )
    draft = Draft(subject=new_subject("incident", NOON), kind="incident.reported", body=encode_body(body))
    entry = append_draft(draft, key=key, head=head or ChainHead(), actor="budi", grant="", now=NOON)
    return entry, msgspec.structs.replace(value, entry=entry.entry.id)


def test_bundle_personal_values_need_a_reading_role(journal: ServerJournal, key: DeviceKey, tmp_path: Path):
    let_in(journal, key)
    entry, value = with_caller(key)
    sealed = seal_values([value], [recipient(journal.key)])
    run = msgspec.structs.replace(run_of(key, [entry]), sealed=sealed)
    take(journal, tmp_path, bundle_bytes(manifest(), runs=[run]))
    assert journal.personal_values_of(journal.records_after(0, 100)) == (value,)


def test_late_personal_value_follows_with_next_record(journal: ServerJournal, key: DeviceKey):
    let_in(journal, key)
    entry, value = with_caller(key)
    request = PushRequest(device=key.device_id, entries=(entry.signed,))
    journal.push(request)
    seen = journal.head().seq
    journal.push(msgspec.structs.replace(request, personal=(value,)))
    following = append_draft(
        note_draft(entry.entry.subject), key=key, head=entry.head, actor="budi", grant="", now=NOON
    )
    journal.push(PushRequest(device=key.device_id, entries=(following.signed,)))
    assert journal.personal_values_of(journal.records_after(seen, 100)) == (value,)


def test_late_personal_value_is_in_subject_history(journal: ServerJournal, key: DeviceKey):
    let_in(journal, key)
    entry, value = with_caller(key)
    request = PushRequest(device=key.device_id, entries=(entry.signed,))
    journal.push(request)
    journal.push(msgspec.structs.replace(request, personal=(value,)))
    assert journal.personal_values_of(journal.records_of(entry.entry.subject)) == (value,)


def test_uncommitted_personal_value_is_dropped(journal: ServerJournal, key: DeviceKey):
    let_in(journal, key)
    entry, value = with_caller(key)
    forged = msgspec.structs.replace(value, value="orang lain")
    sealed = (*seal_values([forged], [recipient(journal.key)]), SealedValues(entry.entry.id, "bukan kotak"))
    journal.push(PushRequest(device=key.device_id, entries=(entry.signed,), sealed=sealed))
    assert journal.personal_values_of(journal.records_after(0, 100)) == ()


# Over HTTP, by a carrier


@pytest.fixture
def carrier(running_server: RunningServer) -> Iterator[httpx2.Client]:
    """Ani, who carries the entries of others."""
    running_server.add_user("budi", Role.FIELD)
    with running_server.approved_client("ani") as client:
        yield client


def test_any_user_may_push_carried_entries(running_server: RunningServer, carrier: httpx2.Client):
    key = DeviceKey.generate()
    let_in(running_server.journal, key)
    entry, value = with_caller(key)
    sealed = seal_values([value], [recipient(running_server.journal.key)])
    request = PushRequest(device=key.device_id, entries=(entry.signed,), sealed=sealed)
    assert carrier.post("/v1/journal", content=msgspec.json.encode(request)).status_code == 200
    pulled = msgspec.json.decode(carrier.get("/v1/journal").content, type=PullReply)
    assert pulled.personal == (value,)


def test_carried_photo_upload_resumes(running_server: RunningServer, carrier: httpx2.Client):
    content = hashlib.sha256(PHOTO).hexdigest()
    box = seal(PHOTO, [recipient(running_server.journal.key)], attachment_context(content))
    path = f"/v1/sealed/{hashlib.sha256(box).hexdigest()}?content={content}"
    half, size = 40_000, len(box)
    first = carrier.put(path, content=box[:half], headers={"Content-Range": f"bytes 0-{half - 1}/{size}"})
    assert (first.status_code, first.headers["upload-offset"]) == (202, str(half))
    asked = carrier.head(path)
    assert (asked.status_code, asked.headers["upload-offset"]) == (404, str(half))
    rest = carrier.put(path, content=box[half:], headers={"Content-Range": f"bytes {half}-{size - 1}/{size}"})
    assert rest.status_code == 201
    assert carrier.head(path).status_code == 200
    assert carrier.get(f"/v1/blobs/{content}").content == PHOTO


@pytest.mark.parametrize("fault", ["other content", "other recipient", "altered"])
def test_sealed_attachment_with_wrong_content_is_refused(
    running_server: RunningServer, carrier: httpx2.Client, fault: str
):
    content = hashlib.sha256(PHOTO).hexdigest()
    key = DeviceKey.generate() if fault == "other recipient" else running_server.journal.key
    photo = PHOTO[:-1] if fault == "other content" else PHOTO
    box = seal(photo, [recipient(key)], attachment_context(content))
    box = box[:-1] if fault == "altered" else box
    reply = carrier.put(f"/v1/sealed/{hashlib.sha256(box).hexdigest()}?content={content}", content=box)
    assert (reply.status_code, carrier.head(f"/v1/blobs/{content}").status_code) == (422, 404)


def test_sealed_attachment_upload_refuses_viewers(running_server: RunningServer):
    running_server.add_user("tamu", Role.VIEWER)
    with running_server.client("tamu") as client:
        assert client.put(f"/v1/sealed/{'ab' * 32}?content={'ab' * 32}", content=b"x").status_code == 403


def test_quarantined_entries_are_admitted_at_start(tmp_path: Path):
    key = DeviceKey.generate()
    chain = chain_of(key, 2)
    folder = tmp_path / "server"
    with ServerJournal.open(folder) as journal:
        add_users(journal, budi=Role.FIELD)
        let_in(journal, key)
        take(journal, tmp_path, bundle_bytes(manifest(), runs=[run_of(key, chain[1:])]))
        journal.push(PushRequest(device=key.device_id, entries=(chain[0].signed,)))
        assert written(journal, key) == [1]
    with start_server(folder) as server, server.client("budi") as client:
        assert WritingDevice(client, "budi").pull().records[-1].seq == server.journal.head().seq
        assert written(server.journal, key) == [1, 2]
