"""TCP relay between a console and its server that can be slow and breaks at a given byte."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE_BYTES = 4096


class BreakingConnection:
    """Relays TCP to a server. `up` goes to the server, `down` comes from it; bytes are counted."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.carried = {"up": 0, "down": 0}
        self.bytes_a_second = 0  # 0 is unlimited
        self._cut: tuple[str, int] | None = None
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="line")]
        self._threads[0].start()

    def cut(self, way: str, *, after: int) -> None:
        """Break every connection once, after this many more bytes in one direction."""
        with self._lock:
            self._cut = (way, self.carried[way] + after)

    def idle(self) -> bool:
        """Return whether no connection is open."""
        return not any(thread.is_alive() for thread in self._threads[1:])

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._break_all()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._sockets |= {near, far}
            for way, source, target in (("up", near, far), ("down", far, near)):
                thread = threading.Thread(target=self._relay, args=(way, source, target), name=f"line {way}")
                self._threads.append(thread)
                thread.start()

    def _relay(self, way: str, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_PIECE_BYTES):
                if self._breaks(way, len(data)):
                    self._break_all()
                    break
                target.sendall(data)
                if self.bytes_a_second:
                    time.sleep(len(data) / self.bytes_a_second)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _breaks(self, way: str, size: int) -> bool:
        with self._lock:
            self.carried[way] += size
            if self._cut is None or self._cut[0] != way or self.carried[way] < self._cut[1]:
                return False
            self._cut = None
            return True

    def _break_all(self) -> None:
        with self._lock:
            broken, self._sockets = self._sockets, set()
        for end in broken:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def breaking_connection(url: str) -> Iterator[BreakingConnection]:
    line = BreakingConnection(url)
    try:
        yield line
    finally:
        line.close()
