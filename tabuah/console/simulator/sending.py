"""Sends readings in batches and waits for the server where it must; what was not taken is sent again."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tabuah.operations.stations.readings import Reading, ReadingBatch
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.sync.backoff import Backoff
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, Refused, StrangeAnswer

BATCH: Final = 2_000
LONGEST_WAIT_S: Final = 10.0
_COMES_BACK: Final = frozenset({429, 500, 502, 503, 504, 507})


class Sent:
    """What became of everything that was sent so far."""

    def __init__(self) -> None:
        self.readings = 0
        self.set_aside: Counter[str] = Counter()


class Sender:
    """Sends until it is told to stop.

    Args of the constructor:
        client: the server.
        stopping: set to end a wait at once.
        on_trouble: called with the reason when the server does not take something, once until it does again.
        on_recovery: called when it does again.
    """

    def __init__(
        self,
        client: ServerClient,
        *,
        stopping: threading.Event,
        on_trouble: Callable[[str], None],
        on_recovery: Callable[[], None],
    ) -> None:
        self.sent = Sent()
        self._client = client
        self._stopping = stopping
        self._on_trouble, self._on_recovery = on_trouble, on_recovery
        self._in_trouble = False

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send readings, oldest first, however long that takes.

        Returns:
            Whether all were taken; false when it was told to stop before.

        Raises:
            SyncError: the server refuses, and trying again would not help.
        """
        return all(self._send_batch(batch) for batch in _batches(readings))

    def _send_batch(self, batch: tuple[Reading, ...]) -> bool:
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                reply = self._client.call("POST", "/v1/readings", ReadingsReply, body=ReadingBatch(readings=batch))
            except (Offline, Refused, StrangeAnswer) as error:
                if isinstance(error, Refused) and error.problem.status not in _COMES_BACK:
                    raise
                self._tell_trouble(str(error))
                self._stopping.wait(min(backoff.wait_s(), LONGEST_WAIT_S))
                continue
            self._note(batch, reply)
            return True
        return False

    def _tell_trouble(self, reason: str) -> None:
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
