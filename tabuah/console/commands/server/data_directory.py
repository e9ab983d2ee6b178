"""The server's data directory and journal, for administration commands; works while the server runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.console.commands.invocation import Invocation, default_directory

if TYPE_CHECKING:
    from tabuah.server.journal import ServerJournal


def server_directory(invocation: Invocation) -> Path:
    """Return the directory of `--data`, else `server` inside the console's, so that their data never mix."""
    is_default = invocation.data == default_directory(os.environ)
    return invocation.data / "server" if is_default else invocation.data


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
