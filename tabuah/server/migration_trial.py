"""A dry run of migrations: on copies of the databases, which are then checked and deleted; the server may run."""

import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.exc import DBAPIError

from tabuah.resources.localisation import _
from tabuah.server.audit import audit_server, check_server_databases
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.server.database.engine import database_url, open_engine
from tabuah.server.database.error_translation import translate_database_error
from tabuah.server.database.migrations import migrate
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import DamagedData, NotInitialised, StorageFull
from tabuah.storage.backup.database_copy import DatabaseSnapshot
from tabuah.storage.backup.errors import BackupError, expected_backup_errors
from tabuah.storage.journal.audit import AuditFinding
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME
from tabuah.storage.readings.store import ReadingsStore

FOLDER_PREFIX: Final = "migration-"
SPARE_BYTES: Final = 200_000_000


class DatabaseVersions(msgspec.Struct, frozen=True, kw_only=True):
    """The format of a database as found, and after its migrations."""

    file: str
    found: int
    after: int


class MigrationTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a dry run; `findings` are those of the audit of the migrated journal."""

    databases: tuple[DatabaseVersions, ...]
    took_s: float
    head: int
    findings: tuple[AuditFinding, ...]


def try_migrations(directory: Path, *, database: str = "") -> MigrationTrial:
    """Migrate copies of the databases, check them as `tabuah doctor` does, and audit the journal.

    Raises:
        ServerError: there is no server, the disk has no room for the copies, or the migrations fail.
        BackupError: a database cannot be copied, or is damaged.
    """
    journal_path = Path(database_url(directory, database).database or "")
    key_path = ServerDirectory(directory).key_path
    if not journal_path.is_file() or not key_path.is_file():
        raise NotInitialised(
            _("There is no server data in {directory}. Run: tabuah server init").format(directory=directory)
        )
    sources = {JOURNAL_NAME: journal_path, READINGS_NAME: directory / READINGS_NAME}
    present = {name: path for name, path in sources.items() if path.is_file()}
    _check_space(directory, present)
    with (
        expected_backup_errors(directory),
        tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=directory, ignore_cleanup_errors=True) as name,
    ):
        copy = Path(name)
        for file, path in present.items():
            with DatabaseSnapshot(path) as snapshot:
                snapshot.copy_to(copy / file)
        shutil.copyfile(key_path, copy / key_path.name)
        return _migrate_and_check(copy, tuple(present))


def _check_space(directory: Path, present: dict[str, Path]) -> None:
    """Refuse to fill the disk of a running server, which would take no more entries.

    Raises:
        StorageFull: there is no room for the copies.
    """
    needed = SPARE_BYTES + 2 * sum(path.stat().st_size for path in present.values())
    free = shutil.disk_usage(directory).free
    if free < needed:
        text = _("A dry run needs {needed} MB on the disk of {directory}; {free} MB are free. Nothing was changed.")
        raise StorageFull(text.format(needed=needed // 1_000_000 + 1, directory=directory, free=free // 1_000_000))


def _migrate_and_check(copy: Path, files: tuple[str, ...]) -> MigrationTrial:
    found = {file: _version_of(copy / file) for file in files}
    began_s = time.monotonic()
    _migrate_journal(copy)
    migrate_readings(copy)
    took_s = time.monotonic() - began_s
    check_server_databases(copy)
    report = audit_server(copy)
    databases = tuple(
        DatabaseVersions(file=file, found=version, after=_version_of(copy / file)) for file, version in found.items()
    )
    return MigrationTrial(
        databases=databases, took_s=round(took_s, 1), head=report.head, findings=tuple(report.findings)
    )


def _migrate_journal(copy: Path) -> None:
    engine = open_engine(database_url(copy))
    try:
        with engine.connect() as connection:
            migrate(connection)
    except DBAPIError as error:
        raise translate_database_error(error) or DamagedData(str(error.orig)) from error
    finally:
        engine.dispose()


def migrate_readings(directory: Path) -> None:
    """Migrate the readings of a directory, if it has any.

    Raises:
        BackupError: they cannot be opened.
    """
    if not (directory / READINGS_NAME).is_file():
        return
    try:
        with ReadingsStore(directory / READINGS_NAME):
            pass
    except ReadingsError as error:
        raise BackupError(str(error)) from error


def _version_of(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_current(trial: MigrationTrial) -> bool:
    """Return whether no migration is due."""
    return all(each.found == each.after for each in trial.databases)
