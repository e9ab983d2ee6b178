"""The file of the queue: migrations from the versions that were shipped."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.flood_limits import Mention
from tabuah.server.errors import UnusableNotices
from tabuah.server.notices.notice_queue import FILE_NAME, NoticeQueue
from tabuah.server.notices.notice_schema import NOTICE_SCHEMA

NOW = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
_THIRD = NOTICE_SCHEMA[:3]


def write_third_version(file: Path) -> None:
    """Write a file as version 3 had it, with a waiting and a sent mention."""
    connection = sqlite3.connect(file)
    for script in _THIRD:
        connection.executescript(script)
    row = ("c", "high", "surel,sms", NOW.isoformat())
    statement = "INSERT INTO mentions (contact, severity, channels, queued_at, alarm, occasion, notice)"
    for more in (("a1", "alarm", ""), ("a1", "escalation/1", "n1")):
        connection.execute(f"{statement} VALUES (?,?,?,?,?,?,?)", (*row, *more))
    connection.execute("INSERT INTO position VALUES (1, 41)")
    connection.execute("PRAGMA user_version = 3")
    connection.commit()
    connection.close()


def test_queue_of_version_3_keeps_its_mentions_and_its_position(tmp_path: Path):
    write_third_version(tmp_path / FILE_NAME)
    with NoticeQueue(tmp_path) as queue:
        assert queue.position() == 41
        waiting = Mention(
            contact="c",
            subject="alarm/a1",
            occasion="alarm",
            severity=AlarmSeverity.HIGH,
            channels=("surel", "sms"),
            queued_at=NOW,
        )
        assert queue.waiting_mentions() == [waiting]
        assert [(each.key, each.notice) for each in queue.sent_mentions("c")] == [
            (("alarm/a1", "escalation/1"), "n1")
        ]
        assert [each.subject for each in queue.mentions_of("n1")] == ["alarm/a1"]
        with queue.transaction():
            queue.take([waiting], until_seq=42)  # known already
        assert queue.waiting_mentions() == [waiting]
    with NoticeQueue(tmp_path) as again:
        assert again.position() == 42


def test_queue_of_version_4_keeps_its_mentions(tmp_path: Path):
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    for script in NOTICE_SCHEMA[:4]:
        connection.executescript(script)
    row = ("c", "alarm/a", "alarm", "high", "sms", NOW.isoformat(), "", 1)
    connection.execute("INSERT INTO mentions VALUES (?,?,?,?,?,?,?,?)", row)
    connection.execute("PRAGMA user_version = 4")
    connection.commit()
    connection.close()
    with NoticeQueue(tmp_path) as queue:
        (found,) = queue.waiting_mentions()
        assert (found.subject, found.is_late, found.is_urgent, found.incident) == ("alarm/a", True, False, "")


def test_known_limits_are_replaced_and_forgotten(tmp_path: Path):
    with NoticeQueue(tmp_path) as queue:
        assert queue.known_limits() is None
        for keys in (set(), {"a", "b"}, {"b", "c"}):
            with queue.transaction():
                queue.know_limits(keys)
            assert queue.known_limits() == keys
        with queue.transaction():
            queue.forget_limits()
        assert queue.known_limits() is None


def test_queue_of_a_newer_version_is_not_opened(tmp_path: Path):
    NoticeQueue(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UnusableNotices):
        NoticeQueue(tmp_path)
