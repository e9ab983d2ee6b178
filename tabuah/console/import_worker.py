"""The process in which the window imports a map file: it may take minutes, gigabytes, or be killed, and nobody waits.

`python -m tabuah.console.import_worker DIRECTORY FILE LANGUAGE [LAYER]` does what `tabuah map import` does and tells
it in messages on its standard output.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tabuah.console.base_maps import take_map
from tabuah.console.import_messages import (
    Answer,
    BaseMapCame,
    LayerCame,
    LayerWanted,
    Message,
    Refused,
    Working,
    line_of,
)
from tabuah.console.importing import import_layer
from tabuah.gis.errors import GeographyError, LayerImportError, SeveralLayersError
from tabuah.gis.import_progress import ImportProgress, ImportStage, OnProgress
from tabuah.gis.layer_choice import layers_in
from tabuah.gis.osm.base_map_file import is_base_map
from tabuah.resources.catalogue import set_language
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.worker_process import give_way, own_output

WORKING_EVERY_S: Final = 0.05  # as often as a window shows it
_NICENESS: Final = 5  # the window goes first, but whoever waits for the lock of the cache does not wait long

Tell = Callable[[Message], None]


def main(arguments: Sequence[str]) -> int:
    """Import, and tell how it goes."""
    directory, file, language, *layer = arguments
    set_language(language)
    give_way(_NICENESS)
    tell = _teller(own_output())
    tell(answer(Path(directory), Path(file), layer[0] if layer else None, tell=tell))
    return 0


def answer(directory: Path, file: Path, layer: str | None, *, tell: Tell) -> Answer:
    """Import a file; what was to be expected is an answer, a bug is raised."""
    try:
        return _import(directory, file, layer, tell=tell)
    except SeveralLayersError:
        return _choice(file)
    except LayerImportError as error:
        return Refused(reason=error.message, problems=error.problems)
    except (GeographyError, CacheError) as error:
        return Refused(reason=str(error))


def coalesced(tell: Tell, *, now_s: Callable[[], float] = time.monotonic) -> OnProgress:
    """Tells progress about twenty times a second, and the beginning and end of every stage."""
    told_at_s: dict[ImportStage, float] = {}

    def on_progress(progress: ImportProgress) -> None:
        is_end = progress.done == progress.total
        if not is_end and now_s() - told_at_s.get(progress.stage, -WORKING_EVERY_S) < WORKING_EVERY_S:
            return
        told_at_s[progress.stage] = now_s()
        tell(Working(progress=progress))

    return on_progress


def _import(directory: Path, file: Path, layer: str | None, *, tell: Tell) -> LayerCame | BaseMapCame:
    if layer is None and is_base_map(file):
        tell(Working(progress=ImportProgress(stage=ImportStage.DRAWING)))
        return BaseMapCame(taken=take_map(directory, file))
    return LayerCame(imported=import_layer(directory, file, layer=layer, on_progress=coalesced(tell)))


def _choice(file: Path) -> LayerWanted | Refused:
    try:
        return LayerWanted(layers=layers_in(file))
    except LayerImportError as error:
        return Refused(reason=error.message, problems=error.problems)


def _teller(pipe: BinaryIO) -> Tell:
    def tell(message: Message) -> None:
        pipe.write(line_of(message))
        pipe.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
