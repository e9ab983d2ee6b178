"""The last messages that yielded no reading, so that a corrected mapping can be tried on them."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from tabuah.operations.gateways.recorded_message import KEPT_FOR, MAX_KEPT_OF_MAPPING, RecordedMessage
from tabuah.storage.data_files import replace_private

log = logging.getLogger(__name__)

FILE_NAME: Final = "gateway-messages.jsonl"
MAX_BYTES_OF_GATEWAY: Final = 256 * 1024  # payloads of one mapping and account
MAX_BYTES: Final = 4 * 1024 * 1024  # payloads of all
WRITE_EVERY_S: Final = 5.0  # a flood of unreadable messages must not keep the disk busy
_MAX_FILE_BYTES: Final = 16 * 1024 * 1024
_DECODER: Final = msgspec.json.Decoder(RecordedMessage)


class MessageRecorder:
    """Keeps messages by mapping and account, in memory and in a private file; callable from any thread.

    Messages may contain personal data: they are deleted after `KEPT_FOR`, and backups do not contain the file.
    """

    def __init__(
        self,
        file: Path | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the messages of the file; without one they are in memory only."""
        self._file, self._clock, self._monotonic_s = file, clock, monotonic_s
        self._lock = Lock()
        self._by_gateway: dict[tuple[str, str], deque[RecordedMessage]] = {}
        self._is_changed = False
        self._written_s = -WRITE_EVERY_S
        for message in _read_file(file):
            self._keep(message)
        self._drop_old()

    def add(self, message: RecordedMessage) -> None:
        """Keep a message; the oldest ones of its mapping and account make room for it."""
        with self._lock:
            self._keep(message)
            self._is_changed = True

    def newest(self) -> Sequence[RecordedMessage]:
        """Return the messages, the newest first."""
        with self._lock:
            self._drop_old()
            return sorted(self._all(), key=lambda message: message.received_at, reverse=True)

    def forget(self) -> None:
        """Delete all messages.

        Raises:
            OSError: the file cannot be deleted.
        """
        with self._lock:
            self._by_gateway.clear()
            self._is_changed = False
            if self._file is not None:
                self._file.unlink(missing_ok=True)

    def save_if_due(self) -> None:
        """Write changed messages to the file, unless that was done in the last `WRITE_EVERY_S`."""
        if self._is_changed and self._monotonic_s() - self._written_s >= WRITE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Write changed messages to the file; without space the former file stays."""
        with self._lock:
            self._drop_old()
            if self._file is None or not self._is_changed:
                return
            self._written_s = self._monotonic_s()
            content = b"".join(msgspec.json.encode(message) + b"\n" for message in self._all())
            try:
                replace_private(self._file, content)
            except OSError as error:
                log.warning("recorded messages of gateways were not saved: %s", error)
                return
            self._is_changed = False

    def _keep(self, message: RecordedMessage) -> None:
        key = (message.mapping, message.account)
        kept = self._by_gateway.setdefault(key, deque(maxlen=MAX_KEPT_OF_MAPPING))
        kept.append(message)
        while len(kept) > 1 and _size(kept) > MAX_BYTES_OF_GATEWAY:
            kept.popleft()
        while len(self._by_gateway) > 1 and _size(self._all()) > MAX_BYTES:
            oldest = min(self._by_gateway, key=lambda key: self._by_gateway[key][-1].received_at)
            del self._by_gateway[oldest]

    def _drop_old(self) -> None:
        """Delete messages that are older than `KEPT_FOR`."""
        since = self._clock() - KEPT_FOR
        for key, kept in tuple(self._by_gateway.items()):
            recent = [message for message in kept if message.received_at >= since]
            self._is_changed |= len(recent) < len(kept)
            if recent:
                self._by_gateway[key] = deque(recent, maxlen=MAX_KEPT_OF_MAPPING)
            else:
                del self._by_gateway[key]

    def _all(self) -> Iterator[RecordedMessage]:
        return (message for kept in self._by_gateway.values() for message in kept)


def _size(messages: "Iterator[RecordedMessage] | deque[RecordedMessage]") -> int:
    return sum(len(message.payload) + len(message.topic) for message in messages)


def _read_file(file: Path | None) -> Iterator[RecordedMessage]:
    """Yield the messages of a file; a line that cannot be read is skipped."""
    if file is None:
        return
    try:
        with file.open("rb") as opened:
            lines = opened.read(_MAX_FILE_BYTES).splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("recorded messages of gateways cannot be read: %s", error)
        return
    for line in lines:
        try:
            message = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if message.received_at.tzinfo is not None:
            yield message
