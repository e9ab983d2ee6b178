"""Snapshots on the server: signed, complete, without personal values, and made while the writer runs."""

import threading
from pathlib import Path

import msgspec
import pytest
from support.draft_samples import incident_report_draft, note_draft
from support.running_server import RunningServer, WritingDevice
from support.snapshot_transfer import build_snapshot, contents_of

from tabuah.operations.entries import GENESIS, PersonalValue
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.operations.subject_state import read_state
from tabuah.server.journal import ServerJournal
from tabuah.server.snapshots import snapshot_store
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.storage.journal.snapshots import SignedSnapshot, read_snapshot, unpack_piece


@pytest.fixture
def filled(running_server: RunningServer, device: WritingDevice) -> RunningServer:
    """A server with twenty incidents, the last of which has a caller."""
    chain = [device.write(incident_report_draft(device.key.tag, n + 1)) for n in range(20)]
    device.push(*chain)
    draft = note_draft(chain[0].entry.subject)
    salt = "ab" * 16
    body = msgspec.json.decode(draft.body) | {"restricted": commitment_to("nomor rahasia 0812", salt)}
    chained = device.write(msgspec.structs.replace(draft, body=msgspec.Raw(msgspec.json.encode(body))))
    value = PersonalValue(entry=chained.entry.id, field="restricted", salt=salt, value="nomor rahasia 0812")
    device.push(chained, personal=(value,))
    return running_server


def wait_for_snapshot(server: RunningServer, client) -> SignedSnapshot:
    server.service.snapshots.make()
    reply = client.get("/v1/snapshot")
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=SignedSnapshot)


def test_snapshot_contains_all_states_and_heads(filled: RunningServer, tmp_path: Path):
    journal: ServerJournal = filled.journal
    made = build_snapshot(journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    contents = list(contents_of(made, snapshot))
    states = {state.subject: state for content in contents for state in content.states}
    assert len(states) == snapshot.subjects
    for kind in ("incident", "user", "device"):
        for subject, state in journal.states_of_kind(kind).items():
            assert read_state(bytes(states[subject].state)) == state
            assert states[subject].last == journal.records_of(subject, 0, 1000)[-1].seq
    assert (snapshot.seq, snapshot.hash) == (journal.head().seq, journal.head().hash)
    assert {chain.device for chain in contents[0].chains} == set(journal.authority.devices)
    assert all(chain.hash != GENESIS for chain in contents[0].chains)


def test_snapshot_contains_no_personal_values(filled: RunningServer, tmp_path: Path):
    made = build_snapshot(filled.journal, tmp_path / "snapshots")
    snapshot = read_snapshot(made.signed, filled.journal.key.public_key)
    plain = b"".join(msgspec.json.encode(content) for content in contents_of(made, snapshot))
    assert b"rahasia" not in plain
    assert b"Banjir di Koto Baru" in plain


def test_snapshot_download_resumes(filled: RunningServer):
    with filled.client("ani") as client:
        signed = wait_for_snapshot(filled, client)
        whole = client.get(f"/v1/snapshot/{signed.id}")
        assert (whole.status_code, whole.headers["content-length"]) == (200, str(len(whole.content)))
        snapshot = read_snapshot(signed, filled.journal.key.public_key)
        assert len(whole.content) == snapshot.size
        unpack_piece(whole.content[: snapshot.pieces[0].size], snapshot.pieces[0])
        part = client.get(f"/v1/snapshot/{signed.id}", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{snapshot.size}"
        rest = client.get(f"/v1/snapshot/{signed.id}", headers={"Range": "bytes=100-"})
        assert rest.content == whole.content[100:]
        behind = client.get(f"/v1/snapshot/{signed.id}", headers={"Range": f"bytes={snapshot.size}-"})
        assert behind.json()["code"] == "wrong_offset"


def test_snapshot_needs_a_pulling_role(filled: RunningServer):
    filled.add_user("gerbang", Role.GATEWAY)
    for user, expected in (("", 401), ("gerbang", 403)):
        with filled.client(user) as client:
            assert client.get("/v1/snapshot").status_code == expected
            assert client.get("/v1/snapshot/" + "0" * 32).status_code == expected


def test_missing_snapshot_refers_to_pull(filled: RunningServer):
    with filled.client("ani") as client:
        assert client.get("/v1/snapshot").json()["code"] == "no_snapshot"
        for name in ("0" * 32, "..%2f..%2fserver.key", "server.key"):
            assert client.get(f"/v1/snapshot/{name}").status_code == 404


def test_snapshot_is_consistent_while_writer_continues(
    filled: RunningServer, device: WritingDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    reading, written = threading.Event(), threading.Event()
    pack = snapshot_store.pack_piece

    def slow_pack(content):
        reading.set()
        assert written.wait(10)
        return pack(content)

    monkeypatch.setattr(snapshot_store, "pack_piece", slow_pack)
    before = filled.journal.head()
    result = []
    thread = threading.Thread(target=lambda: result.append(build_snapshot(filled.journal, tmp_path / "snapshots")))
    thread.start()
    assert reading.wait(10)
    device.push(device.write(incident_report_draft(device.key.tag, 99)))
    written.set()
    thread.join()
    snapshot = result[0].snapshot
    assert (snapshot.seq, snapshot.hash) == (before.seq, before.hash)
    states = [state for content in contents_of(result[0], snapshot) for state in content.states]
    assert max(state.last for state in states) <= before.seq < filled.journal.head().seq


def test_snapshot_store_keeps_two(journal: ServerJournal):
    folder = journal.directory.snapshots_path
    folder.mkdir()
    (folder / "17.new").write_bytes(b"left by a crash")
    keeper = SnapshotStore(journal, worth_entries=10**9)
    made = [keeper.make() for _ in range(3)]
    ids = {m.signed.id for m in made[1:] if m}
    assert {path.stem for path in folder.iterdir()} == ids
    assert keeper.find(made[0].signed.id) is None
    again = SnapshotStore(journal, worth_entries=10**9)
    again.start()
    try:
        assert again.newest().signed.id in ids
    finally:
        again.stop()


def test_snapshot_of_other_version_is_not_served(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    SnapshotStore(journal).make()
    monkeypatch.setattr("tabuah.server.snapshots.snapshot_store.state_shape", lambda: "another")
    keeper = SnapshotStore(journal, worth_entries=10**9)
    keeper.start()
    try:
        assert keeper.newest() is None
        assert list(journal.directory.snapshots_path.iterdir()) == []
    finally:
        keeper.stop()


def test_stopped_snapshot_leaves_no_file(journal: ServerJournal):
    keeper = SnapshotStore(journal, worth_entries=10**9)
    keeper.start()
    keeper.stop()
    assert keeper.make() is None
    assert list(journal.directory.snapshots_path.iterdir()) == []


def test_snapshot_is_renewed_when_journal_grows(journal: ServerJournal):
    keeper = SnapshotStore(journal, worth_entries=1, grown_entries=10**9, asked_entries=10**9)
    keeper.start()
    try:
        deadline = threading.Event()
        while keeper.newest() is None:
            assert not deadline.wait(0.01)
        assert keeper.newest().snapshot.seq == journal.head().seq
    finally:
        keeper.stop()
