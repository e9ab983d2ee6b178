"""Attachments on a slow connection: new entries go first, and a killed process resumes the transfer."""

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.breaking_connection import BreakingConnection, breaking_connection
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer

from tabuah.operations.attachments.transfer import AttachmentStatus
from tabuah.operations.incidents.drafts import attach_to_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch
from tabuah.storage.sync.session import log_in
from tabuah.storage.sync.syncer import Syncer, SyncerState

CONTENT = random.Random(6).randbytes(1_200_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SLOW_BYTES_A_SECOND = 300_000


@pytest.fixture
def line(server: RunningServer) -> Iterator[BreakingConnection]:
    with breaking_connection(server.url) as line:
        yield line


@pytest.fixture
def ani(tmp_path: Path, line: BreakingConnection) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=line.url, user="ani", password=PASSWORD)
        incident = report_incident_at(store)
        blob = store.attachments.files.add(CONTENT)
        body = IncidentAttached(sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size)
        store.save(attach_to_incident(incident, body))
        line.bytes_a_second = SLOW_BYTES_A_SECOND
        yield store


def wait_until(reached: Callable[[], bool], *, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not reached():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def received(server: RunningServer) -> int:
    return BlobStore(server.journal.directory.blobs_path).received(SHA256)


def test_entry_saved_during_upload_arrives_first(ani, server, monkeypatch):
    pieces = lambda: AdaptiveBatch(first=32_000, least=16_000, most=64_000, target_s=0.2)  # noqa: E731
    monkeypatch.setattr("tabuah.storage.sync.attachments.piece_batch", pieces)
    states: list[SyncerState] = []
    syncer = Syncer(ani.directory, on_state=states.append, on_changes=lambda _changes: None)
    syncer.start()
    try:
        wait_until(lambda: received(server) > 100_000)
        head = server.journal.head().seq
        ani.save(note_incident(ani.incidents()[0], "air naik lagi"))
        syncer.wake()
        wait_until(lambda: server.journal.head().seq > head)
        assert received(server) < len(CONTENT) * 0.7
        assert (states[-1].online, states[-1].live, states[-1].uploads) == (True, True, 1)
        wait_until(lambda: received(server) == len(CONTENT))
        wait_until(lambda: states[-1].uploads == 0)
    finally:
        syncer.stop()
    assert BlobStore(server.journal.directory.blobs_path).read(SHA256) == CONTENT
    assert states[-1].moved == len(CONTENT)  # no byte was sent twice


def test_syncer_stop_does_not_wait_for_photo(ani, server):
    syncer = Syncer(ani.directory, on_state=lambda _state: None, on_changes=lambda _changes: None)
    syncer.start()
    wait_until(lambda: received(server) > 0)
    began_s = time.monotonic()
    syncer.stop()
    assert time.monotonic() - began_s < 3
    assert received(server) < len(CONTENT)


@pytest.mark.journey
def test_killed_process_resumes_transfer(ani, server, line):
    command = [sys.executable, "-m", "tabuah", "sync", "--data", str(ani.directory)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: received(server) > 200_000)
    finally:
        process.kill()
        process.wait()
    wait_until(line.idle)
    reached = received(server)
    assert 200_000 < reached < len(CONTENT)
    line.bytes_a_second, before = 0, line.carried["up"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert BlobStore(server.journal.directory.blobs_path).read(SHA256) == CONTENT
    assert line.carried["up"] - before < len(CONTENT) - reached + 20_000
    incident = ani.incidents()[0]
    assert ani.attachments.states(incident.attachments)[SHA256].state is AttachmentStatus.HERE
