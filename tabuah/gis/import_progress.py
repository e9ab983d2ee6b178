"""Progress and results of an import.

The module loads nothing but msgspec, so that it does not slow down the start of the window.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.gis.base_map import LayerKind


class ImportStage(StrEnum):
    """Stage of an import; each takes seconds at millions of vertices."""

    READING = "reading"
    CHECKING = "checking"
    DRAWING = "drawing"
    SAVING = "saving"


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Features done and in total; during preparation for drawing, levels of detail.

    Both are 0 where only the stage is known. `done` is 0 while GDAL reads: it reports no progress.
    """

    stage: ImportStage
    done: int = 0
    total: int = 0


OnProgress = Callable[[ImportProgress], None]
OnDone = Callable[[int, int], None]  # done, total

REPORT_EVERY: Final = 1_000  # features between two reports: a fiftieth of a second for most layers


def ignore_progress(_progress: ImportProgress) -> None:
    """Discard progress."""


def ignore_count(_done: int, _total: int) -> None:
    """Discard a count."""


def progress_counter(stage: ImportStage, on_progress: OnProgress) -> OnDone:
    """Return a callback that reports counts as progress of a stage."""

    def on_done(done: int, total: int) -> None:
        on_progress(ImportProgress(stage=stage, done=done, total=total))

    return on_done


class LayerImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result for a layer or official boundaries; `repaired` counts features with repaired geometry."""

    layer: str
    table: str
    features: int
    kinds: tuple[str, ...]
    repaired: int
    official: bool
    kecamatan: int = 0
    nagari: int = 0
    notes: tuple[str, ...] = ()


class BaseMapImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result for a base map: its file name and the number of objects in each layer."""

    base_map: str
    layers: dict[str, int]


class LayerInFile(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that can be imported; `features` is None where not counted, `kind` is None where mixed."""

    name: str
    features: int | None = None
    kind: LayerKind | None = None
