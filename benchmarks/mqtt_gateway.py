"""Minimal MQTT 3.1.1 gateway: packets encoded in advance, sent as fast as the broker accepts them.

A client library in the same interpreter would be measured instead of the server. Supports only what
a load test needs.
"""

import socket
import struct
import threading
import time
from collections.abc import Sequence
from typing import Final

WINDOW: Final = 20_000  # messages in flight; below the 65,535 packet identifiers of a connection
_PUBACK_BYTES: Final = 4


def connect_packet(name: str) -> bytes:
    """Return CONNECT with a clean session."""
    body = b"\x00\x04MQTT\x04\x02\x00\x00" + _text(name)
    return b"\x10" + _length(len(body)) + body


def publish_packet(topic: str, payload: bytes, number: int) -> bytes:
    """Return PUBLISH with QoS 1; `number` is mapped to the range of packet identifiers."""
    body = _text(topic) + struct.pack(">H", number % 65_535 + 1) + payload
    return b"\x32" + _length(len(body)) + body


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def _length(number: int) -> bytes:
    found = bytearray()
    while True:
        number, part = divmod(number, 128)
        found.append(part | (128 if number else 0))
        if not number:
            return bytes(found)


class Gateway:
    """One connection; `sent` and `confirmed` count messages."""

    def __init__(self, port: int, name: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.sendall(connect_packet(name))
        self._socket.recv(4)
        self._state = threading.Condition()
        self.sent = 0
        self.confirmed = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def publish(self, packets: Sequence[bytes]) -> None:
        """Send packets once the broker has confirmed enough of the previous ones."""
        with self._state:
            self._state.wait_for(lambda: self.sent + len(packets) - self.confirmed <= WINDOW, 60)
        self._socket.sendall(b"".join(packets))
        self.sent += len(packets)

    def finish(self) -> None:
        """Wait until everything is confirmed, then disconnect."""
        with self._state:
            self._state.wait_for(lambda: self.confirmed >= self.sent, 120)
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._reader.join()

    def _read(self) -> None:
        left = 0
        while data := self._receive():
            left += len(data)
            with self._state:
                self.confirmed += left // _PUBACK_BYTES
                self._state.notify_all()
            left %= _PUBACK_BYTES

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65_536)
        except OSError:
            return b""


def pace(gateway: Gateway, packets: Sequence[bytes], per_s: int, *, every_s: float = 0.01) -> None:
    """Publish at a steady rate."""
    step = max(1, int(per_s * every_s))
    began_s = time.perf_counter()
    for start in range(0, len(packets), step):
        wait_s = began_s + start / per_s - time.perf_counter()
        if wait_s > 0:
            time.sleep(wait_s)
        gateway.publish(packets[start : start + step])
