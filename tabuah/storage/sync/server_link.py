"""The connection to the server during sync: batch sizes and progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.storage.sync.adaptive_batch import SyncBatch


class SyncStage(StrEnum):
    """The stage of a sync pass."""

    IDLE = ""
    PUSHING = "pushing"
    PULLING = "pulling"
    SNAPSHOT = "snapshot"
    HANDING_BACK = "handing_back"


class SyncProgress(msgspec.Struct, frozen=True):
    """Progress of a stage.

    `done` and `total` are pushed entries, the pulled seq and the server's head, snapshot bytes, or records
    handed back.
    """

    stage: SyncStage = SyncStage.IDLE
    done: int = 0
    total: int = 0


IDLE: Final = SyncProgress()


def _ignore_progress(_progress: SyncProgress) -> None:
    """Ignore the progress of a sync pass."""


@dataclass(slots=True)
class ServerLink:
    """Batch sizes and progress of one connection; `steps` counts completed steps.

    It belongs to the thread that syncs.
    """

    batch: SyncBatch = field(default_factory=SyncBatch)
    on_progress: Callable[[SyncProgress], None] = _ignore_progress
    steps: int = 0

    def pushed(self, entries: int) -> None:
        """Report that the server has acknowledged `entries` entries."""
        self._step(SyncProgress(SyncStage.PUSHING, entries))

    def pulled(self, seq: int, head: int) -> None:
        """Report that entries were pulled up to `seq` of `head`."""
        self._step(SyncProgress(SyncStage.PULLING, seq, head))

    def fetched(self, done: int, total: int) -> None:
        """Report that `done` bytes of a snapshot were received."""
        self._step(SyncProgress(SyncStage.SNAPSHOT, done, total))

    def handed_back(self, done: int, total: int) -> None:
        """Report that `done` of `total` records were handed back to a server that lost them."""
        self._step(SyncProgress(SyncStage.HANDING_BACK, done, total))

    def _step(self, progress: SyncProgress) -> None:
        self.steps += 1
        self.on_progress(progress)
