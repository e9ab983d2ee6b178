"""The file of a queue: its versions, and opening it while another thread writes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import UnusableNotices

FIRST = "CREATE TABLE sent (id INTEGER PRIMARY KEY);"
SECOND = "ALTER TABLE sent ADD COLUMN at TEXT; CREATE TABLE links (id INTEGER PRIMARY KEY);"


def open_queue(folder: Path, *scripts: str) -> QueueFile:
    return QueueFile(folder / "queue.db", scripts, error=UnusableNotices)


def columns(queue: QueueFile) -> list[str]:
    return [str(row[1]) for row in queue.rows("PRAGMA table_info(sent)")]


def test_queue_file_of_an_older_version_keeps_its_rows(tmp_path: Path):
    with open_queue(tmp_path, FIRST) as queue, queue.transaction():
        queue.run("INSERT INTO sent VALUES (7)")
    with open_queue(tmp_path, FIRST, SECOND) as queue:
        assert columns(queue) == ["id", "at"]
        assert queue.rows("SELECT id, at FROM sent") == [(7, None)]
    with open_queue(tmp_path, FIRST, SECOND) as queue:
        assert queue.rows("PRAGMA user_version") == [(2,)]
    assert (tmp_path / "queue.db").stat().st_mode & 0o077 == 0


def test_queue_file_of_a_newer_version_is_not_changed(tmp_path: Path):
    open_queue(tmp_path, FIRST, SECOND).close()
    with pytest.raises(UnusableNotices, match=r"queue\.db"):
        open_queue(tmp_path, FIRST)
    with open_queue(tmp_path, FIRST, SECOND) as queue:
        assert columns(queue) == ["id", "at"]


def test_queue_file_whose_migration_fails_stays_as_it_was(tmp_path: Path):
    open_queue(tmp_path, FIRST).close()
    with pytest.raises(UnusableNotices):
        open_queue(tmp_path, FIRST, "ALTER TABLE sent ADD COLUMN at TEXT; CREATE nonsense;")
    with open_queue(tmp_path, FIRST) as queue:
        assert columns(queue) == ["id"]


def test_queue_file_opens_while_another_connection_writes(tmp_path: Path):
    open_queue(tmp_path, FIRST).close()
    with closing(sqlite3.connect(tmp_path / "queue.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with open_queue(tmp_path, FIRST) as queue:  # as `/health` and a link in a message do
            assert queue.rows("SELECT count(*) FROM sent") == [(0,)]


def test_queue_file_that_is_damaged_is_named(tmp_path: Path):
    (tmp_path / "queue.db").write_bytes(b"no database" * 100)
    with pytest.raises(UnusableNotices, match=r"queue\.db"):
        open_queue(tmp_path, FIRST)
