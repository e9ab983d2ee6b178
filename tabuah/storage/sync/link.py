"""The line to the server as a syncer knows it: how fast it is, and how far the work over it has come."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tabuah.storage.sync.pace import LinkPace


class Stage(StrEnum):
    """What is under way."""

    IDLE = ""
    PUSHING = "pushing"
    PULLING = "pulling"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is: entries sent, the seq that has come of the server's newest, or bytes of a snapshot."""

    stage: Stage = Stage.IDLE
    done: int = 0
    total: int = 0


IDLE: Final = Progress()


def _nobody_asks(_progress: Progress) -> None:
    """Progress that is told to nobody."""


@dataclass(slots=True)
class Link:
    """Belongs to the thread that syncs. `steps` grows with everything that came to its end."""

    pace: LinkPace = field(default_factory=LinkPace)
    on_progress: Callable[[Progress], None] = _nobody_asks
    steps: int = 0

    def pushed(self, entries: int) -> None:
        """The server has acknowledged so many entries."""
        self._step(Progress(Stage.PUSHING, entries))

    def pulled(self, seq: int, head: int) -> None:
        """Entries have come up to `seq` of `head`."""
        self._step(Progress(Stage.PULLING, seq, head))

    def fetched(self, done: int, total: int) -> None:
        """So many bytes of a snapshot have come."""
        self._step(Progress(Stage.SNAPSHOT, done, total))

    def _step(self, progress: Progress) -> None:
        self.steps += 1
        self.on_progress(progress)
