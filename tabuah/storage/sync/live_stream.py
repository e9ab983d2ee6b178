"""The live stream: a thread that reads the server's events until it is closed or the connection is silent."""

import socket
import threading
from collections.abc import Callable, Collection
from typing import Any

import httpx2
import msgspec

from tabuah.operations.readings.reading import Reading
from tabuah.storage.journal.presence_protocol import PresenceReply
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError

_READINGS = msgspec.json.Decoder(tuple[Reading, ...])
_PRESENCE = msgspec.json.Decoder(PresenceReply)


class LiveStream:
    """Reads one stream on a thread of its own.

    Args of the constructor:
        open_client: creates a client on the stream's thread.
        after: the last seq that is here.
        on_entry: called with the seq of a new entry that can be pulled.
        on_readings: called with new readings.
        on_presence: called with who edits incidents and answers messages.
        on_end: called when the stream has ended, for any reason.
        stations: the stations whose readings should come; None for all.
    """

    def __init__(
        self,
        open_client: Callable[[], ServerClient],
        *,
        after: int,
        on_entry: Callable[[int], None],
        on_readings: Callable[[tuple[Reading, ...]], None],
        on_end: Callable[[], None],
        on_presence: Callable[[PresenceReply], None] = lambda _present: None,
        stations: Collection[str] | None = None,
    ) -> None:
        self._open_client = open_client
        self._after = after
        self._stations = stations
        self._on_entry = on_entry
        self._on_readings = on_readings
        self._on_end = on_end
        self._on_presence = on_presence
        self._lock = threading.Lock()
        self._response: httpx2.Response | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="tabuah-stream", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Return whether the thread is still reading."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End the stream at once: only shutting its socket down interrupts a blocked read."""
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
            return  # the next sync pass reports whether the server is there
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
            elif event.event == "presence" and (present := _decoded_presence(event.data)) is not None:
                self._on_presence(present)


def _decoded(data: str) -> tuple[Reading, ...]:
    try:
        return _READINGS.decode(data)
    except msgspec.DecodeError:
        return ()  # from a newer version; the server's store has the readings anyway


def _decoded_presence(data: str) -> PresenceReply | None:
    try:
        return _PRESENCE.decode(data)
    except msgspec.DecodeError:
        return None  # from a newer version


def _shut_down(response: httpx2.Response) -> None:
    stream: Any = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the server was faster
