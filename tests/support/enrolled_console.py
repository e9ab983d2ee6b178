"""The command line of a console that is enrolled at a journal and has pulled it, without a server."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import enrol, open_store, pull

from tabuah.server.journal import ServerJournal


def enrolled_console(
    journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], user: str
) -> CommandLineConsole:
    """Return the command line of a user's console in a folder of that name."""
    with open_store(tmp_path / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(tmp_path / user, capsys)
