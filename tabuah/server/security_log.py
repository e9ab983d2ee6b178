"""The security log: log-ins, refusals and administration, as JSON lines in the directory of the server.

It never contains a password, a token, a signature or text of people. It names the user of a failed log-in only if
there is one of that name.
"""

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

FILE_NAME: Final = "security.log"
MAX_BYTES: Final = 4 * 1024 * 1024
OLD_FILES: Final = 4
REPEATED_S: Final = 10.0  # events that differ in nothing but their time are written once in this time
_MAX_KNOWN: Final = 1_000
_SKIPPED: Final = frozenset(
    {"unauthorised", "wrong_password", "trials_busy"}
)  # routine, or recorded with more detail
_STATUSES: Final = (401, 403, 408, 429)
_CODES: Final = frozenset({"bad_signature", "fork", "broken_chain"})


class SecurityEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event; `repeats` counts the same events since the last one that was written."""

    at: datetime
    event: str
    code: str = ""
    user: str = ""
    device: str = ""
    address: str = ""
    repeats: int = 0


class SecurityLog:
    """The log of one server. Thread-safe, and several processes may write to it."""

    def __init__(
        self,
        directory: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = directory / FILE_NAME
        self._clock, self._monotonic_s = clock, monotonic_s
        self._lock = threading.Lock()
        self._recent: OrderedDict[tuple[str, ...], tuple[float, int]] = OrderedDict()

    def record(self, event: str, *, code: str = "", user: str = "", device: str = "", address: str = "") -> None:
        """Record an event; on a full disk it is lost."""
        key, now_s = (event, code, user, device, address), self._monotonic_s()
        with self._lock:
            written_s, repeats = self._recent.get(key, (-REPEATED_S, 0))
            if now_s - written_s < REPEATED_S:
                self._recent[key] = (written_s, repeats + 1)
                return
            self._recent[key] = (now_s, 0)
            self._recent.move_to_end(key)
            while len(self._recent) > _MAX_KNOWN:
                self._recent.popitem(last=False)
            found = SecurityEvent(
                at=self._clock(), event=event, code=code, user=user, device=device, address=address, repeats=repeats
            )
            with contextlib.suppress(OSError):
                self._write(msgspec.json.encode(found) + b"\n")

    def record_refusal(self, status: int, code: str, *, user: str = "", address: str = "") -> None:
        """Record a refused request, if it concerns security."""
        if code not in _SKIPPED and (status in _STATUSES or code in _CODES):
            self.record("refused", code=code, user=user, address=address)

    def read(self, since: datetime | None = None) -> Iterator[SecurityEvent]:
        """Yield the events since a moment, the oldest first; lines that cannot be read are left out."""
        for path in (*(self._old(number) for number in range(OLD_FILES, 0, -1)), self.path):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                for line in file:
                    with contextlib.suppress(msgspec.DecodeError):
                        event = msgspec.json.decode(line, type=SecurityEvent)
                        if since is None or event.at >= since:
                            yield event

    def _write(self, line: bytes) -> None:
        """Append a line. The file is opened each time, so that another process may have renamed it."""
        with contextlib.suppress(FileNotFoundError):
            if self.path.stat().st_size + len(line) > MAX_BYTES:
                self._rotate()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def _rotate(self) -> None:
        for number in range(OLD_FILES - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._old(number).replace(self._old(number + 1))
        self.path.replace(self._old(1))

    def _old(self, number: int) -> Path:
        return self.path.with_name(f"{FILE_NAME}.{number}")
