"""The processes of the demonstration: output, orderly end, and no orphans."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tabuah.console.demo.errors import ProcessFailed
from tabuah.console.demo.processes import DemoProcess, DemoProcesses

pytestmark = pytest.mark.journey

SERVE = ("server", "--port", "0", "--json", "--data")
# A parent that starts a server, prints its process id and waits to be killed.
PARENT = """
import sys, time
from tabuah.console.demo.processes import DemoProcesses
with DemoProcesses() as children:
    server = children.begin("server", ["server", "--port", "0", "--json", "--data", sys.argv[1]])
    print(server.line(1, within_s=30), flush=True)
    time.sleep(60)
"""


def is_gone(pid: int, *, within_s: float = 12.0) -> bool:
    """Return whether a process has ended; a zombie counts as ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_process_prints_and_ends_on_request(tmp_path: Path):
    with DemoProcesses() as children:
        server = children.begin("server", [*SERVE, str(tmp_path)])
        assert '"url"' in server.line(1, within_s=30)
        children.check()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert not server.is_running


def test_processes_end_after_an_error(tmp_path: Path):
    begun: list[DemoProcess] = []

    def fail_between() -> None:
        with DemoProcesses() as children:
            begun.append(children.begin("server", [*SERVE, str(tmp_path)]))
            begun[0].line(1, within_s=30)
            raise RuntimeError("between")

    with pytest.raises(RuntimeError, match="between"):
        fail_between()
    assert not begun[0].is_running


def test_failed_process_is_reported_with_its_output(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    with DemoProcesses() as children:
        server = children.begin("server", [*SERVE, str(tmp_path / "file")])
        deadline = time.monotonic() + 30
        while server.is_running and time.monotonic() < deadline:
            time.sleep(0.05)
        with pytest.raises(ProcessFailed, match="file"):
            children.check()


def test_silent_process_times_out(tmp_path: Path):
    silent = DemoProcess("silent", ["backup", "--help"], {"TABUAH_LANGUAGE": "en"})
    try:
        assert silent.line(1, within_s=30).startswith("Usage")
    finally:
        silent.end()
    stuck = DemoProcess("stuck", [*SERVE, str(tmp_path)], {})
    try:
        with pytest.raises(ProcessFailed):
            stuck.line(1, within_s=0.0)
    finally:
        stuck.end()
    assert not stuck.is_running


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("way", ["terminate", "kill"])
def test_process_ends_with_its_parent(way: str, tmp_path: Path):
    import json

    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = json.loads(parent.stdout.readline())["pid"]
        getattr(parent, way)()
    assert is_gone(server)
