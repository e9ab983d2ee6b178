"""Repair of a damaged cache: whatever can be read and proved goes into a new one, and the original is kept."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CACHE_NAME, CacheSession, utc_now
from tabuah.storage.cache.checks import CacheChecks, find_unreadable_rows
from tabuah.storage.cache.connection import open_cache, transaction
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.errors import CacheError, DiskFull
from tabuah.storage.cache.feature_tables import FEATURE_TABLES
from tabuah.storage.cache.key_replacement import replace_key, show_again
from tabuah.storage.cache.pulled_pages import apply_pages
from tabuah.storage.cache.schema import OWN_TABLES, guard_statements
from tabuah.storage.journal.audit import AuditFailure, check_record_hash, read_record
from tabuah.storage.journal.chain import ChainHead, read_chain
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import PullReply, Record, decode_entry, record_of_row

FOLDER_PREFIX: Final = "damaged-"
_COMPANIONS: Final = ("", "-wal", "-shm")
_KEY_FILE: Final = "device.key"
_PAGE: Final = 500
_SYNC_FACTS: Final = ("journal_head", "snapshot_seq", "server_head", "checkpoint", "open_histories")
_OUTBOX: Final = "SELECT o.n, j.text FROM outbox o JOIN journal j ON j.entry = o.entry ORDER BY o.n"
_RECORDS: Final = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM journal
    WHERE seq IS NOT NULL ORDER BY seq"""
_LAYERS: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'layer\\_%' ESCAPE '\\'"


class RepairResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a repair.

    `original` is the folder with the damaged files and the raw texts of the `exported` unsent entries that
    could not be read. `head` is the newest record here, `pending` counts the unsent entries that were kept.
    """

    original: str
    exported: int
    head: int
    pending: int
    is_new_key: bool


def repair_cache(directory: Path, *, clock: Callable[[], datetime] = utc_now) -> RepairResult:
    """Repair the cache of a directory that no window and no sync uses.

    Raises:
        CacheError: it could not be repaired; the original is unchanged.
    """
    with DirectoryLock(directory, "window"), DirectoryLock(directory, "sync"):
        work = directory / f"repair.{os.getpid()}.new"
        try:
            original = _keep_original(directory, clock())
            work.mkdir(mode=0o700)
            _copy_files(directory, work, "source.gpkg")
            if (directory / _KEY_FILE).is_file():
                shutil.copyfile(directory / _KEY_FILE, work / _KEY_FILE)
            exported = _salvage(work / "source.gpkg", work / CACHE_NAME, original)
            result = _rebuild(work, original, exported, clock)
            _publish(work, directory)
        except OSError as error:
            raise DiskFull(directory / CACHE_NAME) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return result


def _keep_original(directory: Path, now: datetime) -> Path:
    """Copy the damaged files to a folder of their own."""
    folder = directory / f"{FOLDER_PREFIX}{now:%Y%m%dT%H%M%S}"
    folder.mkdir(mode=0o700)
    _copy_files(directory, folder, CACHE_NAME)
    return folder


def _copy_files(directory: Path, folder: Path, name: str) -> None:
    for companion in _COMPANIONS:
        source = directory / f"{CACHE_NAME}{companion}"
        if source.is_file():
            shutil.copyfile(source, folder / f"{name}{companion}")
            (folder / f"{name}{companion}").chmod(0o600)


def _publish(work: Path, directory: Path) -> None:
    for companion in _COMPANIONS[1:]:
        (directory / f"{CACHE_NAME}{companion}").unlink(missing_ok=True)
    if (work / _KEY_FILE).is_file():
        (work / _KEY_FILE).replace(directory / _KEY_FILE)
    (work / CACHE_NAME).replace(directory / CACHE_NAME)


def _salvage(source_path: Path, target_path: Path, original: Path) -> int:
    """Copy every readable row to a new cache; return how many unsent entries were exported as raw files."""
    with closing(open_cache(target_path)) as target, closing(sqlite3.connect(source_path)) as source:
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            return 0  # not even a database; the original is kept
        # text that is not UTF-8 cannot be written again, which marks its row as unreadable
        source.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        exported = _export_unreadable(source, original)
        with transaction(target, target_path):
            for table in (*sorted(OWN_TABLES), *_create_layers(source, target)):
                _copy_table(source, target, table)
    return exported


def _export_unreadable(source: sqlite3.Connection, original: Path) -> int:
    exported = 0
    for n, text in _readable_rows(source, _OUTBOX):
        raw = str(text).encode("utf-8", "surrogateescape")
        try:
            decode_entry(raw)
        except JournalError:
            (original / f"outbox-{n}.json").write_bytes(raw)
            exported += 1
    return exported


def _create_layers(source: sqlite3.Connection, target: sqlite3.Connection) -> list[str]:
    """Create the tables of imported layers, and return their names."""
    created = []
    for name, statement in _readable_rows(source, _LAYERS):
        target.execute(str(statement))
        for guard in guard_statements([str(name)]):
            target.execute(guard)
        created.append(str(name))
    return created


def _copy_table(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in target.execute(f'PRAGMA table_info("{table}")')]
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    insert = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of tables here
    for direction in ("", "ORDER BY rowid DESC"):  # from both ends, up to the damage
        for row in _readable_rows(source, f'SELECT {names} FROM "{table}" {direction}'):  # noqa: S608
            try:
                target.execute(insert, row)
            except (UnicodeEncodeError, sqlite3.IntegrityError):
                continue


def _readable_rows(source: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    try:
        yield from source.execute(query)
    except sqlite3.DatabaseError:
        return


def _rebuild(work: Path, original: Path, exported: int, clock: Callable[[], datetime]) -> RepairResult:
    """Make a sound cache of the salvaged rows."""
    is_sound = _delete_unreadable(work / CACHE_NAME)
    session = CacheSession(work, clock)
    try:
        checks = CacheChecks(session)
        is_new_key = bool(exported) or not _is_chain_proved(session)
        if not is_sound or not checks.is_journal_sound():
            _rewind(session)
        with session.writing():
            if is_new_key and (session.meta.device or session.journal.pending()):
                replace_key(session, cause=KeyReplacementCause.REPAIRED)
            else:
                show_again(session, {entry.subject for entry in session.journal.pending()})
        with session.writing():
            session.index_fill.fill()
        damage = checks.find_damage()
        if damage:
            raise CacheError(
                _("The data could not be repaired ({finding}). Nothing was changed.").format(finding=damage)
            )
        return RepairResult(
            original=str(original),
            exported=exported,
            head=session.meta.journal_head.seq,
            pending=len(session.journal.pending()),
            is_new_key=is_new_key,
        )
    finally:
        session.close()


def _delete_unreadable(path: Path) -> bool:
    """Delete rows that cannot be decoded; return whether none of the server's journal was among them."""
    with closing(open_cache(path)) as connection, transaction(connection, path):
        found = list(find_unreadable_rows(connection))
        for table, key, name, _error in found:
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (name,))  # noqa: S608 - names of our tables
            if table == "journal":
                connection.execute("DELETE FROM outbox WHERE entry = ?", (name,))
        orphans = "DELETE FROM outbox WHERE entry NOT IN (SELECT entry FROM journal)"
        connection.execute(orphans)
        unsent = "DELETE FROM journal WHERE seq IS NULL AND entry NOT IN (SELECT entry FROM outbox)"
        connection.execute(unsent)
    return not any(table in ("journal", "subjects") or name == "journal_head" for table, _key, name, _error in found)


def _rewind(session: CacheSession) -> None:
    """Keep the records up to the first damage, and fold them again; the next sync fetches the others."""
    sound = list(_sound_records(session))
    with session.writing():
        session.connection.execute("DELETE FROM journal WHERE seq IS NOT NULL")
        for table in ("subjects", "chains", *(layer.table for layer in FEATURE_TABLES.values())):
            session.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our tables
        for fact in _SYNC_FACTS:
            session.connection.execute("DELETE FROM meta WHERE key = ?", (fact,))
    session.forget()
    for start in range(0, len(sound), _PAGE):
        page = tuple(sound[start : start + _PAGE])
        apply_pages(session, [PullReply(records=page, head=page[-1].seq, now=session.now())], synced_at=None)


def _sound_records(session: CacheSession) -> Iterator[Record]:
    seq, previous = 0, GENESIS
    for row in session.connection.execute(_RECORDS).fetchall():
        try:
            record = record_of_row(*row)
            check_record_hash(record, seq=seq, previous=previous)
            read_record(record)
        except (AuditFailure, ValueError):
            return
        seq, previous = record.seq, record.hash
        yield record


def _is_chain_proved(session: CacheSession) -> bool:
    """Return whether the end of this device's chain is known for certain: signed here, and without a gap."""
    device, head = session.meta.device, session.meta.chain_head
    if session.keys.find(device) is None:
        return False
    last = session.journal.own_from(device, head.n)
    if head.n == 0 or not last:
        query = "SELECT n, hash FROM chains WHERE device = ?"
        row = session.connection.execute(query, (device,)).fetchone()
        return not last and head == (ChainHead(*row) if row else ChainHead())
    try:
        read_chain([entry.signed for entry in session.journal.pending_from(0)], device=device)
        (chained,) = read_chain([entry.signed for entry in last], device=device)
        public_key = bytes.fromhex(session.meta.read("public_key"))
        verify_signature(public_key, chained.text, bytes.fromhex(chained.signature))
    except (JournalError, ValueError):
        return False
    return chained.head == head
