"""The refusal of a folder that holds several backups where one is expected: it lists them and the next command."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tabuah.resources.localisation import _, format_moment, format_size
from tabuah.storage.backup.manifest import BackupKind

if TYPE_CHECKING:
    from tabuah.storage.backup.backup_list import FoundBackup

_MOST_SHOWN: Final = 30


def require_one_backup(path: Path, kind: BackupKind, command: Callable[["FoundBackup"], str]) -> None:
    """Refuse a folder of backups.

    Args:
        path: the backup to restore.
        kind: of the expected backup.
        command: returns the command that restores a backup.

    Raises:
        BackupError: it is a folder with backups in it; the message lists them.
    """
    from tabuah.storage.backup.backup_list import find_backups
    from tabuah.storage.backup.errors import BackupError

    found = find_backups(path, kind)
    if found:
        raise BackupError(_describe(path, found, command(found[0])))


def quoted(path: Path) -> str:
    """Return a path as it is written in a command."""
    text = str(path)
    return f'"{text}"' if any(letter.isspace() for letter in text) else text


def _describe(path: Path, found: "list[FoundBackup]", command: str) -> str:
    title = _("{path} is a folder of backups, not one backup. Nothing was restored. In it, the newest first:")
    lines = [title.format(path=path), *map(_line, found[:_MOST_SHOWN])]
    if len(found) > _MOST_SHOWN:
        lines.append("  " + _("and {n} older ones").format(n=len(found) - _MOST_SHOWN))
    return "\n".join([*lines, _("To restore the newest: {command}").format(command=command)])


def _line(backup: "FoundBackup") -> str:
    parts = [format_moment(backup.manifest.copied_at), format_size(backup.size_bytes), backup.path.name]
    if backup.manifest.sealed_to:
        parts.append(_("sealed"))
    return "  " + "  ".join(parts)
