"""The time limit of an HTTP transfer, from the connection to the last byte.

The timeouts of the HTTP client begin again with each byte, so a server that sends one now and then would keep a
thread for ever.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class TransferDeadline:
    """Ends the transfers of one client; belongs to its thread, except `abort`."""

    def __init__(self) -> None:
        self._stream: Any = None  # of the newest connection, which carries the next request, too

    @property
    def extensions(self) -> dict[str, Any]:
        """The extensions of a request that may be ended."""
        return {"trace": self._note_stream}

    @contextmanager
    def limit(self, total_s: float) -> Iterator[Callable[[], bool]]:
        """End the transfer in this block after `total_s`; yield whether it was ended for that."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self.abort()

        timer = threading.Timer(total_s, end)
        timer.daemon = True
        timer.start()
        try:
            yield late.is_set
        finally:
            timer.cancel()
            timer.join()

    def abort(self) -> None:
        """End a transfer that runs; call it from any thread."""
        stream = self._stream
        connection = stream.get_extra_info("socket") if stream is not None else None
        if connection is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

    def _note_stream(self, event: str, found: dict[str, Any]) -> None:
        """Keep the connection, so that `abort` reaches it before there is a response."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = found["return_value"]
