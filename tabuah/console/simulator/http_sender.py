"""Send readings over HTTP in batches; retry until the server has taken them."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.sync.backoff import Backoff
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, RequestRefused, UnexpectedAnswer

BATCH: Final = 2_000
LONGEST_WAIT_S: Final = 10.0
_RETRIED: Final = frozenset({429, 500, 502, 503, 504, 507})


class SentReadings:
    """Counts of the readings sent so far."""

    def __init__(self) -> None:
        self.readings = 0
        self.set_aside: Counter[str] = Counter()


class HttpSender:
    """Sends batches over HTTP until stopped.

    Args of the constructor:
        client: the server.
        stopping: set it to end a wait at once.
        on_trouble: called once with the reason when the server stops taking readings.
        on_recovery: called once when it takes them again.
    """

    def __init__(
        self,
        client: ServerClient,
        *,
        stopping: threading.Event,
        on_trouble: Callable[[str], None],
        on_recovery: Callable[[], None],
    ) -> None:
        self.sent = SentReadings()
        self._client = client
        self._stopping = stopping
        self._on_trouble, self._on_recovery = on_trouble, on_recovery
        self._in_trouble = False

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send readings, oldest first, without a time limit.

        Returns:
            True when all were taken; False when stopped before.

        Raises:
            SyncError: the server refuses them, and a retry would not help.
        """
        return all(self._send_batch(batch) for batch in _batches(readings))

    def _send_batch(self, batch: tuple[Reading, ...]) -> bool:
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                reply = self._client.call("POST", "/v1/readings", ReadingsReply, body=ReadingBatch(readings=batch))
            except (Offline, RequestRefused, UnexpectedAnswer) as error:
                if isinstance(error, RequestRefused) and error.problem.status not in _RETRIED:
                    raise
                self._report_trouble(str(error))
                self._stopping.wait(min(backoff.wait_s(), LONGEST_WAIT_S))
                continue
            self._note(batch, reply)
            return True
        return False

    def _report_trouble(self, reason: str) -> None:
        if not self._in_trouble:
            self._in_trouble = True
            self._on_trouble(reason)

    def _note(self, batch: Sequence[Reading], reply: ReadingsReply) -> None:
        if self._in_trouble:
            self._in_trouble = False
            self._on_recovery()
        self.sent.readings += len(batch) - len(reply.set_aside)
        self.sent.set_aside.update(aside.reason for aside in reply.set_aside)


def _batches(readings: Sequence[Reading]) -> Iterator[tuple[Reading, ...]]:
    for start in range(0, len(readings), BATCH):
        yield tuple(readings[start : start + BATCH])
