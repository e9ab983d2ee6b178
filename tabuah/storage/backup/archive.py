"""The archive of a backup: a folder, or a tar file, whose manifest names every file with its SHA-256."""

import contextlib
import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.backup.errors import BackupError, DamagedBackup, expected_backup_errors
from tabuah.storage.backup.write_pace import WritePace
from tabuah.storage.data_files import is_data_file

MANIFEST_NAME: Final = "backup.json"
FORMAT: Final = 1
PIECE_BYTES: Final = 1024 * 1024
_MAX_MANIFEST_BYTES: Final = 256 * 1024 * 1024


class BackupKind(StrEnum):
    """The owner of the data in a backup."""

    CONSOLE = "console"
    SERVER = "server"


class BackupFile(msgspec.Struct, frozen=True):
    """A file of a backup: its path with `/`, its size in bytes and its SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of a backup.

    `seq` and `hash` are the head of the journal, `pending` counts unsynced entries, `damaged` names
    attachments that were damaged at the time of the copy and are not in it.
    """

    format: int = FORMAT
    kind: BackupKind
    program: str
    copied_at: datetime
    server: str
    seq: int
    hash: str
    subjects: int
    readings: int
    attachments: int
    pending: int = 0
    damaged: tuple[str, ...] = ()
    files: tuple[BackupFile, ...] = ()


class BackupWriter:
    """Writes an archive next to its target, which it replaces only after the archive was read back."""

    def __init__(self, target: Path, *, packed: bool) -> None:
        """Prepare the folder next to the target.

        Args:
            target: the file, or the folder, which must not exist or be empty.
            packed: write a tar file.

        Raises:
            BackupError: the target cannot be used.
        """
        self.target = target.expanduser().absolute()
        self._packed = packed
        if not packed:
            require_empty(self.target)
        if is_data_file(self.target) or is_data_file(self.target / "x.lock"):
            raise BackupError(_("{file} is the data itself; choose another file.").format(file=self.target))
        if not self.target.parent.is_dir():
            raise BackupError(_("There is no folder {folder}.").format(folder=self.target.parent))
        self.folder = self.target.with_name(f"{self.target.name}.{os.getpid()}.new")
        self._files: list[BackupFile] = []
        self._tar: tarfile.TarFile | None = None
        self._pace = WritePace()

    def __enter__(self) -> Self:
        with expected_backup_errors(self.folder):
            self.folder.mkdir(mode=0o700)
            if self._packed:
                descriptor = os.open(self._tar_path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                self._tar = tarfile.open(fileobj=os.fdopen(descriptor, "wb"), mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard_tar()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _tar_path(self) -> Path:
        return self.folder / "archive.tar"

    def path_of(self, name: str) -> Path:
        """Return where to write a file before it is added."""
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def add(self, name: str, source: Path | None = None) -> BackupFile:
        """Add a file: from `source`, which stays, or from `path_of(name)`.

        Raises:
            OSError: it cannot be read or written.
        """
        path = source or self.path_of(name)
        if self._tar is not None:
            added = _pack(self._tar, name, path, self._pace)
            if source is None:
                self._pace.delete(path)
        elif source is not None:
            with source.open("rb") as file:
                added = _write(name, file, self.path_of(name), self._pace)
        else:
            added = BackupFile(name, path.stat().st_size, hash_of_file(path))
        self._files.append(added)
        return added

    def drop_last(self, added: BackupFile) -> None:
        """Leave the file that was added last out of the manifest: it was damaged."""
        self._files.remove(added)
        if self._tar is None:
            self.path_of(added.name).unlink()

    def finish(self, manifest: BackupManifest) -> BackupManifest:
        """Write the manifest, read the archive back, and publish it.

        Raises:
            BackupError: it could not be written.
            DamagedBackup: it differs from the data.
        """
        manifest = msgspec.structs.replace(manifest, files=tuple(self._files))
        with expected_backup_errors(self.target):
            path = self.path_of(MANIFEST_NAME)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
            if self._tar is not None:
                _pack(self._tar, MANIFEST_NAME, path, self._pace)
            self._close_tar()
            written = self._tar_path if self._packed else self.folder
            with BackupReader(written) as reader:
                reader.verify()
            if not self._packed and self.target.is_dir():
                self.target.rmdir()
            written.replace(self.target)
        return manifest

    def _discard_tar(self) -> None:
        """Close an unfinished tar file without its end: on a full disk that could not be written either."""
        tar, self._tar = self._tar, None
        if tar is not None:
            file: IO[bytes] = tar.fileobj  # type: ignore[assignment]  # it is the file we gave it
            with contextlib.suppress(OSError):
                file.close()

    def _close_tar(self) -> None:
        tar, self._tar = self._tar, None
        if tar is None:
            return
        file: IO[bytes] = tar.fileobj  # type: ignore[assignment]  # it is the file we gave it
        with contextlib.closing(file):
            tar.close()
            file.flush()
            os.fsync(file.fileno())


class BackupReader:
    """Reads an archive; nothing outside its manifest is ever extracted."""

    def __init__(self, path: Path) -> None:
        """Open the archive and read its manifest.

        Raises:
            BackupError: it is not a backup, or of a newer version.
            DamagedBackup: its manifest is missing or damaged.
        """
        self.path = path.expanduser().absolute()
        self._tar: tarfile.TarFile | None = None
        self._members: dict[str, tarfile.TarInfo] = {}
        with expected_backup_errors(self.path):
            if not self.path.exists():
                raise BackupError(_("There is no {path}").format(path=path))
            if not self.path.is_dir():
                self._open_tar()
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self.close()
            raise

    def _open_tar(self) -> None:
        try:
            self._tar = tarfile.open(self.path, "r:")  # noqa: SIM115 - closed by `close`
            self._members = {member.name: member for member in self._tar.getmembers() if member.isfile()}
        except tarfile.TarError as error:
            self.close()
            raise BackupError(_("{path} is not a backup of Tabuah.").format(path=self.path)) from error

    def _read_manifest(self) -> BackupManifest:
        try:
            with self._open(MANIFEST_NAME) as file:
                manifest = msgspec.json.decode(file.read(_MAX_MANIFEST_BYTES), type=BackupManifest)
        except FileNotFoundError as error:
            raise DamagedBackup(self.path, _("{file} is missing").format(file=MANIFEST_NAME)) from error
        except (msgspec.DecodeError, OSError) as error:
            raise DamagedBackup(self.path, f"{MANIFEST_NAME}: {error}") from error
        if manifest.format > FORMAT:
            text = _("{path} was written by a newer version of Tabuah. Update this one; nothing was changed.")
            raise BackupError(text.format(path=self.path))
        for file_ in manifest.files:
            if not _is_plain(file_.name):
                raise DamagedBackup(self.path, file_.name)
        return manifest

    def verify(self) -> None:
        """Compare every file with its SHA-256.

        Raises:
            DamagedBackup: one differs or is missing.
        """
        for file in self.manifest.files:
            self._copy(file, lambda _piece: None)

    def extract(self, into: Path, *, only: Callable[[str], bool] = lambda _name: True) -> None:
        """Extract the files, each compared with its SHA-256.

        Args:
            into: an existing folder.
            only: returns whether to extract a file.

        Raises:
            DamagedBackup: one differs or is missing.
            BackupError: the disk did not accept it.
        """
        for file in self.manifest.files:
            if not only(file.name):
                continue
            target = into / file.name
            with expected_backup_errors(target):
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with os.fdopen(descriptor, "wb") as written:
                    self._copy(file, written.write)
                    written.flush()
                    os.fsync(written.fileno())

    def _copy(self, file: BackupFile, take: Callable[[bytes], object]) -> None:
        digest = hashlib.sha256()
        try:
            with self._open(file.name) as source:
                while piece := source.read(PIECE_BYTES):
                    digest.update(piece)
                    take(piece)
        except (FileNotFoundError, tarfile.TarError) as error:
            raise DamagedBackup(self.path, _("{file} is missing").format(file=file.name)) from error
        if digest.hexdigest() != file.sha256:
            raise DamagedBackup(self.path, _("{file} was changed").format(file=file.name))

    def _open(self, name: str) -> IO[bytes]:
        if self._tar is None:
            return (self.path / name).open("rb")
        member = self._members.get(name)
        file = self._tar.extractfile(member) if member is not None else None
        if file is None:
            raise FileNotFoundError(name)
        return file

    def close(self) -> None:
        if self._tar is not None:
            self._tar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def require_empty(folder: Path) -> None:
    """Refuse a path that is anything but missing or an empty folder.

    Raises:
        BackupError: it is not.
    """
    with expected_backup_errors(folder):
        if folder.is_dir() and not any(folder.iterdir()):
            return
        if folder.exists():
            text = _("{folder} is not empty; choose a new folder. Nothing was changed.")
            raise BackupError(text.format(folder=folder))


@contextlib.contextmanager
def restored_folder(into: Path) -> Iterator[Path]:
    """Yield a folder next to `into`, which it becomes when the block succeeds; otherwise it is removed.

    Raises:
        BackupError: `into` is not empty, or cannot be created.
    """
    into = into.expanduser().absolute()
    require_empty(into)
    folder = into.with_name(f"{into.name}.{os.getpid()}.new")
    try:
        with expected_backup_errors(folder):
            folder.mkdir(mode=0o700, parents=True)
        yield folder
        with expected_backup_errors(into):
            if into.is_dir():
                into.rmdir()
            folder.rename(into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not set(name) & set("\\:\0") and name != ""


def _pack(tar: tarfile.TarFile, name: str, path: Path, pace: WritePace) -> BackupFile:
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        archive: IO[bytes] = tar.fileobj  # type: ignore[assignment]  # it is the file we gave it
        reading = _HashingFile(file, on_read=lambda count: pace.wrote(count, archive.fileno()))
        tar.addfile(info, reading)
    return BackupFile(name, info.size, reading.digest.hexdigest())


class _HashingFile:
    def __init__(self, file: IO[bytes], on_read: Callable[[int], None]) -> None:
        self._file = file
        self._on_read = on_read
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        self._on_read(len(piece))
        return piece


def _write(name: str, file: IO[bytes], target: Path, pace: WritePace) -> BackupFile:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
            size += written.write(piece)
            pace.wrote(len(piece), descriptor)
        written.flush()
        os.fsync(written.fileno())
    return BackupFile(name, size, digest.hexdigest())
