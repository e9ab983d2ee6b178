"""The server's data directory and journal, for administration commands; works while the server runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.console.commands.invocation import Invocation, default_directory
from tabuah.console.commands.server.data_owner import give_to_owner_at_end
from tabuah.storage.data_files import is_server_directory

if TYPE_CHECKING:
    from tabuah.server.journal import ServerJournal


def server_directory(invocation: Invocation) -> Path:
    """Return the directory of `--data`, else `server` inside the console's, so that their data never mix.

    A folder that contains a server is used as it is, and one that contains such a `server` names this, so that
    `--data` and TABUAH_DATA find the same server. What root writes there gets the owner of the directory.
    """
    found = _chosen_directory(invocation.data)
    give_to_owner_at_end(found)
    return found


def _chosen_directory(data: Path) -> Path:
    inner = data / "server"
    if is_server_directory(data):
        return data
    is_default = data == default_directory(os.environ)
    return inner if is_default or is_server_directory(inner) else data


@contextmanager
def open_server_journal(
    invocation: Invocation, *, database: str = "", create: bool = False, serving: bool = False
) -> "Iterator[ServerJournal]":
    """Open the server's journal for reading and writing; with `serving`, only if no server runs on it.

    Raises:
        ServerError: it cannot be opened; the message gives the next step.
    """
    from tabuah.server.configuration import configured_database
    from tabuah.server.journal import ServerJournal

    directory = server_directory(invocation)
    database = database or configured_database(directory)
    with (
        _without_read_only_log(),
        ServerJournal.open(directory, database=database, create=create, serving=serving) as journal,
    ):
        yield journal


@contextmanager
def _without_read_only_log() -> Iterator[None]:
    """Disable the log of the read-only mode: without a handler, Python prints its lines to the command's output."""
    from tabuah.server.read_only import log

    was_disabled, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = was_disabled


@contextmanager
def read_server_journal(invocation: Invocation, *, database: str = "") -> "Iterator[ServerJournal]":
    """Open the server's journal for reading, also on a full or read-only disk.

    Raises:
        ServerError: the journal cannot be read; the message gives the next step.
    """
    from tabuah.server.configuration import configured_database
    from tabuah.server.errors import StorageFailed, UnusableDirectory
    from tabuah.server.journal import ServerJournal
    from tabuah.server.read_only_journal import ReadOnlyJournal

    directory = server_directory(invocation)
    database = database or configured_database(directory)
    try:
        journal = ServerJournal.open(directory, database=database, create=False)
    except (StorageFailed, UnusableDirectory):
        journal = ReadOnlyJournal.open_in(directory, database=database)
    with journal:
        yield journal
