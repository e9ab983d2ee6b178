"""`tabuah server handback`: the wait of a restored server, and two histories."""

import json
import shutil
from pathlib import Path

import pytest

from tabuah.console.commands.main import run
from tabuah.operations.entries import GENESIS, Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.backup import back_up_server, restore_server
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.handback import HandbackPage, sign_page
from tabuah.storage.journal.signatures import DeviceKey


def add_user(directory: Path, name: str) -> None:
    body = encode_body(UserCreated(name=name, role=Role.OPERATOR, opd="BPBD"))
    with ServerJournal.open(directory) as journal:
        journal.append_drafts([Draft(subject=f"user/{name}", kind="user.created", body=body)])


def handback(directory: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert run(["server", "handback", *options, "--data", str(directory)]) == 0
    return capsys.readouterr().out


def test_handback_command_shows_and_ends_the_wait(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    add_user(tmp_path / "server", "ani")
    assert not json.loads(handback(tmp_path / "server", capsys, "--json"))["waiting"]
    back_up_server(tmp_path / "server", tmp_path / "copy")
    restore_server(tmp_path / "copy", tmp_path / "restored")
    found = json.loads(handback(tmp_path / "restored", capsys, "--json"))
    assert (found["waiting"], found["cause"], found["until"]) == (True, "restored", None)
    assert "--end-wait" in handback(tmp_path / "restored", capsys)
    found = json.loads(handback(tmp_path / "restored", capsys, "--end-wait", "--json"))
    assert not found["waiting"]
    add_user(tmp_path / "restored", "budi")


def test_handback_command_shows_and_decides_two_histories(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    add_user(tmp_path / "server", "ani")
    shutil.copytree(tmp_path / "server", tmp_path / "copy")
    for name in ("budi", "citra"):
        add_user(tmp_path / "server", name)
    add_user(tmp_path / "copy", "dewi")
    with ServerJournal.open(tmp_path / "server") as journal:
        page = HandbackPage(checkpoint=journal.checkpoint(), previous=GENESIS, records=journal.records_after(0))
    with ServerJournal.open(tmp_path / "copy") as journal:
        assert Handback(journal).take(sign_page(page, DeviceKey.generate())).branches
        common = journal.head().seq - 1
    (branch,) = json.loads(handback(tmp_path / "copy", capsys, "--json"))["branches"]
    assert (branch["differs_at"], branch["decided"]) == (common + 1, False)
    assert (branch["server"]["records"], branch["consoles"]["records"]) == (1, 2)
    assert "--keep-server" in handback(tmp_path / "copy", capsys)
    (branch,) = json.loads(handback(tmp_path / "copy", capsys, "--keep-server", "--json"))["branches"]
    assert branch["decided"]
    assert "--keep-server" not in handback(tmp_path / "copy", capsys)
