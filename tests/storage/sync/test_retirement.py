"""Retirement of a console: everything is sent and confirmed before anything is wiped."""

import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.command_line import CommandLine
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.form_drafts import FormDrafts
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.retirement import ask_retirement, check_retirement
from tabuah.storage.journal.retirement_receipt import RECEIPT_NAME
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.errors import NotLoggedIn, Offline, WorkIsUnsent
from tabuah.storage.sync.retirement import read_retirement, retire_device
from tabuah.storage.sync.session import ConsoleSession, has_session, log_in

CALLER = "081234567890"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi")
        yield server


@pytest.fixture
def laptop(server: RunningServer, tmp_path: Path) -> Iterator[ConsoleStore]:
    """A console with one unsent entry."""
    with open_store(tmp_path / "laptop") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(store, "belum terkirim", caller=CALLER)
        (store.directory / "milik-orang-lain.txt").write_text("tetap", "utf-8")
        yield store


def contents_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_retired_device_has_sent_everything_and_is_wiped(server: RunningServer, laptop: ConsoleStore):
    device = laptop.device
    receipt = retire_device(laptop, reason="serah terima")
    assert (receipt.device, receipt.user, receipt.entries) == (device, "ani", 1)
    assert read_retirement(laptop.directory) == receipt
    key = server.journal.key.public_key
    ids = {"server": server.journal.server_id, "device": device}
    check_retirement(receipt.confirmation, server_public_key=key, entries=1, **ids)
    with pytest.raises(BadSignature):
        check_retirement(receipt.confirmation, server_public_key=key, entries=2, **ids)
    assert laptop.incidents() == []
    assert laptop.identity is None
    assert not has_session(laptop.directory)
    assert CALLER.encode() not in contents_of(laptop.directory)
    assert (laptop.directory / "milik-orang-lain.txt").exists()
    assert DeviceKeyStore(laptop.directory).find(device) is None
    state = server.journal.authority.devices[device]
    assert (state.revoked, state.is_retired, state.is_stolen) == (True, True, False)
    entry = decode_entry(server.journal.records_of(f"device/{device}")[-1].text)
    assert msgspec.json.decode(entry.body) == {"by": "ani", "reason": "serah terima", "entries": 1}
    log_in(laptop, url=server.url, user="budi", password=PASSWORD)  # the next user enrols a new device
    assert laptop.device != device


def test_drafts_keep_a_device(laptop: ConsoleStore):
    FormDrafts(laptop.directory).save("report", b'{"title": "x"}', saved_at=laptop.now(), user="ani")
    with pytest.raises(WorkIsUnsent, match="1"):
        retire_device(laptop, reason="serah terima")
    assert laptop.incidents()
    assert not (laptop.directory / RECEIPT_NAME).exists()
    retire_device(laptop, reason="serah terima", discard_drafts=True)


def test_nothing_is_wiped_without_the_server(tmp_path: Path):
    with open_store(tmp_path / "laptop") as store:
        with pytest.raises(NotLoggedIn):
            retire_device(store, reason="x")
        with start_server(tmp_path / "server") as server:
            server.add_user("ani")
            log_in(store, url=server.url, user="ani", password=PASSWORD)
            report_incident_at(store, "belum terkirim")
        with pytest.raises(Offline):
            retire_device(store, reason="x")
        assert len(store.incidents()) == 1


def test_server_refuses_to_retire_with_missing_work_or_another_key(server: RunningServer, laptop: ConsoleStore):
    own, key = server.journal.server_id, laptop.own_key()
    session = ConsoleSession(laptop)
    token = session.token()
    session.client.close()

    def ask(signer: DeviceKey, head: ChainHead, to: str = own, **changes: object) -> tuple[int, str]:
        request = msgspec.structs.replace(ask_retirement(signer, reason="x", head=head, server=to), **changes)
        with server.client() as client:
            client.headers["Authorization"] = f"Bearer {token}"
            reply = client.post("/v1/devices/retire", content=msgspec.json.encode(request))
        return reply.status_code, reply.json()["code"]

    assert ask(key, laptop.chain_head) == (409, "work_is_missing")
    assert ask(DeviceKey.generate(), ChainHead()) == (401, "session_of_another_device")
    assert ask(key, ChainHead(), to="another") == (422, "bad_signature")
    assert ask(key, ChainHead(), entries=1)[1] == "bad_signature"
    assert ask(key, ChainHead(), entries=-1)[0] == 400
    assert not server.journal.authority.devices[laptop.device].is_retired


def test_retirement_is_confirmed_again_after_a_lost_answer(server: RunningServer, laptop: ConsoleStore):
    session = ConsoleSession(laptop)
    token = session.token()
    session.client.close()
    request = ask_retirement(laptop.own_key(), reason="x", head=ChainHead(), server=server.journal.server_id)
    with server.client() as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for _ in range(2):
            reply = client.post("/v1/devices/retire", content=msgspec.json.encode(request))
            assert reply.status_code == 200, reply.text
    records = server.journal.records_of(f"device/{laptop.device}")
    assert [decode_entry(record.text).kind for record in records].count("device.retired") == 1


def test_device_retire_command(server: RunningServer, tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    line = CommandLine(capsys, tmp_path / "console")
    assert line("device", "retire", "--yes")[0] == 2
    assert line("device", "retire", "--reason", "x", "--yes")[0] != 0
    line.json("login", "--server", server.url, "--user", "ani")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert line("device", "retire", "--reason", "x")[0] != 0
    answer = line.json("device", "retire", "--reason", "serah terima", "--yes")
    assert answer["user"] == "ani"
    assert (line.data / RECEIPT_NAME).is_file()


def test_verify_receipt_command_tells_valid_forged_and_other(
    server: RunningServer, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    laptop, other = CommandLine(capsys, tmp_path / "console"), CommandLine(capsys, tmp_path / "budi")
    server_line = CommandLine(capsys, tmp_path / "server")
    for line, user in ((laptop, "ani"), (other, "budi")):
        line.json("login", "--server", server.url, "--user", user)
    receipt = laptop.json("device", "retire", "--reason", "serah terima", "--yes")
    file = tmp_path / "console" / RECEIPT_NAME
    found = other.json("device", "verify-receipt", str(file))
    assert (found["result"], found["device"], found["user"]) == ("valid", receipt["device"], "ani")
    assert server_line.json("server", "device", "verify-receipt", str(file))["in_journal"] is True
    (device,) = [each for each in server_line.json("server", "device", "list") if each["owner"] == "ani"]
    assert (device["retired"], device["revoked"]) == (True, True)
    assert "diserahkan atau dipensiunkan" in server_line("server", "device", "list")[1]

    receipt["confirmation"]["text"] = receipt["confirmation"]["text"].replace("/0/", "/7/")
    receipt["entries"] = 7
    forged = tmp_path / "palsu.json"
    forged.write_bytes(msgspec.json.encode(receipt))
    for line, words in ((other, ("device",)), (server_line, ("server", "device"))):
        code, out, _err = line(*words, "verify-receipt", str(forged))
        assert (code, out.partition(":")[0]) == (5, "Palsu")
    stranger = DeviceKey.generate().public_key.hex()
    code, out, _err = other("device", "verify-receipt", str(file), "--server-key", stranger)
    assert (code, out.partition(":")[0]) == (4, "Dari server lain")
    assert other("device", "verify-receipt", str(file), "--server-key", "abc")[0] == 2
    own = server.journal.key.public_key.hex()
    fresh = CommandLine(capsys, tmp_path / "kosong")
    assert fresh.json("device", "verify-receipt", str(file), "--server-key", own)["result"] == "valid"
    assert "--server-key" in fresh("device", "verify-receipt", str(file))[2]
    code, _out, told = fresh("device", "verify-receipt", str(tmp_path / "server" / "server.key"))
    assert (code, RECEIPT_NAME in told) == (2, True)
