"""The archive of a backup: a folder, or a tar file, whose manifest names every file with its SHA-256."""

import contextlib
import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.backup.errors import BackupError, DamagedBackup, expected_backup_errors
from tabuah.storage.backup.manifest import MANIFEST_NAME, SEALED_FORMAT, BackupFile, BackupManifest
from tabuah.storage.backup.restored_folder import require_empty
from tabuah.storage.backup.sealed_files import open_file, seal_file
from tabuah.storage.backup.write_pace import WritePace
from tabuah.storage.data_files import is_data_file
from tabuah.storage.journal.sealed_box import Recipient
from tabuah.storage.journal.signatures import DeviceKey

PIECE_BYTES: Final = 1024 * 1024
_MAX_MANIFEST_BYTES: Final = 256 * 1024 * 1024


class BackupWriter:
    """Writes an archive next to its target, which it replaces only after the archive was read back."""

    def __init__(
        self, target: Path, *, packed: bool, recipient: Recipient | None = None, scratch: Path | None = None
    ) -> None:
        """Prepare the folder next to the target.

        Args:
            target: the file, or the folder, which must not exist or be empty.
            packed: write a tar file.
            recipient: seal every file to this key; only for a folder.
            scratch: folder of files that are not added yet, which a sealed backup needs: they must not reach its
                disk unsealed.

        Raises:
            BackupError: the target cannot be used.
        """
        self.target = target.expanduser().absolute()
        self._packed, self._recipient, self._scratch = packed, recipient, scratch
        if recipient is not None and (packed or scratch is None):
            raise BackupError(_("A sealed backup is a folder, not a .tar file."))
        if not packed:
            require_empty(self.target)
        if is_data_file(self.target) or is_data_file(self.target / "x.lock"):
            raise BackupError(_("{file} is the data itself; choose another file.").format(file=self.target))
        if not self.target.parent.is_dir():
            raise BackupError(_("There is no folder {folder}.").format(folder=self.target.parent))
        self.folder = self.target.with_name(f"{self.target.name}.{os.getpid()}.new")
        self._files: list[BackupFile] = []
        self._linked: set[str] = set()
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

    @property
    def unfinished_folder(self) -> Path:
        """The folder of files that are written and not added yet."""
        return self._scratch or self.folder

    def path_of(self, name: str) -> Path:
        """Return where to write a file before it is added."""
        return _in_folder(self.unfinished_folder, name)

    def add(self, name: str, source: Path | None = None) -> BackupFile:
        """Add a file: from `source`, which stays, or from `path_of(name)`.

        Raises:
            OSError: it cannot be read or written.
        """
        path = source or self.path_of(name)
        if self._recipient is not None:
            sealed_path = _in_folder(self.folder, name)
            added = BackupFile(name, *seal_file(name, path, sealed_path, self._recipient, self._pace))
            if source is None:
                self._pace.delete(path)
        elif self._tar is not None:
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

    def link(self, file: BackupFile, source: Path) -> bool:
        """Add a file of an earlier backup as another name of it; return False where the disk has no such links.

        The reader at the end does not read it again.
        """
        if self._tar is not None:
            return False
        try:
            _in_folder(self.folder, file.name).hardlink_to(source)
        except OSError:
            return False
        self._files.append(file)
        self._linked.add(file.name)
        return True

    def drop_last(self, added: BackupFile) -> None:
        """Leave the file that was added last out of the manifest: it was damaged."""
        self._files.remove(added)
        if self._tar is None:
            (self.folder / added.name).unlink()

    def finish(self, manifest: BackupManifest) -> BackupManifest:
        """Write the manifest, read the archive back, and publish it.

        Raises:
            BackupError: it could not be written.
            DamagedBackup: it differs from the data.
        """
        manifest = msgspec.structs.replace(manifest, files=tuple(self._files))
        if self._recipient is not None:
            manifest = msgspec.structs.replace(manifest, format=SEALED_FORMAT, sealed_to=self._recipient.device)
        with expected_backup_errors(self.target):
            path = _in_folder(self.folder, MANIFEST_NAME)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
            if self._tar is not None:
                _pack(self._tar, MANIFEST_NAME, path, self._pace)
            self._close_tar()
            written = self._tar_path if self._packed else self.folder
            with BackupReader(written) as reader:
                reader.verify(only=lambda name: name not in self._linked)
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

    def __init__(self, path: Path, *, key: DeviceKey | None = None) -> None:
        """Open the archive and read its manifest.

        Args:
            path: the folder or tar file.
            key: opens a sealed backup.

        Raises:
            BackupError: it is not a backup, or of a newer version.
            DamagedBackup: its manifest is missing or damaged.
        """
        self.path = path.expanduser().absolute()
        self._key = key
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
        if manifest.format > SEALED_FORMAT:
            text = _("{path} was written by a newer version of Tabuah. Update this one; nothing was changed.")
            raise BackupError(text.format(path=self.path))
        for file_ in manifest.files:
            if not _is_plain(file_.name):
                raise DamagedBackup(self.path, file_.name)
        return manifest

    def verify(self, *, only: Callable[[str], bool] = lambda _name: True) -> None:
        """Compare every file with its SHA-256; a sealed one with that of the sealed file, which needs no key.

        Raises:
            DamagedBackup: one differs or is missing.
        """
        for file in self.manifest.files:
            if only(file.name):
                self._read(file, lambda _piece: None, file.sealed_sha256 or file.sha256)

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
        if not file.sealed_sha256:
            self._read(file, take, file.sha256)
            return
        if self._key is None:
            text = _("{path} is sealed. Give the private key with --key FILE; nothing was restored.")
            raise BackupError(text.format(path=self.path))
        digest = hashlib.sha256()

        def take_hashed(piece: bytes) -> None:
            digest.update(piece)
            take(piece)

        try:
            with self._open(file.name) as sealed:
                open_file(file.name, sealed, self._key, take_hashed, self.path)
        except (FileNotFoundError, tarfile.TarError) as error:
            raise DamagedBackup(self.path, _("{file} is missing").format(file=file.name)) from error
        if digest.hexdigest() != file.sha256:
            raise DamagedBackup(self.path, _("{file} was changed").format(file=file.name))

    def _read(self, file: BackupFile, take: Callable[[bytes], object], expected: str) -> None:
        digest = hashlib.sha256()
        try:
            with self._open(file.name) as source:
                while piece := source.read(PIECE_BYTES):
                    digest.update(piece)
                    take(piece)
        except (FileNotFoundError, tarfile.TarError) as error:
            raise DamagedBackup(self.path, _("{file} is missing").format(file=file.name)) from error
        if digest.hexdigest() != expected:
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


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_folder(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


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
