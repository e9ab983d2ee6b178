"""The live stream: a thread that reads the server's events until it is closed or the line falls silent."""

import socket
import threading
from collections.abc import Callable, Collection
from typing import Any

import httpx2
import msgspec

from tabuah.operations.stations.readings import Reading
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError

_READINGS = msgspec.json.Decoder(tuple[Reading, ...])


class LiveStream:
    """Reads one stream on a thread of its own.

    Args of the constructor:
        open_client: makes a client on the stream's thread.
        on_entry: new entries are there to be pulled; their seq.
        on_readings: readings that just came in.
        on_end: the stream is over, for whatever reason.
        stations: whose readings should come; None for all.
    """

    def __init__(
        self,
        open_client: Callable[[], ServerClient],
        *,
        after: int,
        on_entry: Callable[[int], None],
        on_readings: Callable[[tuple[Reading, ...]], None],
        on_end: Callable[[], None],
        stations: Collection[str] | None = None,
    ) -> None:
        self._open_client = open_client
        self._after = after
        self._stations = stations
        self._on_entry = on_entry
        self._on_readings = on_readings
        self._on_end = on_end
        self._lock = threading.Lock()
        self._response: httpx2.Response | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="tabuah-stream", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it still reads."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End it at once: a blocked read is only freed by shutting its socket down."""
        with self._lock:
            self._closed = True
            if self._response is not None:
                _shut_down(self._response)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            with (
                self._open_client() as client,
                client.open_stream(after=self._after, stations=self._stations) as response,
            ):
                with self._lock:
                    if self._closed:
                        return
                    self._response = response
                if response.status_code == httpx2.codes.OK:
                    self._read(response)
        except (httpx2.HTTPError, httpx2.StreamError, SyncError, OSError):
            return  # the next sync tells whether the server is there
        finally:
            with self._lock:
                self._response = None
            self._on_end()

    def _read(self, response: httpx2.Response) -> None:
        for event in httpx2.EventSource(response):
            if event.event == "entry" and event.id.isdigit():
                self._on_entry(int(event.id))
            elif event.event == "readings" and event.data:
                self._on_readings(_decoded(event.data))


def _decoded(data: str) -> tuple[Reading, ...]:
    try:
        return _READINGS.decode(data)
    except msgspec.DecodeError:
        return ()  # of a newer version; the readings are in the server's store all the same


def _shut_down(response: httpx2.Response) -> None:
    stream: Any = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster
