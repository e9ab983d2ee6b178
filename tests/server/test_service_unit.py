"""The unit of systemd: quoting, verification by systemd itself, and the report of readiness."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tabuah.server.service_unit import READY, ServiceUnit, notify_ready, quote_for_systemd

SYSTEMD = shutil.which("systemd-analyze")


def unit(directory: Path, **changes: object) -> ServiceUnit:
    values = {
        "command": (sys.executable, "-m", "tabuah", "server", "--data", str(directory)),
        "user": "root",
        "directory": directory,
        "port": 8410,
    }
    return ServiceUnit(**{**values, **changes})  # type: ignore[arg-type]


def test_words_of_a_unit_are_quoted():
    assert quote_for_systemd('/srv/a b/"x"/100%/$HOME\\') == '"/srv/a b/\\"x\\"/100%%/$$HOME\\\\"'


def test_unit_writes_its_data_and_backups_only(tmp_path: Path):
    text = unit(Path("/srv/tabuah"), writable=[Path("/mnt/backups")]).systemd_text()
    assert 'ReadWritePaths="/srv/tabuah" "-/mnt/backups"\n' in text
    assert "ProtectSystem=strict\n" in text
    assert "CapabilityBoundingSet=\n" in text
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n" in unit(Path("/srv/tabuah"), port=443).systemd_text()
    assert "ProtectHome=read-only" in unit(Path("/", "home", "bpbd", "tabuah")).systemd_text()


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["server", "data 100% $HOME"])
def test_systemd_accepts_the_unit(tmp_path: Path, name: str):
    file = tmp_path / "tabuah.service"
    folders = [Path("/mnt") / name]
    file.write_text(unit(Path("/srv") / name, port=443, writable=folders).systemd_text(), "utf-8")
    assert SYSTEMD is not None
    checked = subprocess.run([SYSTEMD, "verify", "--man=no", str(file)], capture_output=True, text=True, check=False)
    about = [line for line in checked.stderr.splitlines() if "tabuah" in line]
    assert about == []


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
def test_readiness_is_reported_to_systemd(tmp_path: Path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiving:
        path = tmp_path / "notify"
        if len(os.fsencode(path)) > 100:
            pytest.skip("the path is too long for a socket")
        receiving.bind(str(path))
        assert notify_ready({"NOTIFY_SOCKET": str(path)})
        assert receiving.recv(100) == READY
    assert not notify_ready({})
    assert not notify_ready({"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_windows_script_quotes_its_paths():
    text = unit(Path("C:/Data/BPBD's server")).windows_script()
    assert "$data = 'C:/Data/BPBD''s server'" in text
    assert "not run by the authors" in text
