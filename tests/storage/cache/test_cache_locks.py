"""Several connections of one process, and other processes, share a cache without losing SQLite's locks."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.storage.cache.store import ConsoleStore

_LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM outbox').fetchall()"


def look_from_another_process(path: Path) -> None:
    subprocess.run([sys.executable, "-c", f"{_LOOK}; c.close()", str(path)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no file that is open")
def test_second_store_keeps_locks_of_first(tmp_path: Path):
    """Closing any descriptor of a file drops all POSIX locks of its process on that file.

    Without locks the next process to close assumes that it is the last one and deletes the write-ahead log.
    """
    with open_store(tmp_path) as window:
        report_incident_at(window, "dari jendela")
        ConsoleStore(tmp_path).close()
        look_from_another_process(window.path)
        assert window.path.with_name("cache.gpkg-wal").exists()


def test_saved_entry_is_visible_to_all_readers(tmp_path: Path):
    with open_store(tmp_path) as window:
        report_incident_at(window, "pertama")
        ConsoleStore(tmp_path).close()
        look_from_another_process(window.path)
        report_incident_at(window, "kedua")
        beside = sqlite3.connect(window.path)
        assert beside.execute("SELECT count(*) FROM outbox").fetchone() == (2,)
        assert beside.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        beside.close()
