"""The demonstration's processes: listened to, ended in order, and never left behind, however their parent ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tabuah.console.demo.children import Child, Children
from tabuah.console.demo.errors import ChildFailed

pytestmark = pytest.mark.journey

SERVE = ("server", "--port", "0", "--json", "--data")
# A parent that begins a server, tells its process and waits to be ended.
PARENT = """
import sys, time
from tabuah.console.demo.children import Children
with Children() as children:
    server = children.begin("server", ["server", "--port", "0", "--json", "--data", sys.argv[1]])
    print(server.line(1, within_s=30), flush=True)
    time.sleep(60)
"""


def is_gone(pid: int, *, within_s: float = 12.0) -> bool:
    """Whether a process has ended; one that only waits to be collected has."""
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


def test_a_child_speaks_and_ends_when_it_is_asked(tmp_path: Path):
    with Children() as children:
        server = children.begin("server", [*SERVE, str(tmp_path)])
        assert '"url"' in server.line(1, within_s=30)
        children.check()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert not server.is_running


def test_children_end_when_something_goes_wrong_between(tmp_path: Path):
    begun: list[Child] = []

    def fail_between() -> None:
        with Children() as children:
            begun.append(children.begin("server", [*SERVE, str(tmp_path)]))
            begun[0].line(1, within_s=30)
            raise RuntimeError("between")

    with pytest.raises(RuntimeError, match="between"):
        fail_between()
    assert not begun[0].is_running


def test_a_child_that_fails_is_told_with_what_it_said(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    with Children() as children:
        server = children.begin("server", [*SERVE, str(tmp_path / "file")])
        deadline = time.monotonic() + 30
        while server.is_running and time.monotonic() < deadline:
            time.sleep(0.05)
        with pytest.raises(ChildFailed, match="file"):
            children.check()


def test_a_child_that_says_nothing_is_given_up(tmp_path: Path):
    silent = Child("silent", ["backup", "--help"], {"TABUAH_LANGUAGE": "en"})
    try:
        assert silent.line(1, within_s=30).startswith("Usage")
    finally:
        silent.end()
    stuck = Child("stuck", [*SERVE, str(tmp_path)], {})
    try:
        with pytest.raises(ChildFailed):
            stuck.line(1, within_s=0.0)
    finally:
        stuck.end()
    assert not stuck.is_running


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("way", ["terminate", "kill"])
def test_no_child_outlives_its_parent(way: str, tmp_path: Path):
    import json

    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = json.loads(parent.stdout.readline())["pid"]
        getattr(parent, way)()
    assert is_gone(server)
