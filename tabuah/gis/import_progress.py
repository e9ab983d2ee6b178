"""How far an import is: which stage, and how much of it is done where that is known without counting twice."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec


class ImportStage(StrEnum):
    """What an import is doing; each stage takes seconds at millions of vertices."""

    READING = "reading"
    CHECKING = "checking"
    DRAWING = "drawing"
    SAVING = "saving"


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Features that are done and features in all; while the drawing is prepared, levels of detail instead.

    Both are 0 where only the stage is known, and `done` is while GDAL reads, which tells nobody how far it is.
    """

    stage: ImportStage
    done: int = 0
    total: int = 0


OnProgress = Callable[[ImportProgress], None]
OnDone = Callable[[int, int], None]  # done, total

BATCH: Final = 1_000  # features between two tellings: a fiftieth of a second for most layers


def tell_nobody(_progress: ImportProgress) -> None:
    """For imports that nobody watches."""


def count_for_nobody(_done: int, _total: int) -> None:
    """For steps that nobody watches."""


def counting(stage: ImportStage, on_progress: OnProgress) -> OnDone:
    """Tells counts as the progress of a stage."""

    def on_done(done: int, total: int) -> None:
        on_progress(ImportProgress(stage=stage, done=done, total=total))

    return on_done
