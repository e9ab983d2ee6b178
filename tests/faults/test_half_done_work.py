"""Wipes of exercises and migrations that are killed at random moments are completed or undone at the next start."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from faults.kill_loop import DRILL_FILE, PAGE, PUSH, REAL_FILE
from hypothesis import settings
from support.console_stores import add_users, enrol, open_store, pull_page, report_incident_at, sync
from support.readings_fixture import gauge

from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.attachments import BLOB_FOLDER
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.readings.schema import NEWEST_VERSION
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX"),
]

KILL_LOOP = Path(__file__).with_name("kill_loop.py")
TIMES = 40 if settings.get_current_profile_name() == "long" else 3
DRILL = "gempa-1"
AN_HOUR_AGO_S = datetime.now(UTC).timestamp() - 3600


def kill_repeatedly(job: str, template: Path) -> None:
    """Let the loop run; the template is a directory that is not open."""
    command = [sys.executable, str(KILL_LOOP), job, str(template), str(TIMES), "1"]
    environment = {**os.environ, "TABUAH_KEYRING": "file"}
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def write_in_both_worlds(store: ConsoleStore) -> None:
    """Start an exercise, and report an incident with a file in it and in the real world."""
    store.save(start_exercise("Gempa", known=(), suffix="1"))
    for content, title, exercise_id in ((DRILL_FILE, "Latihan", DRILL), (REAL_FILE, "Banjir", "")):
        caller = "Pak Rusdi 0812" if exercise_id else ""
        incident = report_incident_at(
            store, title, caller=caller, exercise=bool(exercise_id), exercise_id=exercise_id
        )
        blob = store.attachments.files.add(content)
        body = IncidentAttached(sha256=blob.sha256, name="a.txt", media_type="text/plain", size=blob.size)
        store.save(attach_to_incident(incident, body))


def add_files_and_readings(directory: Path) -> None:
    """Store both files, an hour ago, and a reading of each world."""
    files = BlobStore(directory / BLOB_FOLDER)
    for content in (DRILL_FILE, REAL_FILE):
        os.utime(files.path_of(files.add(content).sha256), (0, AN_HOUR_AGO_S))
    at = datetime.now(UTC) - timedelta(minutes=5)
    drill = code_in_exercise(gauge(1).code, DRILL)
    with ReadingsStore(directory / FILE_NAME) as readings:
        readings.store([Reading(drill, "stage_m", at, 9.9), Reading(gauge(1).code, "stage_m", at, 1.5)])


@pytest.fixture
def both_worlds(tmp_path: Path) -> Path:
    """Return a folder with a server and the console of budi, both with an exercise whose wipe is still to come."""
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "budi") as budi:
            for name, store in (("ani", ani), ("budi", budi)):
                enrol(journal, store, name)
                sync(store, journal)
            write_in_both_worlds(ani)
            sync(ani, journal)
            sync(budi, journal)
            for directory in (tmp_path / "server", budi.directory):
                add_files_and_readings(directory)
            journal.submit(record_files).result()
            for change in (end_exercise, wipe_exercise):
                ani.save(change(ani.exercises()[0]))
            request = PushRequest(device=ani.device, entries=tuple(e.signed for e in ani.outbox_after(0, 100)))
            (tmp_path / "server" / PUSH).write_bytes(msgspec.json.encode(request))
    shutil.copytree(tmp_path / "server", tmp_path / "later")
    with ServerJournal.open(tmp_path / "later") as journal, open_store(tmp_path / "budi") as budi:
        journal.push(request)
        (budi.directory / PAGE).write_bytes(msgspec.json.encode(pull_page(journal, budi.head.seq)))
    return tmp_path


def record_files(batch: AdmissionBatch) -> None:
    """Record both files as uploaded."""
    for content in (DRILL_FILE, REAL_FILE):
        row = (hashlib.sha256(content).hexdigest(), len(content), "ani", batch.now.isoformat())
        batch.connection.exec_driver_sql("INSERT INTO blobs VALUES (?, ?, ?, ?)", row)


def go_back(file: Path, *statements: str) -> None:
    """Change a database back to an older version."""
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("tabuah_writer", 0, lambda: 1)
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_killed_exercise_wipe_on_a_console_is_completed(both_worlds: Path):
    kill_repeatedly("console-wipe", both_worlds / "budi")


def test_killed_exercise_wipe_on_a_server_is_completed(both_worlds: Path):
    kill_repeatedly("server-wipe", both_worlds / "server")


@pytest.mark.parametrize("is_new", [True, False])
def test_killed_migration_of_a_cache_is_completed(tmp_path: Path, is_new: bool):
    template = tmp_path / "cache"
    template.mkdir()
    if not is_new:
        with ServerJournal.open(tmp_path / "server") as journal, open_store(template) as store:
            add_users(journal, ani=Role.OPERATOR)
            enrol(journal, store, "ani")
            report_incident_at(store, caller="Pak Rusdi 0812")
            sync(store, journal)
            path = store.path
        go_back(
            path,
            "DELETE FROM meta WHERE key = 'search_index'",
            "DROP TABLE search_text",
            "DROP TABLE search_rows",
            "DROP INDEX personal_unsent",
            "ALTER TABLE personal DROP COLUMN unsent",
            "ALTER TABLE blobs DROP COLUMN about",
            "DELETE FROM _sqlite_migrations WHERE name >= '0008'",
        )
    kill_repeatedly("cache-migration", template)


@pytest.mark.parametrize("is_new", [True, False])
def test_killed_migration_of_readings_is_completed(tmp_path: Path, is_new: bool):
    template = tmp_path / "readings"
    template.mkdir()
    if not is_new:
        with ReadingsStore(template / FILE_NAME) as readings:
            readings.store([Reading(gauge(1).code, "stage_m", datetime.now(UTC), 1.5)])
        go_back(
            template / FILE_NAME,
            "DROP TABLE typed_in_replaced",
            "DROP INDEX typed_in_settled",
            "ALTER TABLE typed_in DROP COLUMN settled",
            f"PRAGMA user_version = {NEWEST_VERSION - 1}",
        )
    kill_repeatedly("readings-migration", template)


@pytest.mark.parametrize("is_new", [True, False])
def test_killed_migration_of_a_journal_is_completed(tmp_path: Path, is_new: bool):
    template = tmp_path / "server"
    template.mkdir()
    if not is_new:
        with ServerJournal.open(template) as journal:
            add_users(journal, ani=Role.OPERATOR, budi=Role.OPERATOR)
            path = journal.directory.path / JOURNAL_NAME
        go_back(
            path,
            *(
                f"ALTER TABLE refresh_tokens DROP COLUMN {name}"
                for name in ("device", "opened_at", "issued_at", "epoch")
            ),
            *(
                f"DROP TABLE {name}"
                for name in ("reset_codes", "second_factors", "recovery_codes", "handback_records")
            ),
            "PRAGMA user_version = 4",
        )
    kill_repeatedly("journal-migration", template)
