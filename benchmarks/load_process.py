"""A process that puts load on a server, and the enrolled devices that it writes with."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import httpx2
from support.running_server import WritingDevice, log_in


@contextmanager
def load_process(work: Callable[..., None], *args: Any) -> Iterator[Connection]:
    """Run `work(*args, connection)` in its own process, and yield the other end once it has sent "ready"."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*args, there))
    process.start()
    there.close()  # so that recv() raises EOFError if the process ends
    assert here.recv() == "ready"
    try:
        yield here
    finally:
        process.join(timeout=20)
        process.kill()


def client_of_server(url: str, *, timeout_s: float) -> httpx2.Client:
    return httpx2.Client(base_url=url, timeout=timeout_s, trust_env=False)


def enrolled_device(client: httpx2.Client, user: str) -> WritingDevice:
    """Log in on a client and enrol a new device of the user."""
    session = log_in(client, user)
    client.headers["Authorization"] = f"Bearer {session.access_token}"
    device = WritingDevice(client, user)
    device.enrol()
    return device
