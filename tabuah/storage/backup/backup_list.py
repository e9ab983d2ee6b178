"""The backups in a folder that holds several of them."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.backup.archive import BackupReader
from tabuah.storage.backup.errors import BackupError, expected_backup_errors
from tabuah.storage.backup.manifest import MANIFEST_NAME, BackupKind, BackupManifest

_MOST_ITEMS: Final = 2000  # of a folder that may hold anything


class FoundBackup(msgspec.Struct, frozen=True):
    """A backup in a folder; only its manifest was read."""

    path: Path
    manifest: BackupManifest

    @property
    def size_bytes(self) -> int:
        return sum(file.size for file in self.manifest.files)


def find_backups(folder: Path, kind: BackupKind) -> list[FoundBackup]:
    """Return the backups of a kind in a folder that is itself no backup, the newest first.

    Raises:
        BackupError: the folder cannot be read.
    """
    folder = folder.expanduser().absolute()
    if not folder.is_dir() or (folder / MANIFEST_NAME).exists():
        return []
    with expected_backup_errors(folder):
        items = sorted(path for path in folder.iterdir() if _may_be_backup(path))[-_MOST_ITEMS:]
    found = [backup for path in items if (backup := _read(path)) is not None and backup.manifest.kind is kind]
    return sorted(found, key=lambda each: (each.manifest.copied_at, each.path.name), reverse=True)


def _may_be_backup(path: Path) -> bool:
    if path.name.endswith(".new"):  # not finished
        return False
    return path.is_file() if path.suffix == ".tar" else (path / MANIFEST_NAME).is_file()


def _read(path: Path) -> FoundBackup | None:
    try:
        with BackupReader(path) as reader:
            return FoundBackup(path, reader.manifest)
    except BackupError:
        return None
