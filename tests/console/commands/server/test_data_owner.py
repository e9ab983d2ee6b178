"""The owner of what root's commands write into the data of a service with a user of its own."""

import os
import sys
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.running_server import PASSWORD

from tabuah.console.commands.people.login import PASSWORD_VARIABLE
from tabuah.console.commands.server.data_owner import give_to_owner, root_files
from tabuah.server.backup import back_up_server

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root writes into the data of others"
)
SERVICE = 65534  # any user but root


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    """The command line of root on a server whose data belong to the user of the service."""
    console = CommandLineConsole(tmp_path / "server", capsys)
    console.directory.mkdir()
    os.chown(console.directory, SERVICE, -1)
    console.run("server", "init")
    return console


def owners(directory: Path) -> set[int]:
    return {path.lstat().st_uid for path in (directory, *directory.rglob("*"))}


def test_commands_of_root_leave_files_of_the_service(
    server: CommandLineConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    server.run("server", "tls", "init", "--name", "tabuah.example")
    server.run("server", "user", "add", "bws", "--role", "gateway", "--opd", "BWS")
    server.run("server", "tls", "gateway", "bws", "--file", str(tmp_path / "bws.pem"))
    server.run("server", "tls", "renew", "--name", "other.example")
    server.run("server", "config", "--write")
    server.run("server", "feeds")
    assert (server.directory / "tls" / "gateways").is_dir()
    assert owners(server.directory) == {SERVICE}
    assert (tmp_path / "bws.pem").stat().st_uid == 0  # root's own copy of the secret


def test_restore_into_a_folder_of_the_service_stays_its(server: CommandLineConsole, tmp_path: Path):
    back_up_server(server.directory, tmp_path / "backup")
    into = tmp_path / "restored"
    into.mkdir()
    os.chown(into, SERVICE, -1)
    server.run("server", "restore", str(tmp_path / "backup"), "--into", str(into))
    assert owners(into) == {SERVICE}


def test_links_and_files_of_the_system_stay_root_s(server: CommandLineConsole, tmp_path: Path):
    outside = tmp_path / "shadow"
    outside.write_text("secret")
    (server.directory / "linked").hardlink_to(outside)
    (server.directory / "pointing").symlink_to(outside)
    (server.directory / "own").write_text("root's")
    (server.directory / "blobs").mkdir()
    give_to_owner(server.directory, SERVICE)
    assert (outside.stat().st_uid, (server.directory / "pointing").lstat().st_uid) == (0, 0)
    assert {(server.directory / name).stat().st_uid for name in ("own", "blobs")} == {SERVICE}


def test_doctor_reports_files_of_root(server: CommandLineConsole):
    (server.directory / "server.toml").write_text("port = 8410\n")
    assert root_files(server.directory) == ["server.toml"]
    assert "chown -R" in server.run("doctor", "--quick", code=6)


def test_server_of_another_user_is_not_run_as_root(server: CommandLineConsole):
    server.run("server", code=2)
    assert "runuser" in server.errors
