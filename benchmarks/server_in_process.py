"""A server in a process of its own, so that a benchmark does not share its interpreter."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tabuah.console.commands.server.server import limit_collection_pauses
from tabuah.server.listen_address import ListenAddress
from tabuah.server.mqtt.address import parse_broker
from tabuah.server.service import ServerService, ServerSettings


@contextmanager
def server_in_process(directory: Path, *, broker: str = "") -> Iterator[str]:
    """Run the server of a directory, with a broker if one is given, and yield its URL."""
    with process_with_url(_serve, directory, broker) as url:
        yield url


@contextmanager
def process_with_url(work: Callable[..., None], *args: Any) -> Iterator[str]:
    """Run `work(*args, connection)` in a process and yield the URL that it sends; a message then ends the work."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*args, there))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join()


def _serve(directory: Path, broker: str, line: Connection) -> None:
    """Run the server until the other end stops it."""
    address = parse_broker(broker) if broker else None
    service = ServerService(ServerSettings(directory=directory, address=ListenAddress(port=0), broker=address))
    limit_collection_pauses()  # as `tabuah server run` does
    thread = threading.Thread(target=service.run, args=(line.send,))
    thread.start()
    line.recv()
    service.stop()
    thread.join()
