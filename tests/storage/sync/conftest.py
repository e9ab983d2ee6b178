"""Fixture: a running server with two users, for consoles that talk to it over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running_server import RunningServer, start_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi")
        yield server
