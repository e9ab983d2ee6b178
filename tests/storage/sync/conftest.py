"""Fixtures: a running server with two users, and a console logged in at it over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import open_store
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import log_in


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi")
        yield server


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        yield store
