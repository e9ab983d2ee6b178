"""The last messages of each mapping that yielded no reading, so that a corrected mapping can be tried on them."""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from tabuah.operations.gateways.recorded_message import MAX_KEPT_OF_MAPPING, RecordedMessage


class MessageRecorder:
    """Kept in memory since the start of the server; callable from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_mapping: dict[str, deque[RecordedMessage]] = {}

    def add(self, message: RecordedMessage) -> None:
        """Keep a message; the oldest of its mapping is dropped above `MAX_KEPT_OF_MAPPING`."""
        with self._lock:
            kept = self._by_mapping.setdefault(message.mapping, deque(maxlen=MAX_KEPT_OF_MAPPING))
            kept.append(message)

    def newest(self) -> Sequence[RecordedMessage]:
        """Return the messages, the newest first."""
        with self._lock:
            found = [message for kept in self._by_mapping.values() for message in kept]
        return sorted(found, key=lambda message: message.received_at, reverse=True)
