"""The thread of a queue: errors, results that cannot be saved yet, and the stop of several threads."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.wait import wait_until_true

from tabuah.server.database.queue_file import QueueFile
from tabuah.server.database.queue_thread import QueueThread, stop_threads
from tabuah.server.errors import UnusableNotices

SCHEMA = "CREATE TABLE sent (name TEXT);"


def queue_in(folder: Path) -> Callable[[], QueueFile]:
    return lambda: QueueFile(folder / "queue.db", (SCHEMA,), error=UnusableNotices)


def test_thread_sends_nothing_while_a_result_cannot_be_saved(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    sent: list[str] = []
    attempts = 0
    done = threading.Event()

    def note(queue: QueueFile, name: str) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 4:
            raise UnusableNotices("the disk is full")
        with queue.transaction():
            queue.run("INSERT INTO sent VALUES (?)", (name,))

    def work(queue: QueueFile) -> None:
        for name in ("first", "second"):
            if not queue.rows("SELECT 1 FROM sent WHERE name = ?", (name,)):
                sent.append(name)
                thread.save(queue, lambda found, name=name: note(found, name))  # type: ignore[misc]
        done.set()

    thread = QueueThread("sending", queue_in(tmp_path), work, about="messages", look_every_s=0.01)
    thread.start()
    assert done.wait(20)
    stop_threads([thread])
    assert sent == ["first", "second"]  # each once
    assert attempts == 5
    assert caplog.text.count("the disk is full") == 1  # of three


def test_thread_goes_on_after_a_bug_and_closes_its_connections_at_the_end(tmp_path: Path):
    turns: list[int] = []
    closed = threading.Event()

    def work(_queue: QueueFile) -> None:
        turns.append(1)
        if len(turns) < 3:
            raise RuntimeError("a bug")

    thread = QueueThread("faulty", queue_in(tmp_path), work, about="x", close=closed.set, look_every_s=0.01)
    thread.start()
    wait_until_true(lambda: len(turns) >= 3)
    stop_threads([thread])
    assert closed.is_set()
    assert not thread.is_running


def test_threads_end_their_transfers_together(tmp_path: Path):
    running: list[int] = []
    aborted = threading.Barrier(3, timeout=20)

    def thread_number(number: int) -> QueueThread[QueueFile]:
        ends = threading.Event()

        def work(_queue: QueueFile) -> None:
            running.append(number)
            ends.wait(20)  # a transfer
            aborted.wait()

        return QueueThread(f"n{number}", queue_in(tmp_path), work, about="x", abort=ends.set)

    threads = [thread_number(number) for number in range(3)]
    for each in threads:
        each.start()
    wait_until_true(lambda: len(running) == 3)
    stop_threads(threads)  # one after the other, none would pass the barrier
    assert not aborted.broken
