"""Fixtures: open consoles of users who are enrolled in the test's `journal`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import enrol, open_store

from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore


@pytest.fixture
def ani(tmp_path: Path, journal: ServerJournal) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        enrol(journal, store, "ani")
        yield store


@pytest.fixture
def budi(tmp_path: Path, journal: ServerJournal) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "budi") as store:
        enrol(journal, store, "budi")
        yield store


@pytest.fixture
def sari(tmp_path: Path, journal: ServerJournal) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "sari") as store:
        enrol(journal, store, "sari")
        yield store
