"""Fixtures of the server tests; other tests use `start_server` from `running_server` directly."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running_server import RunningServer, WritingDevice, start_server

from tabuah.server.journal import ServerJournal


@pytest.fixture
def running_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server with one operator, `ani`."""
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


@pytest.fixture
def device(running_server: RunningServer) -> Iterator[WritingDevice]:
    """Ani's enrolled laptop."""
    with running_server.client("ani") as client:
        device = WritingDevice(client, "ani")
        device.enrol()
        yield device


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    """A journal without a server around it."""
    with ServerJournal.open(tmp_path / "journal", serving=True) as journal:
        yield journal
