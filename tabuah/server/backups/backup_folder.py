"""The folder of scheduled backups: lists those of one server, makes new ones, and deletes those that are not kept."""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.backup import PreviousBackup, back_up_server
from tabuah.server.backups.schedule import BackupConfiguration, kept_backups
from tabuah.server.clock_check import CLOCK_TOLERANCE
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import NotInitialised
from tabuah.server.journal import utc_now
from tabuah.storage.backup.archive import BackupReader
from tabuah.storage.backup.backup_key import parse_public_key
from tabuah.storage.backup.errors import BackupError, expected_backup_errors
from tabuah.storage.backup.manifest import BackupKind, BackupManifest
from tabuah.storage.journal.sealed_box import Recipient

log = logging.getLogger(__name__)

SPARE_BYTES: Final = 100_000_000
_PREFIX: Final = "tabuah-"
_UNFINISHED: Final = ".new"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_ID_LENGTH: Final = 12


class ListedBackup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup in the folder; `problem` says why it cannot be used, and is empty otherwise."""

    path: str
    copied_at: datetime | None
    seq: int = 0
    attachments: int = 0
    sealed: bool = False
    problem: str = ""
    size_bytes: int = 0


class BackupFolder:
    """The backups of one server in the folder that `server.toml` names; those of other servers are left alone."""

    def __init__(self, directory: Path, configuration: BackupConfiguration, *, database: str = "") -> None:
        """Read the server's id.

        Raises:
            NotInitialised: the directory has no server.
            BackupError: the key to seal to is not valid, or the folder is inside the server's directory.
        """
        key = ServerDirectory(directory).read_key()
        if key is None:
            text = _("There is no server data in {directory}. Run: tabuah server init")
            raise NotInitialised(text.format(directory=directory))
        self._directory, self._database, self._configuration = directory, database, configuration
        self._server = key.device_id
        self.path = directory / configuration.directory
        self._recipient = parse_public_key(configuration.seal_to) if configuration.seal_to else None
        if self.path.resolve().is_relative_to(directory.resolve()):
            text = _("Backups must not be inside the data of the server: choose another folder than {folder}.")
            raise BackupError(text.format(folder=self.path))

    def names(self) -> list[str]:
        """Return the names of the finished backups of this server, the oldest first; their names have their times.

        Raises:
            BackupError: the folder cannot be read.
        """
        with expected_backup_errors(self.path):
            return sorted(
                path.name for path in self.path.iterdir() if _moment_of(path.name, self._server) is not None
            )

    def newest_at(self, now: datetime) -> datetime | None:
        """Return the time of the newest backup, without reading it; None if there is none.

        One of the future was made with a wrong clock, and proves nothing about the present.

        Raises:
            BackupError: the folder cannot be read.
        """
        moments = (_moment_of(name, self._server) for name in self.names())
        return max((m for m in moments if m is not None and m <= now + CLOCK_TOLERANCE), default=None)

    def list_backups(self, *, verify: bool = False) -> list[ListedBackup]:
        """Return the backups, the oldest first; with `verify` every file is read.

        Raises:
            BackupError: the folder cannot be read.
        """
        return [self._describe(name, verify=verify) for name in self.names()]

    def newest_backups(self, count: int) -> list[ListedBackup]:
        """Return the newest backups, the newest first, with their sizes.

        Raises:
            BackupError: the folder cannot be read.
        """
        return [self._describe(name, verify=False) for name in reversed(self.names()[-count:])]

    def verify_newest(self) -> ListedBackup:
        """Read every file of the newest backup; what is wrong is its `problem`.

        Raises:
            BackupError: there is none, or the folder cannot be read.
        """
        names = self.names()
        if not names:
            raise BackupError(_("There are no backups yet."))
        return self._describe(names[-1], verify=True)

    def make(self, clock: Callable[[], datetime] = utc_now) -> ListedBackup:
        """Make a backup that shares the attachments of the newest one, then delete those that are not kept.

        Raises:
            BackupError: it could not be made; all earlier ones stay.
            ServerError: the data of the server cannot be read.
        """
        self.delete_unfinished()
        previous = self._previous(clock())
        self._check_space(has_previous=previous is not None)
        copied_at = clock().astimezone(UTC).replace(microsecond=0)
        target = self.path / f"{_prefix_of(self._server)}{copied_at.strftime(_TIME)}"
        back_up_server(
            self._directory,
            target,
            database=self._database,
            clock=lambda: copied_at,
            previous=previous,
            recipient=self._recipient,
        )
        self._delete_expired()
        return self._describe(target.name, verify=False)

    def delete_unfinished(self) -> None:
        """Delete what a backup left that was interrupted."""
        with expected_backup_errors(self.path):
            for path in self.path.iterdir():
                if path.name.startswith(_prefix_of(self._server)) and path.name.endswith(_UNFINISHED):
                    shutil.rmtree(path, ignore_errors=True)

    def _previous(self, now: datetime) -> PreviousBackup | None:
        """Return the newest backup whose attachments can be shared: it is sealed to the same key, or not sealed."""
        for name in reversed(self.names()):
            manifest = _read_manifest(self.path / name)
            if manifest is not None and manifest.sealed_to == _id_of(self._recipient):
                return PreviousBackup(self.path / name, manifest, now.date())
        return None

    def _check_space(self, *, has_previous: bool) -> None:
        """Refuse to begin where the databases alone do not fit, and without an earlier backup the attachments.

        Raises:
            BackupError: there is not enough space.
        """
        needed = SPARE_BYTES + sum(path.stat().st_size for path in self._directory.glob("*.db*"))
        if self._recipient is not None:
            _check_free(self._directory, needed)  # databases are copied there before they are sealed
        if not has_previous:
            needed += sum(path.stat().st_size for path in (self._directory / "blobs").glob("*"))
        _check_free(self.path, needed)

    def _delete_expired(self) -> None:
        """Delete the backups that are not kept, each renamed first, so that half a backup never has a good name."""
        moments = {_moment_of(name, self._server): name for name in self.names()}
        kept = kept_backups((moment for moment in moments if moment is not None), self._configuration)
        for moment, name in moments.items():
            if moment in kept:
                continue
            path = self.path / name
            try:
                path = path.rename(path.with_name(f"{name}{_UNFINISHED}"))
                shutil.rmtree(path)
            except OSError as error:
                log.warning("an expired backup was not deleted: %s", error)

    def _describe(self, name: str, *, verify: bool) -> ListedBackup:
        path = self.path / name
        try:
            with BackupReader(path) as reader:
                if verify:
                    reader.verify()
                manifest = reader.manifest
        except BackupError as error:
            return ListedBackup(path=str(path), copied_at=_moment_of(name, self._server), problem=str(error))
        return ListedBackup(
            path=str(path),
            copied_at=manifest.copied_at,
            seq=manifest.seq,
            attachments=manifest.attachments,
            sealed=bool(manifest.sealed_to),
            size_bytes=sum(file.size for file in manifest.files),
        )


def _check_free(folder: Path, needed: int) -> None:
    with expected_backup_errors(folder):
        free = shutil.disk_usage(folder).free
    if free < needed:
        text = _(
            "The disk of {folder} has {free} MB free, and a backup needs {needed} MB. Nothing was written and no"
            " earlier backup was deleted. Free some space, or keep fewer backups."
        )
        raise BackupError(text.format(folder=folder, free=free // 1_000_000, needed=needed // 1_000_000 + 1))


def _read_manifest(path: Path) -> BackupManifest | None:
    try:
        with BackupReader(path) as reader:
            return reader.manifest if reader.manifest.kind is BackupKind.SERVER else None
    except BackupError as error:
        log.warning("an earlier backup is not shared: %s", error)
        return None


def _prefix_of(server: str) -> str:
    return f"{_PREFIX}{server[:_ID_LENGTH]}-"


def _moment_of(name: str, server: str) -> datetime | None:
    """Return the time in the name of a backup of a server; None for any other name."""
    prefix = _prefix_of(server)
    try:
        return (
            datetime.strptime(name.removeprefix(prefix), _TIME).replace(tzinfo=UTC)
            if name.startswith(prefix)
            else None
        )
    except ValueError:
        return None


def _id_of(recipient: Recipient | None) -> str:
    return recipient.device if recipient is not None else ""
