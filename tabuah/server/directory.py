"""The server's data directory: its lock, its key and its paths."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, NotInitialised, ServerDirectoryInUse, UnusableDirectory
from tabuah.storage.backup.manifest import MANIFEST_NAME
from tabuah.storage.data_files import create_private, remove_unfinished, sync_folder
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.process_lock import AlreadyLocked, ProcessLock

KEY_LENGTH: Final = 32
_FOLDERS: Final = ("tls", "tls/gateways", "histories")  # with private files


class ServerDirectory(msgspec.Struct, frozen=True):
    """Contains `journal.db`, `server.key`, `server.lock`, `blobs/` and the readings database."""

    path: Path

    @property
    def key_path(self) -> Path:
        """The server's private key, readable by its owner only."""
        return self.path / "server.key"

    @property
    def blobs_path(self) -> Path:
        return self.path / "blobs"

    @property
    def boxes_path(self) -> Path:
        """Sealed attachments whose upload is incomplete."""
        return self.path / "boxes"

    @property
    def snapshots_path(self) -> Path:
        """Snapshots of the journal; they can be recreated."""
        return self.path / "snapshots"

    @property
    def is_backup(self) -> bool:
        """Whether this is a backup, which no server may change."""
        return (self.path / MANIFEST_NAME).is_file()

    def check(self, *, has_journal: bool, create: bool) -> None:
        """Check that a server can use the directory; `create` allows a new journal.

        Raises:
            UnusableDirectory: it is a backup.
            NotInitialised: it has no journal, and none may be created.
        """
        if self.is_backup:
            text = _("{directory} is a backup. Restore it first: tabuah server restore {directory} --into DIR")
            raise UnusableDirectory(text.format(directory=self.path))
        if not has_journal and not create:
            text = _("There is no server data in {directory}. Run: tabuah server init")
            raise NotInitialised(text.format(directory=self.path))

    def create(self) -> None:
        """Create the directory.

        Raises:
            UnusableDirectory: it cannot be created.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.path, error) from error

    def lock(self) -> ProcessLock:
        """Lock the directory for this server process.

        Raises:
            ServerDirectoryInUse: another process holds the lock.
            UnusableDirectory: the lock file cannot be written.
        """
        lock = ProcessLock(self.path / "server.lock")
        try:
            lock.acquire()
        except AlreadyLocked as error:
            message = _("Another server is running on {directory} (process {holder}). Stop it first.")
            raise ServerDirectoryInUse(message.format(directory=self.path, holder=error.holder or "?")) from error
        except OSError as error:
            raise _unusable(self.path, error) from error
        return lock

    def read_key(self) -> DeviceKey | None:
        """Read the server's first key; None without one. It names the server for ever. Raises as `read_keys`."""
        return next(iter(self.read_keys()), None)

    def read_keys(self) -> tuple[DeviceKey, ...]:
        """Read the keys in the file, one a line: the first one, then those of each rotation. Empty without a file.

        Raises:
            DamagedData: the file is not a key.
            UnusableDirectory: it cannot be read.
        """
        try:
            lines = self.key_path.read_text("ascii").splitlines()
            return tuple(DeviceKey.from_secret(_secret_in(line)) for line in lines or [""])
        except FileNotFoundError:
            return ()
        except ValueError as error:
            message = _("{file} is not a valid key: restore it from a backup.").format(file=self.key_path)
            raise DamagedData(message) from error
        except OSError as error:
            raise _unusable(self.key_path, error) from error

    def create_key(self) -> DeviceKey:
        """Create a key that only its owner can read. If another process was faster, return its key."""
        key = DeviceKey.generate()
        try:
            create_private(self.key_path, f"{key.secret.hex()}\n".encode("ascii"))
        except FileExistsError:
            return self.read_key() or key
        except OSError as error:
            raise _unusable(self.key_path, error) from error
        return key

    def remove_unfinished(self) -> None:
        """Remove the files that a killed process left half written: keys, certificates, settings and histories."""
        for folder in (self.path, *(self.path / name for name in _FOLDERS)):
            remove_unfinished(folder)

    def add_key(self, key: DeviceKey) -> None:
        """Add the key of a rotation to the file, which is replaced as a whole.

        Raises:
            UnusableDirectory: it cannot be written; the file is as before.
        """
        unfinished = self.key_path.with_name(f"{self.key_path.name}.new")
        try:
            unfinished.unlink(missing_ok=True)
            create_private(unfinished, self.key_path.read_bytes() + f"{key.secret.hex()}\n".encode("ascii"))
            unfinished.replace(self.key_path)
            sync_folder(self.path)
        except OSError as error:
            raise _unusable(self.key_path, error) from error


def _secret_in(text: str) -> bytes:
    secret = bytes.fromhex(text.strip())
    if len(secret) != KEY_LENGTH:
        raise ValueError(f"{len(secret)} bytes")
    return secret


def _unusable(path: Path, error: OSError) -> UnusableDirectory:
    return UnusableDirectory(_("{path} cannot be used: {reason}").format(path=path, reason=error.strerror or error))
