"""The owner of a server's data: root runs commands on it, and a service of another user reads what they write."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from tabuah.resources.localisation import _

_ROOT: Final = 0
# Only a running server, a restore and an import write into these, which can have 100,000 files.
_LARGE: Final = frozenset({"blobs", "boxes", "partial", "snapshots"})


def owner_of(directory: Path) -> int:
    """Return the user id that owns a directory; root's where it is missing or the system has none."""
    try:
        return directory.stat().st_uid
    except OSError:
        return _ROOT


def give_to_owner_at_end(directory: Path) -> None:
    """Give the owner of a directory what the present command writes into it as root, when the command ends."""
    ctx = click.get_current_context(silent=True)
    if ctx is not None and _is_root():
        ctx.call_on_close(lambda: give_to_owner(directory, owner_of(directory)))


def give_to_owner(directory: Path, owner: int, *, with_attachments: bool = False) -> None:
    """Give an owner what belongs to root in a directory; only root can, and what others own stays as it is.

    Links are never followed, and a file with a second name may be one of the system: both stay root's.
    """
    if not _is_root() or owner == _ROOT:
        return
    for name, folder in _found_in(directory, with_attachments=with_attachments):
        with contextlib.suppress(OSError):  # gone meanwhile, such as a `-wal` of SQLite
            _give(name, folder, owner)


def root_files(directory: Path) -> list[str]:
    """Return the names that belong to root in a directory of another user; such a server cannot read them."""
    if owner_of(directory) == _ROOT:
        return []
    found = []
    for name, folder in _found_in(directory, with_attachments=False):
        with contextlib.suppress(OSError):
            if os.stat(name, dir_fd=folder, follow_symlinks=False).st_uid == _ROOT:
                found.append(name)
    return sorted(found)


def refuse_root(directory: Path) -> None:
    """Refuse to run a server as root on the data of another user, whose service could not read what it writes.

    Raises:
        click.ClickException: the message has the command to run.
    """
    if sys.platform == "win32" or not _is_root() or (owner := owner_of(directory)) == _ROOT:
        return
    import pwd

    try:
        user = pwd.getpwuid(owner).pw_name
    except KeyError:
        user = f"#{owner}"
    command = f"runuser -u {user} -- tabuah server --data {directory}"
    text = _("{directory} belongs to {user}. Start the service, or run the server as this user: {command}")
    raise click.ClickException(text.format(directory=directory, user=user, command=command))


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == _ROOT


def _found_in(directory: Path, *, with_attachments: bool) -> Iterator[tuple[str, int]]:
    """Yield each file, and each folder as ".", with a descriptor of the folder; links to folders are left out."""
    if sys.platform == "win32":
        return
    for _path, folders, files, folder in os.fwalk(directory):
        yield ".", folder
        yield from ((name, folder) for name in files)
        if not with_attachments:
            yield from ((name, folder) for name in folders if name in _LARGE)
            folders[:] = [name for name in folders if name not in _LARGE]


def _give(name: str, folder: int, owner: int) -> None:
    """Change the owner of what is open here: a name could be put in place of another one meanwhile."""
    if os.stat(name, dir_fd=folder, follow_symlinks=False).st_uid != _ROOT:
        return
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        found = os.fstat(descriptor)
        is_plain = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        if found.st_uid == _ROOT and (is_plain or stat.S_ISDIR(found.st_mode)):
            os.fchown(descriptor, owner, -1)
    finally:
        os.close(descriptor)
