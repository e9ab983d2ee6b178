"""Where the server's data is for the commands that administer it, and its journal opened beside a running server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tabuah.console.commands.invocation import Invocation, default_directory

if TYPE_CHECKING:
    from tabuah.server.journal import ServerJournal


def server_directory(invocation: Invocation) -> Path:
    """The directory that `--data` names; else `server` inside the console's, so that the two never mix."""
    is_default = invocation.data == default_directory(os.environ)
    return invocation.data / "server" if is_default else invocation.data


@contextmanager
def opened_journal(invocation: Invocation, *, database: str = "", create: bool = False) -> "Iterator[ServerJournal]":
    """The server's journal, to be read and written beside a running server.

    Raises:
        ServerError: it cannot be opened; the message says what to do.
    """
    from tabuah.server.journal import ServerJournal

    with ServerJournal.open(server_directory(invocation), database=database, create=create) as journal:
        yield journal
