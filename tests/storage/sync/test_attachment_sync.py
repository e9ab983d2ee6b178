"""Transfer of attachments with a real server over a connection that breaks: nothing is lost or doubled."""

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.breaking_connection import BreakingConnection, breaking_connection
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.photo_samples import photo_file
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.attachments.transfer import AttachmentStatus
from tabuah.operations.incidents.drafts import attach_to_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.storage.attachments.prepared_file import prepare_file
from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.blob_table import TransferPriority
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch
from tabuah.storage.sync.attachments import AttachmentMover, next_due_s
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

CONTENT = random.Random(5).randbytes(900_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi", Role.FIELD)
        server.add_user("citra", Role.VIEWER)
        yield server


@pytest.fixture
def line(server: RunningServer) -> Iterator[BreakingConnection]:
    with breaking_connection(server.url) as line:
        yield line


@pytest.fixture
def ani(tmp_path: Path, line: BreakingConnection) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=line.url, user="ani", password=PASSWORD)
        yield store


@pytest.fixture
def budi(tmp_path: Path, line: BreakingConnection) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=line.url, user="budi", password=PASSWORD)
        yield store


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = lambda: AdaptiveBatch(first=64_000, least=16_000, most=64_000, target_s=2)  # noqa: E731
    monkeypatch.setattr("tabuah.storage.sync.attachments.piece_batch", pieces)


def attach(store: ConsoleStore, content: bytes = CONTENT, *, size: int | None = None) -> Incident:
    incident = report_incident_at(store)
    blob = store.attachments.files.add(content)
    body = IncidentAttached(sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=size or blob.size)
    store.save(attach_to_incident(incident, body))
    return store.incident(incident.id)


def standing(store: ConsoleStore, incident: Incident) -> AttachmentStatus:
    states = store.attachments.states(store.incident(incident.id).attachments)
    return states[store.incident(incident.id).attachments[0].sha256].state


def blobs_of(server: RunningServer) -> BlobStore:
    return BlobStore(server.journal.directory.blobs_path)


def requests_of(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record method and path of all following requests."""
    asked: list[tuple[str, str]] = []
    ask = ServerClient.ask

    def noted(self: ServerClient, method: str, path: str, **how: object) -> object:
        asked.append((method, path))
        return ask(self, method, path, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ServerClient, "ask", noted)
    return asked


def test_upload_resumes_after_interruption(ani, line, server):
    incident = attach(ani)
    for _ in range(3):
        line.cut("up", after=200_000)
        with pytest.raises(Offline):
            sync(ani)
    assert ani.counts().pending == 0  # the entries were pushed long before
    assert standing(ani, incident) is AttachmentStatus.WAITS_UPLOAD
    received = blobs_of(server).received(SHA256)
    assert 400_000 < received < len(CONTENT)
    assert blobs_of(server).size_of(SHA256) is None  # the incomplete file is not visible
    sync(ani)
    assert blobs_of(server).read(SHA256) == CONTENT
    assert standing(ani, incident) is AttachmentStatus.HERE
    assert line.carried["up"] < len(CONTENT) * 1.25


def test_download_resumes_after_interruption(ani, budi, line):
    incident = attach(ani)
    sync(ani)
    before = line.carried["down"]
    for _ in range(3):
        line.cut("down", after=200_000)
        with pytest.raises(Offline):
            sync(budi)
        assert budi.attachments.files.size_of(SHA256) is None
    state = budi.attachments.states(budi.incident(incident.id).attachments)[SHA256]
    assert (state.state, state.is_here) == (AttachmentStatus.WAITS_DOWNLOAD, False)
    assert 400_000 < state.moved < state.size == len(CONTENT)
    sync(budi)
    assert budi.attachments.files.read(SHA256) == CONTENT
    assert line.carried["down"] - before < len(CONTENT) * 1.25


def test_new_entry_goes_before_next_piece(ani, server, monkeypatch):
    incident = attach(ani)
    asked = requests_of(monkeypatch)
    note = AttachmentMover._note

    def write_once(self, store, blob, moved):
        note(self, store, blob, moved)
        if ani.incident(incident.id).note_count == 0:
            ani.save(note_incident(ani.incident(incident.id), "air naik lagi"))

    monkeypatch.setattr(AttachmentMover, "_note", write_once)
    sync(ani)
    methods = [method for method, _path in asked]
    first, second = [at for at, method in enumerate(methods) if method == "PUT"][:2]
    assert ("POST", "/v1/journal") in asked[first:second]
    assert methods.count("PUT") == 15  # no piece was sent twice
    assert ani.counts().pending == 0


def test_thumbnails_then_smallest_files_go_first(tmp_path, ani, monkeypatch):
    incident = attach(ani, b"smaller than any picture")
    for n, width in enumerate((1200, 500, 800)):
        prepared = prepare_file(photo_file(tmp_path, f"{n}.jpg", size=(width, 400), seed=n))
        prepared.keep(ani.attachments.files)
        ani.save(attach_to_incident(ani.incident(incident.id), prepared.attachment))
    attached = ani.incident(incident.id).attachments
    asked = requests_of(monkeypatch)
    sync(ani)
    sent = list(dict.fromkeys(path.rpartition("/")[2] for method, path in asked if method == "PUT"))
    assert set(sent[:3]) == {a.thumbnail for a in attached if a.thumbnail}
    assert sent[3:] == [a.sha256 for a in sorted(attached, key=lambda a: a.size)]


def test_data_saver_downloads_only_thumbnails(tmp_path, ani, budi):
    incident = report_incident_at(ani)
    prepared = prepare_file(photo_file(tmp_path))
    prepared.keep(ani.attachments.files)
    ani.save(attach_to_incident(incident, prepared.attachment))
    sync(ani)
    session = ConsoleSession(budi)
    with session.client:
        run_sync_pass(budi, session, move_attachments=_sparing)
        files, attached = budi.attachments.files, prepared.attachment
        assert files.size_of(attached.thumbnail) == attached.thumbnail_size
        assert files.size_of(attached.sha256) is None
        with pytest.raises(BlobMissing, match="sinkronisasi berikutnya"):
            budi.attachments.file_of(attached)  # the user wants to see it
        run_sync_pass(budi, session, move_attachments=_sparing)
    assert budi.attachments.file_of(attached).stat().st_size == attached.size


def _sparing(store: ConsoleStore, client: ServerClient, should_yield: object) -> bool:
    return AttachmentMover().move(store, client, should_yield=should_yield, up_to=TransferPriority.THUMBNAIL)  # type: ignore[arg-type]


def test_damaged_file_is_downloaded_again(ani, budi):
    incident = attach(ani)
    sync(ani)
    sync(budi)
    (attached,) = budi.incident(incident.id).attachments
    budi.attachments.files.path_of(SHA256).write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(DamagedBlob, match="rusak"):
        budi.attachments.file_of(attached)
    assert standing(budi, incident) is AttachmentStatus.WAITS_DOWNLOAD
    sync(budi)
    assert budi.attachments.file_of(attached).read_bytes() == CONTENT


def test_deleted_files_are_downloaded_again(ani, budi):
    incident = attach(ani)
    sync(ani)
    sync(budi)
    budi.attachments.files.path_of(SHA256).unlink()
    sync(budi)
    assert standing(budi, incident) is AttachmentStatus.HERE


def test_file_damaged_before_upload_is_reported(ani, server):
    incident = attach(ani)
    ani.attachments.files.path_of(SHA256).write_bytes(b"?" * len(CONTENT))
    sync(ani)
    state = ani.attachments.states(ani.incident(incident.id).attachments)[SHA256]
    assert (state.state, state.is_here) == (AttachmentStatus.FAILED, False)
    assert "lampirkan lagi" in state.reason
    assert blobs_of(server).received(SHA256) == 0
    ani.attachments.files.add(CONTENT)
    ani.save(attach_to_incident(ani.incident(incident.id), ani.incident(incident.id).attachments[0]))
    sync(ani)
    assert standing(ani, incident) is AttachmentStatus.HERE


def test_damage_on_server_is_reported_and_retried(ani, budi, server):
    incident = attach(ani)
    sync(ani)
    blobs_of(server).path_of(SHA256).write_bytes(b"?" * len(CONTENT))
    sync(budi)
    state = budi.attachments.states(budi.incident(incident.id).attachments)[SHA256]
    assert state.state is AttachmentStatus.FAILED
    assert "rusak" in state.reason
    assert budi.attachments.counts() == TransferCounts(downloads=1, failed=1)
    with server.approved_client("ani") as client:
        assert client.put(f"/v1/blobs/{SHA256}", content=CONTENT).status_code == 201
    sync(budi)
    assert standing(budi, incident) is AttachmentStatus.HERE


def test_attachment_lost_on_server_is_sent_again(ani, budi, server):
    incident = attach(ani)
    sync(ani)
    sync(budi)
    (server.service.settings.directory / "blobs" / incident.attachments[0].sha256).write_bytes(b"rusak")
    with pytest.raises(DamagedBlob):
        blobs_of(server).verified_path(incident.attachments[0].sha256)
    sync(budi)
    assert blobs_of(server).read(incident.attachments[0].sha256) == CONTENT
    assert standing(budi, incident) is AttachmentStatus.HERE


def test_lost_upload_is_fetched_where_the_server_has_it(tmp_path, ani, server):
    incident = attach(ani)
    sync(ani)
    ani.attachments.send_again(SHA256)  # as in a backup from before the upload
    ani.attachments.files.path_of(SHA256).unlink()
    sync(ani)
    sync(ani)
    assert standing(ani, incident) is AttachmentStatus.HERE
    assert ani.attachments.files.read(SHA256) == CONTENT


def test_full_disk_hides_incomplete_file(ani, budi, monkeypatch):
    incident = attach(ani)
    sync(ani)

    def full(_self: BlobStore, _sha256: str, _offset: int) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BlobStore, "receiving", full)
    sync(budi)
    state = budi.attachments.states(budi.incident(incident.id).attachments)[SHA256]
    assert (state.state, state.is_here) == (AttachmentStatus.FAILED, False)
    assert "No space left" in state.reason
    monkeypatch.undo()
    sync(budi)
    assert standing(budi, incident) is AttachmentStatus.HERE


def test_wrong_attachment_size_changes_nothing(ani, budi):
    incident = attach(ani, size=17)
    sync(ani)
    sync(budi)
    assert standing(budi, incident) is AttachmentStatus.HERE
    assert budi.attachments.files.read(SHA256) == CONTENT


def test_failed_transfer_delay_doubles(ani, budi):
    attach(ani)
    incident = ani.incidents()[0]
    sync(ani)
    budi_session = ConsoleSession(budi)
    missing = IncidentAttached(sha256="a" * 64, name="x.jpg", media_type="image/jpeg", size=10)
    ani.save(attach_to_incident(incident, missing))
    sync(ani)
    with budi_session.client:
        run_sync_pass(budi, budi_session)
        blob = budi.attachments.find("a" * 64)
        assert (blob.tries, blob.reason) == (1, "")  # its author may still send it: this is no failure
        assert 10 < next_due_s(budi, at_most=60) <= 15
        mover = AttachmentMover()
        assert mover.move(budi, budi_session.client, should_yield=lambda: False, patient=True)
        assert budi.attachments.find("a" * 64).tries == 1  # it was not due yet
        for _ in range(3):
            budi.attachments.postpone(budi.attachments.find("a" * 64), reason="")
        assert next_due_s(budi, at_most=600) > 100


def test_role_without_photo_access_downloads_none(tmp_path, ani, server, monkeypatch):
    incident = attach(ani)
    sync(ani)
    with open_store(tmp_path / "citra") as citra:
        log_in(citra, url=server.url, user="citra", password=PASSWORD)
        asked = requests_of(monkeypatch)
        sync(citra)
        assert standing(citra, incident) is AttachmentStatus.WITHHELD
        assert [path for _method, path in asked if "/blobs/" in path] == []
        with pytest.raises(BlobMissing, match="citra"):
            citra.attachments.file_of(citra.incident(incident.id).attachments[0])


def test_server_refuses_program_attachment(ani, budi, server):
    incident = attach(ani, b"MZ\x90\0" + os.urandom(1000))
    sync(ani)
    (state,) = ani.attachments.states(ani.incident(incident.id).attachments).values()
    assert (state.state, "Program" in state.reason) == (AttachmentStatus.FAILED, True)
    sync(budi)
    assert standing(budi, incident) is AttachmentStatus.WAITS_DOWNLOAD


def test_photo_attached_twice_is_uploaded_once(ani, budi, monkeypatch):
    attach(ani)
    sync(ani)
    attach(budi)
    asked = requests_of(monkeypatch)
    sync(budi)
    assert [method for method, path in asked if path.endswith(SHA256)] == ["HEAD"]
    assert [i.attachments[0].sha256 for i in budi.incidents()] == [SHA256, SHA256]
    assert budi.attachments.counts() == TransferCounts()
