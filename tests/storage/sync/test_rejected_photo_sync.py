"""The photo of a rejected entry: deleted at the server after a time, kept by its author, and sent when reissued."""

import hashlib
from datetime import timedelta

import pytest
from support.console_stores import report_incident_at
from support.console_sync import sync
from support.running_server import RunningServer

from tabuah.operations.entries import Decision, Verdict
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.server.admission import verdicts
from tabuah.server.attachments import unnamed_blobs
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import TransferDirection
from tabuah.storage.cache.store import ConsoleStore

PHOTO, THUMBNAIL = b"\xff\xd8\xff\xe0 a photo", b"\xff\xd8\xff\xe0 small"
SHA256, SMALL = (hashlib.sha256(content).hexdigest() for content in (PHOTO, THUMBNAIL))


def attach_rejected(ani: ConsoleStore, monkeypatch: pytest.MonkeyPatch) -> str:
    """Attach a photo that the server rejects; return the id of the entry."""
    incident = report_incident_at(ani)
    for content in (PHOTO, THUMBNAIL):
        ani.attachments.files.add(content)
    body = IncidentAttached(
        sha256=SHA256,
        name="foto.jpg",
        media_type="image/jpeg",
        size=len(PHOTO),
        thumbnail=SMALL,
        thumbnail_size=len(THUMBNAIL),
    )
    ani.save(attach_to_incident(incident, body))
    decide = verdicts.decide

    def reject(state, authority, entry, **how):  # type: ignore[no-untyped-def]
        if entry.kind == "incident.attached":
            return Decision(Verdict.REJECTED, "too_many_waiting")
        return decide(state, authority, entry, **how)

    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "decide", reject)
        sync(ani)
    (tray,) = ani.rejections()
    return tray.root.entry.id


def delete_old(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    """Delete the attachments that no entry names, as after 14 days."""
    blobs = BlobStore(server.journal.directory.blobs_path)
    assert sorted(blobs.stored()) == sorted((SHA256, SMALL))
    monkeypatch.setattr(unnamed_blobs, "UNNAMED_KEPT", timedelta(minutes=-1))
    assert unnamed_blobs.delete_unnamed(server.journal, blobs) == 2
    return blobs


def test_photo_of_rejected_entry_stays_at_its_author(server, ani, monkeypatch):
    attach_rejected(ani, monkeypatch)
    delete_old(server, monkeypatch)
    sync(ani)
    assert ani.attachments.files.read(SHA256) == PHOTO
    assert ani.attachments.waiting() == ()


def test_reissued_entry_sends_its_photo_again(server, ani, monkeypatch):
    entry = attach_rejected(ani, monkeypatch)
    blobs = delete_old(server, monkeypatch)
    ani.reissue_all(entry)
    waiting = ani.attachments.waiting()
    assert {blob.sha256: blob.waits for blob in waiting} == dict.fromkeys((SMALL, SHA256), TransferDirection.UPLOAD)
    monkeypatch.setattr(ani.attachments, "send_wanted", lambda _wanted: None)  # the server asks rarely
    sync(ani)
    assert blobs.read(SHA256) == PHOTO
    assert blobs.read(SMALL) == THUMBNAIL
    assert unnamed_blobs.delete_unnamed(server.journal, blobs) == 0


def test_photo_of_dismissed_entry_can_be_reissued(server, ani, monkeypatch):
    entry = attach_rejected(ani, monkeypatch)
    ani.dismiss(entry)
    blobs = delete_old(server, monkeypatch)
    ani.restore_dismissed(entry)
    ani.reissue_all(entry)
    sync(ani)
    assert blobs.read(SHA256) == PHOTO
