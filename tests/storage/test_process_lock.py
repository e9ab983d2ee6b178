"""Tests of the process lock: one holder, its name, and its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tabuah.storage.process_lock import AlreadyLocked, ProcessLock

HOLDER = """
import sys
from pathlib import Path
from tabuah.storage.process_lock import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
lock.acquire()
print("locked", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLDER, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


def test_process_lock_names_the_holding_process(tmp_path: Path):
    path = tmp_path / "server.lock"
    with hold(path) as process:
        with pytest.raises(AlreadyLocked) as refused:
            ProcessLock(path).acquire()
        assert refused.value.holder == str(process.pid)
        process.communicate("")
    ProcessLock(path).acquire()


def test_process_lock_ends_with_a_killed_holder(tmp_path: Path):
    path = tmp_path / "server.lock"
    with hold(path) as process:
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        process.wait(10)
    lock = ProcessLock(path)
    lock.acquire()
    lock.release()


def test_process_lock_excludes_locks_of_same_process(tmp_path: Path):
    one, other = ProcessLock(tmp_path / "sync.lock"), ProcessLock(tmp_path / "sync.lock")
    one.acquire()
    for lock in (one, other):
        with pytest.raises(AlreadyLocked) as refused:
            lock.acquire()
        assert refused.value.holder == str(os.getpid())
    one.release()
    other.acquire()
    other.release()


def test_process_lock_leaves_its_file(tmp_path: Path):
    lock = ProcessLock(tmp_path / "window.lock")
    lock.acquire()
    lock.release()
    lock.release()
    assert [each.name for each in tmp_path.iterdir()] == ["window.lock"]


def test_process_lock_holds_on_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int, _length: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "sync.lock"
    monkeypatch.setattr(os, "ftruncate", fail)
    lock = ProcessLock(path)
    lock.acquire()
    with pytest.raises(AlreadyLocked, match="another process"):
        ProcessLock(path).acquire()
    lock.release()
