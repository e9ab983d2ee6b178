"""Kills a piece of work at random moments, and checks its data after the next start.

Run as `python kill_loop.py JOB TEMPLATE TIMES SEED`. Each time the work runs in a process of its own on a copy of the
template. It ends with an error if something half done remains.
"""

import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec
from support.wait import wait_until_true

from tabuah.server.attachments.unnamed_blobs import BlobCollector
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.service import ReadingsService
from tabuah.server.stream import Broadcaster
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.attachments import BLOB_FOLDER
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

REAL_FILE, DRILL_FILE = b"nyata", b"latihan"
PAGE, PUSH = "wipe-page.json", "wipe-push.json"


@dataclass(frozen=True)
class KilledWork:
    """Work on a directory, and the check of the directory after it was killed and started again."""

    run: Callable[[Path], object]
    check: Callable[[Path], object]


def open_cache(directory: Path) -> None:
    ConsoleStore(directory).close()


def check_cache(directory: Path) -> None:
    with closing(ConsoleStore(directory)) as store:
        assert store.find_damage() == store.checks.find_damage() == ""
        if store.head.seq:  # an old cache, not a new one
            assert [incident.title for incident in store.incidents()] == ["Banjir"]
            assert store.unsent_personal() == ()
            assert store.attachments.waiting() == ()


def open_readings(directory: Path) -> None:
    ReadingsStore(directory / FILE_NAME).close()


def check_readings(directory: Path) -> None:
    with ReadingsStore(directory / FILE_NAME) as readings:
        assert [reading.value for reading in readings.latest()] in ([], [1.5])
        assert readings.count_manual_readings().waiting == 0


def open_journal(directory: Path) -> None:
    with ServerJournal.open(directory):
        pass


def check_journal(directory: Path) -> None:
    with ServerJournal.open(directory) as journal:
        assert journal.head().seq == len(journal.records_after(0, 1000)) > 0
        assert journal.authority.users.keys() in (set(), {"ani", "budi"})


def wipe_on_console(directory: Path) -> None:
    """Pull the wipe, and delete files and readings, as each sync and each start do."""
    with closing(ConsoleStore(directory)) as store:
        store.apply_pull(msgspec.json.decode((directory / PAGE).read_bytes(), type=PullReply))
        store.delete_wiped_exercises()


def check_wiped_console(directory: Path) -> None:
    wipe_on_console(directory)
    with closing(ConsoleStore(directory)) as store:
        assert store.delete_wiped_exercises()
        assert [incident.title for incident in store.incidents()] == ["Banjir"]
        assert store.find_damage() == store.checks.find_damage() == ""
        assert store.checks.audit().findings == ()
        with closing(sqlite3.connect(store.path)) as file:
            assert file.execute("SELECT count(*) FROM personal").fetchone() == (0,)
    check_what_is_left(directory)


def check_what_is_left(directory: Path) -> None:
    """Only the file and the reading of real work are left."""
    files = BlobStore(directory / BLOB_FOLDER)
    assert {files.read(sha256) for sha256 in files.stored()} == {REAL_FILE}
    with ReadingsStore(directory / FILE_NAME) as readings:
        assert [reading.value for reading in readings.latest()] == [1.5]


def wipe_on_server(directory: Path) -> None:
    """Admit the wipe, and delete readings and files, as a running server does."""
    request = msgspec.json.decode((directory / PUSH).read_bytes(), type=PushRequest)
    files = BlobStore(directory / BLOB_FOLDER)
    with ServerJournal.open(directory) as journal:
        readings, collector = ReadingsService(journal, Broadcaster(), directory), BlobCollector(journal, files, {})
        readings.start()
        try:
            journal.push(request)
            collector.start()
            wait_until_true(lambda: len(files.stored()) == 1)
            collector.stop()
        finally:
            readings.stop()


def check_wiped_server(directory: Path) -> None:
    wipe_on_server(directory)
    with ServerJournal.open(directory) as journal:
        titles = [state.value.title for state in journal.states_of_kind("incident").values() if state.value]
        assert titles == ["Banjir"]
        assert journal.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM personal_values").scalar()) == 0
        assert journal.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM blobs").scalar()) == 1
    check_what_is_left(directory)


JOBS = {
    "cache-migration": KilledWork(open_cache, check_cache),
    "readings-migration": KilledWork(open_readings, check_readings),
    "journal-migration": KilledWork(open_journal, check_journal),
    "console-wipe": KilledWork(wipe_on_console, check_wiped_console),
    "server-wipe": KilledWork(wipe_on_server, check_wiped_server),
}


def begin(work: Callable[[Path], object], directory: Path) -> int:
    """Run work in a process of its own; return its id."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        work(directory)
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)


def end(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(job: KilledWork, template: Path, *, times: int, draw: random.Random) -> int:
    """Kill and check repeatedly; return how many kills hit unfinished work."""
    hits = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(template, Path(folder) / "whole"))
        began_s = time.monotonic()
        assert end(begin(job.run, copy)) == 0
        whole_s = time.monotonic() - began_s
        for number in range(times):
            copy = Path(shutil.copytree(template, Path(folder) / str(number)))
            pid = begin(job.run, copy)
            time.sleep(draw.uniform(0.0, whole_s))
            os.kill(pid, signal.SIGKILL)
            hits += end(pid) == -signal.SIGKILL
            assert end(begin(job.check, copy)) == 0, f"kill {number} left something half done"
            shutil.rmtree(copy)
    return hits


if __name__ == "__main__":
    print(main(JOBS[sys.argv[1]], Path(sys.argv[2]), times=int(sys.argv[3]), draw=random.Random(int(sys.argv[4]))))
