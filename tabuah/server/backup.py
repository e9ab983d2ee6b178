"""Backup and restore of a server: journal, readings, attachments and key, copied while it runs, and verified."""

import contextlib
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.entries import GENESIS, Ruling, Verdict
from tabuah.operations.subject_state import read_state
from tabuah.resources.localisation import _
from tabuah.resources.regency import KEPT_FILE
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.server.database.engine import database_url
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import NotInitialised, ServerError
from tabuah.server.handback.history_file import FOLDER, SUFFIX
from tabuah.server.handback.wait import begin_wait_in_copy
from tabuah.server.journal import utc_now
from tabuah.server.tls.authority import FOLDER as TLS_FOLDER
from tabuah.storage.backup.archive import BackupReader, BackupWriter, hash_of_file
from tabuah.storage.backup.database_copy import DatabaseSnapshot, check_integrity
from tabuah.storage.backup.errors import BackupError, DamagedBackup, expected_backup_errors
from tabuah.storage.backup.manifest import BackupKind, BackupManifest
from tabuah.storage.backup.restored_folder import restored_folder
from tabuah.storage.journal.sealed_box import Recipient, sealed_size
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import ruling_hash
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

KEY_NAME: Final = "server.key"
RESTORE_NAME: Final = "restored.json"
PACKED_SUFFIX: Final = ".tar"
SCRATCH_PREFIX: Final = "backup-"
VERIFY_DAYS: Final = 7
_BLOB_FOLDERS: Final = ("blobs", "boxes")
_BLOB: Final = re.compile("[0-9a-f]{64}")
_RULINGS: Final = "SELECT seq, text, received_at, verdict, reason, hash FROM entries ORDER BY seq"


class RestoreRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The copy from which a server's directory was restored."""

    copied_at: datetime
    restored_at: datetime
    seq: int
    hash: str


class PreviousBackup:
    """An earlier backup whose attachments the next one shares: they never change, so a file gets a second name.

    A share of them is hashed each day, all within a week. One that the disk has damaged is copied again.
    """

    def __init__(self, folder: Path, manifest: BackupManifest, today: date) -> None:
        self._folder, self._part = folder, today.toordinal() % VERIFY_DAYS
        self._files = {file.name: file for file in manifest.files}

    def share(self, name: str, writer: BackupWriter) -> bool:
        """Add a file of this backup to the next one; return False if it must be copied."""
        file, path = self._files.get(name), self._folder / name
        if file is None:
            return False
        size = sealed_size(file.size, 1) if file.sealed_sha256 else file.size
        with contextlib.suppress(OSError):
            is_due = int(file.sha256[:8], 16) % VERIFY_DAYS == self._part
            if not is_due or hash_of_file(path) == (file.sealed_sha256 or file.sha256):
                return path.stat().st_size == size and writer.link(file, path)
        return False


def back_up_server(
    directory: Path,
    target: Path,
    *,
    database: str = "",
    clock: Callable[[], datetime] = utc_now,
    previous: PreviousBackup | None = None,
    recipient: Recipient | None = None,
) -> BackupManifest:
    """Copy the data of a server to a new folder, or to a tar file if the name ends in `.tar`.

    The server may run: journal and readings are each copied from one state, the readings' being the older
    one, because an alarm waits there until it is in the journal. Attachments are listed afterwards, so that
    all those that the journal knows are among them.

    Args:
        directory: that of the server.
        target: the folder or file.
        database: as in the options of the server.
        clock: the time of the copy.
        previous: a backup on the same disk, sealed to the same key, that shares its attachments.
        recipient: seal every file to this key.

    Raises:
        BackupError: the copy could not be written.
        DamagedBackup: the data are damaged; nothing was replaced.
        ServerError: the directory has no server data.
    """
    journal_path = Path(database_url(directory, database).database or "")
    if not journal_path.is_file() or not (directory / KEY_NAME).is_file():
        raise NotInitialised(
            _("There is no server data in {directory}. Run: tabuah server init").format(directory=directory)
        )
    with (
        _scratch_folder(directory, is_needed=recipient is not None) as scratch,
        BackupWriter(target, packed=target.suffix == PACKED_SUFFIX, recipient=recipient, scratch=scratch) as writer,
        expected_backup_errors(directory),
    ):
        copied_at = clock()
        manifest = _copy_databases(writer, directory, journal_path, copied_at)
        settings = _settings_names(directory)
        for name in (KEY_NAME, *settings, *_tls_names(directory), *_history_names(directory)):
            writer.add(name, directory / name)
        attachments, damaged = _copy_blobs(writer, directory, previous)
        return writer.finish(msgspec.structs.replace(manifest, attachments=attachments, damaged=damaged))


def _settings_names(directory: Path) -> list[str]:
    """Return the settings, and the profile of the regency with its map."""
    patterns = ("*.toml", KEPT_FILE, "*.npz")
    return sorted(path.name for pattern in patterns for path in directory.glob(pattern))


@contextlib.contextmanager
def _scratch_folder(directory: Path, *, is_needed: bool) -> Iterator[Path | None]:
    """Yield a private folder on the server's own disk for the copies of its databases before they are sealed."""
    if not is_needed:
        yield None
        return
    with (
        expected_backup_errors(directory),
        tempfile.TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=directory, ignore_cleanup_errors=True) as folder,
    ):
        yield Path(folder)


def _copy_databases(writer: BackupWriter, directory: Path, journal_path: Path, copied_at: datetime) -> BackupManifest:
    readings_path, readings = directory / READINGS_NAME, 0
    with ExitStack() as held:
        snapshot = held.enter_context(DatabaseSnapshot(readings_path)) if readings_path.is_file() else None
        with DatabaseSnapshot(journal_path) as journal:
            manifest = _describe_journal(journal, copied_at, _server_of(directory))
            journal.copy_to(writer.path_of(JOURNAL_NAME))
        if snapshot is not None:
            readings = snapshot.count("readings")
            snapshot.copy_to(writer.path_of(READINGS_NAME))
    manifest = msgspec.structs.replace(manifest, readings=readings)
    _verify_databases(writer.unfinished_folder, manifest)
    writer.add(JOURNAL_NAME)
    if snapshot is not None:
        writer.add(READINGS_NAME)
    return manifest


def _describe_journal(journal: DatabaseSnapshot, copied_at: datetime, server: str) -> BackupManifest:
    seq, hash_ = journal.connection.execute("SELECT seq, hash FROM head").fetchone()
    return BackupManifest(
        kind=BackupKind.SERVER,
        program=version("tabuah"),
        copied_at=copied_at,
        server=server,
        seq=seq,
        hash=hash_,
        subjects=journal.count("subject_states"),
        readings=0,
        attachments=0,
    )


def _server_of(directory: Path) -> str:
    key = ServerDirectory(directory).read_key()
    return key.device_id if key is not None else ""


def _copy_blobs(
    writer: BackupWriter, directory: Path, previous: PreviousBackup | None
) -> tuple[int, tuple[str, ...]]:
    """Share or copy the attachments; one that does not fit its name is left out and reported."""
    copied, damaged = 0, []
    for name in _blob_names(directory):
        if previous is not None and previous.share(name, writer):
            copied += 1
            continue
        try:
            added = writer.add(name, directory / name)
        except FileNotFoundError:
            continue  # found damaged meanwhile, and quarantined
        if added.sha256 == Path(name).name:
            copied += 1
        else:
            writer.drop_last(added)
            damaged.append(name)
    return copied, tuple(damaged)


def _blob_names(directory: Path) -> Iterator[str]:
    for folder in _BLOB_FOLDERS:
        if (directory / folder).is_dir():
            names = sorted(path.name for path in (directory / folder).iterdir() if _BLOB.fullmatch(path.name))
            yield from (f"{folder}/{name}" for name in names)


def _tls_names(directory: Path) -> list[str]:
    """Return the files of the server's own certificate authority."""
    found = sorted((directory / TLS_FOLDER).rglob("*"))
    return [path.relative_to(directory).as_posix() for path in found if path.is_file() and path.suffix != ".new"]


def _history_names(directory: Path) -> list[str]:
    """Return the files of histories that were given up."""
    return sorted(f"{FOLDER}/{path.name}" for path in (directory / FOLDER).glob(f"*{SUFFIX}"))


def restore_server(
    backup: Path,
    into: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    key: DeviceKey | None = None,
    server: str = "",
) -> BackupManifest:
    """Restore a backup of a server into a new folder; nothing is there before everything is verified.

    All sessions end: the copy knows neither later log-outs nor later passwords. The server takes no entries until
    a console has handed back the records that it lost, or an administrator ends the wait.

    Args:
        backup: the folder or tar file.
        into: a folder that is missing or empty.
        clock: the time of the restore.
        key: opens a sealed backup.
        server: the id of the expected server, or a beginning of it; empty for any.

    Raises:
        BackupError: it is not a backup of a server or of this one, or the folder is not empty.
        DamagedBackup: it is damaged.
    """
    with BackupReader(backup, key=key) as reader, restored_folder(into) as folder:
        manifest = reader.manifest
        if manifest.kind is not BackupKind.SERVER:
            raise BackupError(_("{path} is a backup of a console. Run: tabuah restore").format(path=reader.path))
        if not manifest.server.startswith(server.lower()):
            text = _("{path} is a backup of server {found}, not of {server}. Nothing was restored.")
            raise BackupError(text.format(path=reader.path, found=manifest.server, server=server))
        reader.extract(folder)
        _verify_databases(folder, manifest)
        with expected_backup_errors(folder):
            found = RestoreRecord(
                copied_at=manifest.copied_at, restored_at=clock(), seq=manifest.seq, hash=manifest.hash
            )
            _end_sessions_and_wait(folder / JOURNAL_NAME, found.restored_at)
            (folder / RESTORE_NAME).write_bytes(msgspec.json.encode(found))
    return manifest


def read_restore_record(directory: Path) -> RestoreRecord | None:
    """Return the copy from which a directory was restored; None if it was not."""
    try:
        return read_json_file(directory / RESTORE_NAME, RestoreRecord)
    except (OSError, DamagedSmallFile):
        return None


def _end_sessions_and_wait(journal_path: Path, restored_at: datetime) -> None:
    with closing(sqlite3.connect(journal_path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM refresh_tokens")
        begin_wait_in_copy(connection, restored_at)


def _verify_databases(folder: Path, manifest: BackupManifest) -> None:
    """Verify the copies: integrity, key, hash chain up to the head, and the states.

    Raises:
        DamagedBackup: they are not sound, or differ from the manifest.
    """
    for name in (JOURNAL_NAME, READINGS_NAME):
        if (folder / name).is_file():
            check_integrity(folder / name)
    path = folder / JOURNAL_NAME
    if not path.is_file():
        raise DamagedBackup(folder, _("{file} is missing").format(file=JOURNAL_NAME))
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            _verify_journal(connection, manifest)
        except (sqlite3.DatabaseError, ValueError) as error:
            raise DamagedBackup(path, str(error)) from error
    if (folder / KEY_NAME).is_file():
        _verify_key(folder, manifest)


def _verify_key(folder: Path, manifest: BackupManifest) -> None:
    try:
        server = _server_of(folder)
    except ServerError as error:
        raise DamagedBackup(folder / KEY_NAME, str(error)) from error
    if server != manifest.server:
        raise DamagedBackup(folder / KEY_NAME, _("it is the key of another server"))


def _verify_journal(connection: sqlite3.Connection, manifest: BackupManifest) -> None:
    seq, previous = 0, GENESIS
    for number, text, received_at, verdict, reason, hash_ in connection.execute(_RULINGS):
        seq += 1
        ruling = Ruling(
            seq=number, received_at=datetime.fromisoformat(received_at), verdict=Verdict(verdict), reason=reason
        )
        previous = ruling_hash(previous, text.encode(), ruling)
        if number != seq or previous != hash_:
            raise ValueError(_("entry {seq} does not follow the one before it").format(seq=seq))
    if (seq, previous) != (manifest.seq, manifest.hash):
        raise ValueError(_("its newest entry is {seq}, not {expected}").format(seq=seq, expected=manifest.seq))
    states = 0
    for (state,) in connection.execute("SELECT state FROM subject_states"):
        read_state(state)
        states += 1
    if states != manifest.subjects:
        raise ValueError(_("it has {n} states, not {expected}").format(n=states, expected=manifest.subjects))
