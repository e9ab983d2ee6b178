"""A stolen device hands in nothing, and erases its data on a signed order of its own server only."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.command_line import CommandLine
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer

from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.server.administration import revoke_device
from tabuah.storage.cache.attachments import opened_folder
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.form_drafts import FormDrafts
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wipe_order import RECEIPT_NAME, check_wipe_order, sign_wipe_order
from tabuah.storage.sync.attachments import blob_store
from tabuah.storage.sync.errors import DeviceWiped, RequestRefused
from tabuah.storage.sync.session import has_session, log_in
from tabuah.storage.sync.syncer import Syncer, SyncerState
from tabuah.storage.sync.wipe import read_receipt

CALLER = "081234567890"
PHOTO = os.urandom(5_000)


@pytest.fixture
def laptop(server: RunningServer, tmp_path: Path) -> Iterator[ConsoleStore]:
    """Yield a console with a caller, a photo, a draft, and one unsent entry."""
    with open_store(tmp_path / "laptop") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        incident = report_incident_at(store, "Banjir bandang", caller=CALLER)
        blob = blob_store(store).add(PHOTO)
        attached = IncidentAttached(sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size)
        store.save(attach_to_incident(incident, attached))
        sync(store)
        report_incident_at(store, "belum terkirim", caller=CALLER)
        FormDrafts(store.directory).save(
            "report", msgspec.json.encode({"caller": CALLER}), saved_at=store.now(), user="ani"
        )
        opened = opened_folder(store.directory, blob.sha256) / "foto.jpg"
        opened.parent.mkdir(parents=True)
        opened.write_bytes(PHOTO)
        (store.directory / "milik-orang-lain.txt").write_text("tetap", "utf-8")
        yield store


def contents_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_stolen_device_erases_its_data(server: RunningServer, laptop: ConsoleStore):
    device = laptop.device
    assert CALLER.encode() in contents_of(laptop.directory)
    revoke_device(server.journal, device, "dicuri", stolen=True)
    with pytest.raises(DeviceWiped):
        sync(laptop)
    left = contents_of(laptop.directory)
    assert all(trace not in left for trace in (CALLER.encode(), b"Banjir bandang", PHOTO[:100]))
    assert (laptop.incidents(), laptop.identity, laptop.counts().pending) == ([], None, 0)
    assert not has_session(laptop.directory)
    assert DeviceKeyStore(laptop.directory).find(device) is None
    assert (laptop.directory / "milik-orang-lain.txt").read_text("utf-8") == "tetap"
    receipt = read_receipt(laptop.directory)
    assert (receipt.device, receipt.user, receipt.unsent) == (device, "ani", 1)


def test_receipt_of_a_wipe_is_verified(
    server: RunningServer, laptop: ConsoleStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    device, file = laptop.device, laptop.directory / RECEIPT_NAME
    with pytest.raises(DeviceWiped):
        sync(laptop)
    server_line, fresh = CommandLine(capsys, tmp_path / "server"), CommandLine(capsys, tmp_path / "kosong")
    found = server_line.json("server", "device", "verify-receipt", str(file))
    shown = {name: found[name] for name in ("result", "kind", "device", "user", "unsent", "in_journal")}
    assert shown == {
        "result": "valid", "kind": "wiped", "device": device, "user": "ani", "unsent": 1, "in_journal": True
    }  # fmt: skip
    assert "memerintahkan" in server_line("server", "device", "verify-receipt", str(file))[1]
    key = server.journal.key.public_key.hex()
    assert fresh.json("device", "verify-receipt", str(file), "--server-key", key)["entries"] is None
    stranger = DeviceKey.generate().public_key.hex()
    assert fresh("device", "verify-receipt", str(file), "--server-key", stranger)[0] == 4
    receipt = read_receipt(laptop.directory)
    assert receipt is not None
    order = msgspec.structs.replace(receipt.order, text=receipt.order.text.replace(device, "0" * len(device)))
    for forged in (msgspec.structs.replace(receipt, device="f" * 32), msgspec.structs.replace(receipt, order=order)):
        file.write_bytes(msgspec.json.encode(forged))
        assert server_line("server", "device", "verify-receipt", str(file))[0] == 5


def test_interrupted_wipe_leaves_no_files(
    server: RunningServer, laptop: ConsoleStore, monkeypatch: pytest.MonkeyPatch
):
    def lose_power(_session: CacheSession) -> None:
        raise KeyboardInterrupt

    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    monkeypatch.setattr(CacheSession, "forget", lose_power)  # the identity is gone, so nothing begins the wipe again
    with pytest.raises(KeyboardInterrupt):
        sync(laptop)
    assert laptop.identity is None
    assert PHOTO[:100] not in contents_of(laptop.directory)


def test_stolen_device_hands_in_nothing(server: RunningServer, laptop: ConsoleStore):
    written = len(server.journal.records_by(laptop.device))
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    device = laptop.device
    with pytest.raises(DeviceWiped):
        sync(laptop)
    assert len(server.journal.records_by(device)) == written


def test_revoked_device_becomes_stolen_later(server: RunningServer, laptop: ConsoleStore):
    revoke_device(server.journal, laptop.device, "hilang")
    with pytest.raises(RequestRefused):
        sync(laptop)
    assert laptop.incidents()
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    with pytest.raises(DeviceWiped):
        log_in(laptop, url=server.url, user="ani", password=PASSWORD)
    assert laptop.incidents() == []


def test_wiped_console_starts_empty(server: RunningServer, laptop: ConsoleStore):
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    with pytest.raises(DeviceWiped):
        sync(laptop)
    with open_store(laptop.directory) as again:
        assert (again.incidents(), again.device) == ([], "")
        log_in(again, url=server.url, user="ani", password=PASSWORD)
        sync(again)
        assert [incident.title for incident in again.incidents()] == ["Banjir bandang"]


@pytest.mark.parametrize("forged", ["key", "device", "nonce"])
def test_only_the_own_server_orders_a_wipe(
    server: RunningServer, laptop: ConsoleStore, monkeypatch: pytest.MonkeyPatch, forged: str
):
    def order(self, request):
        key = DeviceKey.generate() if forged == "key" else server.journal.key
        device = "0" * 32 if forged == "device" else laptop.device
        nonce = "0" * 32 if forged == "nonce" else request.nonce
        return sign_wipe_order(key, device=device, nonce=nonce, at=laptop.now())

    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    monkeypatch.setattr("tabuah.storage.sync.client.ServerClient.wipe_order", order)
    with pytest.raises(RequestRefused) as refused:
        sync(laptop)
    assert refused.value.code == "device_stolen"
    assert len(laptop.incidents()) == 2
    assert read_receipt(laptop.directory) is None


def test_server_gives_no_order_for_other_devices(server: RunningServer, laptop: ConsoleStore):
    from tabuah.storage.journal.wipe_order import ask_wipe_order
    from tabuah.storage.sync.client import ServerClient

    question = ask_wipe_order(laptop.own_key(), nonce="1" * 32, server=laptop.server)
    with ServerClient(server.url) as client:
        with pytest.raises(RequestRefused) as refused:
            client.wipe_order(question)
        assert refused.value.code == "not_found"
        revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
        with pytest.raises(RequestRefused) as refused:
            client.wipe_order(msgspec.structs.replace(question, nonce="2" * 32))
        assert refused.value.code == "bad_signature"
        order = client.wipe_order(question)
    checked = {"server": laptop.server, "server_public_key": server.journal.key.public_key, "device": laptop.device}
    check_wipe_order(order, nonce="1" * 32, **checked)
    with pytest.raises(BadSignature):
        check_wipe_order(order, nonce="2" * 32, **checked)


def test_syncer_shows_the_wipe_until_the_next_login(server: RunningServer, laptop: ConsoleStore):
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    states: list[SyncerState] = []
    syncer = Syncer(laptop.directory, on_state=states.append, on_changes=lambda _changes: None)
    assert syncer._attempt(laptop) > 0
    assert "dicuri" in states[-1].error
    assert syncer._attempt(laptop) > 0
    assert "dicuri" in states[-1].error


def test_interrupted_wipe_is_completed(server: RunningServer, laptop: ConsoleStore, monkeypatch: pytest.MonkeyPatch):
    revoke_device(server.journal, laptop.device, "dicuri", stolen=True)
    with monkeypatch.context() as crash:
        crash.setattr(ConsoleStore, "wipe", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sync(laptop)
    assert laptop.incidents()
    with pytest.raises(DeviceWiped):
        sync(laptop)
    assert laptop.incidents() == []


def interrupt(_store: ConsoleStore) -> None:
    raise KeyboardInterrupt
