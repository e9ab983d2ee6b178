"""`tabuah server handback`: the wait of a restored server, and two histories."""

import json
import shutil
from pathlib import Path

import pytest

from tabuah.console.commands.exit_codes import ExitCode
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


def test_handback_command_prints_no_log_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    add_user(tmp_path / "server", "ani")
    back_up_server(tmp_path / "server", tmp_path / "copy")
    restore_server(tmp_path / "copy", tmp_path / "restored")
    handback(tmp_path / "restored", capsys)
    handback(tmp_path / "restored", capsys, "--end-wait")
    assert caplog.messages == []


@pytest.fixture
def forked(tmp_path: Path) -> Path:
    """Return the directory of a server with two histories: dewi in its own, budi and citra in the consoles'."""
    add_user(tmp_path / "server", "ani")
    shutil.copytree(tmp_path / "server", tmp_path / "copy")
    for name in ("budi", "citra"):
        add_user(tmp_path / "server", name)
    add_user(tmp_path / "copy", "dewi")
    with ServerJournal.open(tmp_path / "server") as journal:
        page = HandbackPage(checkpoint=journal.checkpoint(), previous=GENESIS, records=journal.records_after(0))
    with ServerJournal.open(tmp_path / "copy") as journal:
        assert Handback(journal).take(sign_page(page, DeviceKey.generate())).branches
    return tmp_path / "copy"


def test_handback_command_keeps_the_server_history(forked: Path, capsys: pytest.CaptureFixture[str]):
    (branch,) = json.loads(handback(forked, capsys, "--json"))["branches"]
    with ServerJournal.open(forked) as journal:
        common = journal.head().seq - 1
    assert (branch["differs_at"], branch["decided"]) == (common + 1, False)
    assert (branch["server"]["records"], branch["consoles"]["records"]) == (1, 2)
    printed = handback(forked, capsys)
    assert "--keep-server" in printed
    assert "--take-consoles" in printed
    found = json.loads(handback(forked, capsys, "--keep-server", "--json"))
    assert found["branches"][0]["decided"]
    (decision,) = found["decisions"]
    assert (decision["kept"], decision["written"], decision["left"]) == ("server", 2, [])
    assert "--keep-server" not in handback(forked, capsys)
    assert users_of(forked) == {"ani", "budi", "citra", "dewi"}


def test_doctor_reports_an_undecided_second_history(forked: Path, capsys: pytest.CaptureFixture[str]):
    (branch,) = json.loads(handback(forked, capsys, "--json"))["branches"]
    finding = doctor(forked, capsys, code=6)["histories"]
    assert (finding["ok"], finding["advice"]) == (False, "tabuah server handback")
    assert str(branch["differs_at"]) in finding["finding"]
    handback(forked, capsys, "--keep-server")
    assert "histories" not in doctor(forked, capsys)


def doctor(directory: Path, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> dict[str, dict[str, object]]:
    assert run(["doctor", "--quick", "--json", "--data", str(directory)]) == code
    return {check["check"]: check for check in json.loads(capsys.readouterr().out)}


def test_handback_command_takes_the_consoles_history(forked: Path, capsys: pytest.CaptureFixture[str]):
    with ServerJournal.open(forked, serving=True):
        assert run(["server", "handback", "--take-consoles", "--data", str(forked)]) != 0
    assert "dewi" in users_of(forked)
    capsys.readouterr()
    (decision,) = json.loads(handback(forked, capsys, "--take-consoles", "--json"))["decisions"]
    assert (decision["kept"], decision["given_up"], decision["written"]) == ("consoles", 1, 1)
    assert users_of(forked) == {"ani", "budi", "citra", "dewi"}
    assert run(["audit", "verify", "--data", str(forked)]) == 0
    assert run(["audit", "verify", str(forked / decision["files"][0])]) == 0


def test_history_file_with_another_record_fails_the_audit(forked: Path, capsys: pytest.CaptureFixture[str]):
    (decision,) = json.loads(handback(forked, capsys, "--take-consoles", "--json"))["decisions"]
    path = forked / decision["files"][0]
    path.write_text(path.read_text().replace("dewi", "deni"))
    assert run(["audit", "verify", str(path)]) == ExitCode.DAMAGED


def test_history_file_is_in_the_backup(forked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (decision,) = json.loads(handback(forked, capsys, "--take-consoles", "--json"))["decisions"]
    back_up_server(forked, tmp_path / "saved")
    restore_server(tmp_path / "saved", tmp_path / "restored")
    assert run(["audit", "verify", str(tmp_path / "restored" / decision["files"][0])]) == 0


def users_of(directory: Path) -> set[str]:
    with ServerJournal.open(directory) as journal:
        return set(journal.authority.users)
