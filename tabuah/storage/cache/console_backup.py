"""Backup and restore of a console: journal, imported layers, manual readings, attachments and relayed work."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.resources.localisation import _
from tabuah.storage.backup.archive import BackupReader, BackupWriter
from tabuah.storage.backup.database_copy import check_integrity
from tabuah.storage.backup.errors import BackupError, DamagedBackup, expected_backup_errors
from tabuah.storage.backup.manifest import BackupKind, BackupManifest
from tabuah.storage.backup.restored_folder import restored_folder
from tabuah.storage.cache.attachments import BLOB_FOLDER
from tabuah.storage.cache.bundles.relayed_boxes import FOLDER as BOX_FOLDER
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.map.maps import FOLDER as MAP_FOLDER
from tabuah.storage.cache.meta import CacheMeta
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME
from tabuah.storage.readings.store import ReadingsStore

_HASH: Final = re.compile("[0-9a-f]{64}")
_SETTINGS: Final = ("*.toml", "*.json", "*.npz")  # with the profile of the regency and its map
_LEFT_OUT: Final = ("session.json", "sync-failure.json")
_FIRST_MOMENT: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LAST_MOMENT: Final = datetime(9999, 1, 1, tzinfo=UTC)
_SQLITE_HEADER: Final = b"SQLite format 3\0"


def back_up_console(store: ConsoleStore, file: Path) -> BackupManifest:
    """Write a backup of a console in use to one file; an existing file stays until the copy is verified.

    It has no keys, sessions, readings of sensors or tile archives: those come from their sources again.

    Raises:
        BackupError, CacheError, ReadingsError: the copy could not be written, or the data are damaged.
    """
    with BackupWriter(file, packed=True) as writer, expected_backup_errors(writer.folder):
        copy = writer.path_of(CACHE_NAME)
        store.back_up(copy)
        manifest = _describe_cache(copy, copied_at=store.now())
        writer.add(CACHE_NAME)
        readings = _copy_readings(writer, store.directory)
        attachments, damaged = _copy_attachments(writer, store.directory)
        for name in _other_files(store.directory):
            writer.add(name, store.directory / name)
        return writer.finish(
            msgspec.structs.replace(manifest, readings=readings, attachments=attachments, damaged=damaged)
        )


def _describe_cache(path: Path, *, copied_at: datetime) -> BackupManifest:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        meta = CacheMeta(connection)
        subjects, pending = connection.execute(
            "SELECT (SELECT count(*) FROM subjects), (SELECT count(*) FROM outbox)"
        ).fetchone()
        return BackupManifest(
            kind=BackupKind.CONSOLE,
            program=version("tabuah"),
            copied_at=copied_at,
            server=meta.read("server"),
            seq=meta.journal_head.seq,
            hash=meta.journal_head.hash,
            subjects=subjects,
            readings=0,
            attachments=0,
            pending=pending,
        )


def _copy_readings(writer: BackupWriter, directory: Path) -> int:
    if not (directory / READINGS_NAME).is_file():
        return 0
    with ReadingsStore(directory / READINGS_NAME) as readings:
        found = readings.manual_readings_between(None, _FIRST_MOMENT, _LAST_MOMENT)
        replaced = readings.replaced_manual_readings()
    with ReadingsStore(writer.path_of(READINGS_NAME), durable=True) as copy:
        for each in replaced:  # one at a time: a reading may have been corrected several times
            copy.store_manual_readings([each])
        copy.store_manual_readings([each.manual for each in found])
        copy.settle_manual_readings([(each.manual, each.refused) for each in found if not each.waits])
    writer.add(READINGS_NAME)
    return len(found)


def _copy_attachments(writer: BackupWriter, directory: Path) -> tuple[int, tuple[str, ...]]:
    """Copy attachments and relayed boxes; one that does not fit its name is left out and reported."""
    copied, damaged = 0, []
    for folder in (BLOB_FOLDER, BOX_FOLDER):
        for path in _files_in(directory / folder):
            if not _HASH.fullmatch(path.name):
                continue  # received in part
            added = writer.add(f"{folder}/{path.name}", path)
            if added.sha256 != path.name:
                writer.drop_last(added)
                damaged.append(added.name)
            copied += added.sha256 == path.name
    return copied, tuple(damaged)


def _other_files(directory: Path) -> Iterator[str]:
    """Yield the imported maps and the settings."""
    yield from (f"{MAP_FOLDER}/{path.name}" for path in _files_in(directory / MAP_FOLDER))
    names = {path.name for pattern in _SETTINGS for path in directory.glob(pattern)}
    yield from sorted(names.difference(_LEFT_OUT))


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def restore_console(backup: Path, into: Path) -> BackupManifest:
    """Restore a backup of a console into a new directory; nothing is there before everything is verified.

    The console may have written entries since the copy, which it cannot know. So it goes on under a new key,
    and re-issues the unsent work of the copy; its user logs in again.

    Raises:
        BackupError, CacheError: it is not a backup of a console, or the directory is not empty.
        DamagedBackup: it is damaged.
    """
    with restored_folder(into) as folder:
        manifest = _extract(backup, folder)
        check_integrity(folder / CACHE_NAME)
        found = _describe_cache(folder / CACHE_NAME, copied_at=manifest.copied_at)
        if (found.seq, found.hash, found.subjects) != (manifest.seq, manifest.hash, manifest.subjects):
            raise DamagedBackup(backup, CACHE_NAME)
        store = ConsoleStore(folder)
        try:
            if store.device:
                store.answer_fork(KeyReplacementCause.RESTORED)
        finally:
            store.close()
    return manifest


def _extract(backup: Path, folder: Path) -> BackupManifest:
    """Extract a backup; one of an older version is the cache alone."""
    if _is_cache(backup):
        with expected_backup_errors(backup):
            shutil.copyfile(backup, folder / CACHE_NAME)
            (folder / CACHE_NAME).chmod(0o600)
            copied_at = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
        check_integrity(folder / CACHE_NAME)
        with expected_backup_errors(backup):
            return _describe_cache(folder / CACHE_NAME, copied_at=copied_at)
    with BackupReader(backup) as reader:
        if reader.manifest.kind is not BackupKind.CONSOLE:
            raise BackupError(
                _("{path} is a backup of a server. Run: tabuah server restore").format(path=reader.path)
            )
        reader.extract(folder)
        return reader.manifest


def _is_cache(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER
    except OSError:
        return False
