"""Several connections of one process and other processes share a cache without losing SQLite's locks."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from consoles import open_store, report

from tabuah.storage.cache.store import ConsoleStore

_LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM outbox').fetchall()"


def look_from_another_process(path: Path) -> None:
    subprocess.run([sys.executable, "-c", f"{_LOOK}; c.close()", str(path)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no file that is open")
def test_opening_a_second_store_does_not_drop_the_locks_of_the_first(tmp_path: Path):
    """Closing any descriptor of a file drops all POSIX locks that its process has there.

    Without them the next process to close believes that it is the last one and deletes the write-ahead log under us.
    """
    with open_store(tmp_path) as window:
        report(window, "dari jendela")
        ConsoleStore(tmp_path).close()
        look_from_another_process(window.path)
        assert window.path.with_name("cache.gpkg-wal").exists()


def test_what_is_saved_beside_other_readers_is_seen_by_everybody(tmp_path: Path):
    with open_store(tmp_path) as window:
        report(window, "pertama")
        ConsoleStore(tmp_path).close()
        look_from_another_process(window.path)
        report(window, "kedua")
        beside = sqlite3.connect(window.path)
        assert beside.execute("SELECT count(*) FROM outbox").fetchone() == (2,)
        assert beside.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        beside.close()
