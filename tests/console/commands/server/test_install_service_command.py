"""`tabuah server install-service`, and a run of the command line in the unit."""

import getpass
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tabuah.console.commands.main import run
from tabuah.server.journal import ServerJournal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is on Linux")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with ServerJournal.open(tmp_path / "server"):
        pass
    return tmp_path / "server"


def install(data: Path, *arguments: str) -> int:
    return run(["server", "install-service", *arguments, "--data", str(data)])


def test_service_is_installed_once(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    arguments = ("--user", getpass.getuser(), "--unit-folder", str(tmp_path), "--json")
    assert install(data, *arguments) == 0
    assert '"changed": true' in capsys.readouterr().out
    assert install(data, *arguments) == 0
    assert '"changed": false' in capsys.readouterr().out
    unit = (tmp_path / "tabuah.service").read_text("utf-8")
    assert f"User={getpass.getuser()}\n" in unit
    assert f'"{data}"' in unit


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--user", "nobody-of-here"), "useradd"), (("--user", "a b"), "a b"), (("--user", ""), "")],
)
def test_service_is_refused_with_a_next_step(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
):
    assert install(data, *arguments, "--unit-folder", str(tmp_path)) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "tabuah.service").exists()


def test_service_of_missing_server_or_folder_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert install(tmp_path / "nothing", "--print") == 2
    assert install(data, "--user", getpass.getuser(), "--unit-folder", str(tmp_path / "missing")) == 2
    assert "--print" in capsys.readouterr().err
    (data / "server.toml").write_text("prot = 1\n")
    assert install(data, "--print") == 2


def test_windows_script_is_printed(data: Path, capsys: pytest.CaptureFixture[str]):
    assert install(data, "--windows") == 0
    assert "Register-ScheduledTask" in capsys.readouterr().out


@pytest.mark.journey
def test_command_line_of_the_unit_runs(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (data / "server.toml").write_text("port = 0\n")
    assert install(data, "--print") == 0
    lines = capsys.readouterr().out.splitlines()
    command = shlex.split(next(line for line in lines if line.startswith("ExecStart=")).removeprefix("ExecStart="))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiving:
        receiving.bind("\0tabuah-test-" + str(os.getpid()))
        receiving.settimeout(120)
        environment = {**os.environ, "NOTIFY_SOCKET": f"@tabuah-test-{os.getpid()}"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            try:
                assert receiving.recv(100) == b"READY=1"
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) in (0, -signal.SIGTERM)  # to systemd, both are a clean end
            finally:
                process.kill()
